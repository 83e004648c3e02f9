import { globSync, statSync } from 'node:fs'
import { build } from 'vite'

/** Builds the page of `npm run demo:stores` where it is missing or older than what it is made from. */
const newest = (patterns: readonly string[]): number =>
  Math.max(0, ...globSync([...patterns]).map(file => statSync(file).mtimeMs))

const from = newest([
  'web/demo.html',
  'web/{demo,shared,public}/**/*.*',
  'src/{contracts,domain}/**/*.ts',
  'vite.demo.config.ts',
  'package-lock.json',
])
if (newest(['dist/demo/*.html']) < from) {
  console.log('Building the page …')
  await build({ configFile: 'vite.demo.config.ts', logLevel: 'error' })
}
