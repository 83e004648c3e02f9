let audio: AudioContext | undefined

const tone = (hertz: number, startS: number, lengthS: number, loudness: number): void => {
  audio ??= new AudioContext()
  const at = audio.currentTime + startS
  const oscillator = audio.createOscillator()
  const gain = audio.createGain()
  oscillator.frequency.value = hertz
  gain.gain.setValueAtTime(loudness, at)
  gain.gain.exponentialRampToValueAtTime(0.001, at + lengthS)
  oscillator.connect(gain).connect(audio.destination)
  oscillator.start(at)
  oscillator.stop(at + lengthS)
}

/** A good scan. */
export const tick = (): void => tone(1_800, 0, 0.05, 0.08)
/** A code that means nothing here. */
export const refusal = (): void => {
  tone(220, 0, 0.14, 0.2)
  tone(180, 0.16, 0.2, 0.2)
}
