const million = 1_000_000

/** "-1.5" as millionths, or null where it is no quantity. */
export const microOf = (text: string): number | null => {
  const [, sign = '', whole = '', decimals = ''] = /^([-−]?)(\d{1,7})(?:[.,](\d{1,6}))?$/.exec(text.trim()) ?? []
  if (whole === '') return null
  const micro = Number(whole) * million + Number(decimals.padEnd(6, '0'))
  return sign === '' ? micro : 0 - micro
}

/** Millionths as they are typed: "1.5". */
export const typedMicro = (micro: number): string => {
  const whole = Math.floor(micro / million)
  const decimals = String(micro % million)
    .padStart(6, '0')
    .replace(/0+$/, '')
  return decimals === '' ? String(whole) : `${whole}.${decimals}`
}
