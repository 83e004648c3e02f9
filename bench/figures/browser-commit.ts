import { join } from 'node:path'
import { launchProfile } from '../../test/support/browser.ts'
import { buildPage, serveFolder } from '../../test/support/static-site.ts'
import { below, type FigureGroup, figure } from '../figure.ts'
import { percentile, spreadMs } from '../statistics.ts'

const rounds = 2_000

/**
 * A row of 700 characters, durable in a browser's own file system: by the database port, and by the same library with one
 * exclusive connection, commit after commit in turn, so that both see the same weather.
 */
export const browserCommit: FigureGroup = {
  names: ['browser-commit-p99'],
  run: async ({ folder }) => {
    const built = join(folder, 'browser-commit')
    await buildPage(new URL('../browser-commit', import.meta.url).pathname, built)
    const site = await serveFolder(built)
    const context = await launchProfile(join(folder, 'browser-profile'))
    try {
      const page = await context.newPage()
      await page.goto(site.url)
      await page.waitForFunction(() => 'measureCommits' in window)
      const { portUs, bareUs } = await page.evaluate(count => window.measureCommits(count), rounds)
      return [
        figure({
          name: 'browser-commit-p99',
          value: percentile(portUs, 0.99) / 1_000,
          unit: 'ms',
          target: below(30),
          bare: percentile(bareUs, 0.99) / 1_000,
          note: `${context.browser()?.version() ?? 'Chromium'} on OPFS; ${spreadMs(portUs)}; bare ${spreadMs(bareUs)}`,
        }),
      ]
    } finally {
      await context.close()
      await site.close()
    }
  },
}
