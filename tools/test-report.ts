export type Totals = { passed: number; failed: number; skipped: number }

type VitestReport = {
  success: boolean
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
}

/**
 * What a step adds to the closing line. A step without a report of tests counts once, and only if it failed; so does a test
 * run that failed without a failed test (a file that could not be loaded, an error outside a test, a crash).
 */
export const totalsOf = (step: { succeeded: boolean; report?: VitestReport }): Totals => {
  const { succeeded, report } = step
  const failed = report?.numFailedTests ?? 0
  return {
    passed: report?.numPassedTests ?? 0,
    failed: failed === 0 && !(succeeded && (report?.success ?? true)) ? 1 : failed,
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
  }
}

export const sumOf = (totals: readonly Totals[]): Totals =>
  totals.reduce(
    (sum, each) => ({
      passed: sum.passed + each.passed,
      failed: sum.failed + each.failed,
      skipped: sum.skipped + each.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  )
