/** What a command ends with; the numbers above 1 are those of sysexits.h. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 64,
  data: 65,
  'no input': 66,
  unavailable: 69,
  refused: 77,
  configuration: 78,
} as const

/** Ends a command with a code and one sentence. */
export class Failed extends Error {
  override name = 'Failed'
  readonly exitCode: number
  constructor(exitCode: number, sentence: string) {
    super(sentence)
    this.exitCode = exitCode
  }
}
