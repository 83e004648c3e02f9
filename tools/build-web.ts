import { globSync, statSync } from 'node:fs'
import { build } from 'vite'

/** Builds the pages where they are missing or older than what they are made from, so that `npm start` needs no step before it. */
const newest = (patterns: readonly string[]): number =>
  Math.max(0, ...globSync([...patterns]).map(file => statSync(file).mtimeMs))

const made = newest(['dist/web/*.html'])
const from = newest([
  'web/**/*.{ts,tsx,html,css,svg,png,webmanifest}',
  'src/{contracts,domain,platform,services,sync}/**/*.ts',
  'tools/{shell,till-worker}.ts',
  'vite.config.ts',
  'package-lock.json',
])
if (made < from) {
  console.log('Building the pages …')
  await build({ logLevel: 'error' })
}
