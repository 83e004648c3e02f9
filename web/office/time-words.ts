const ago = new Intl.RelativeTimeFormat(navigator.language, { style: 'short', numeric: 'always' })
const seconds = 1_000
const minutes = 60 * seconds
const hours = 60 * minutes
const days = 24 * hours

/** "4 min ago". A moment that is still to come by this clock was now. */
export const agoWords = (atMs: number, nowMs: number): string => {
  const pastMs = Math.max(0, nowMs - atMs)
  if (pastMs < minutes) return ago.format(-Math.floor(pastMs / seconds), 'second')
  if (pastMs < hours) return ago.format(-Math.floor(pastMs / minutes), 'minute')
  if (pastMs < days) return ago.format(-Math.floor(pastMs / hours), 'hour')
  return ago.format(-Math.floor(pastMs / days), 'day')
}

const unit = (name: 'second' | 'minute' | 'hour' | 'day') =>
  new Intl.NumberFormat(navigator.language, { style: 'unit', unit: name, unitDisplay: 'short' })
const parts = [
  { sizeMs: days, format: unit('day') },
  { sizeMs: hours, format: unit('hour') },
  { sizeMs: minutes, format: unit('minute') },
  { sizeMs: seconds, format: unit('second') },
]

/** How long something lasts, in its two largest units: "1 min 35 sec". */
export const lengthWords = (lengthMs: number): string => {
  const wholeMs = Math.floor(Math.abs(lengthMs) / seconds) * seconds
  const first = parts.findIndex(({ sizeMs }) => wholeMs >= sizeMs)
  if (first < 0) return parts[3]!.format.format(0)
  let restMs = wholeMs
  const words = parts.slice(first, first + 2).map(({ sizeMs, format }) => {
    const count = Math.floor(restMs / sizeMs)
    restMs -= count * sizeMs
    return count === 0 ? '' : format.format(count)
  })
  return words.filter(word => word !== '').join(' ')
}

/** What is left of a countdown, as minutes and seconds: "9:05". */
export const countdown = (leftMs: number): string => {
  const left = Math.max(0, Math.ceil(leftMs / seconds))
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`
}
