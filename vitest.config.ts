import { defineConfig } from 'vitest/config'

/** Everything that needs no browser. Run with servers by `npm run test:all`, one file by `npx vitest run PATH`. */
export default defineConfig({
  test: {
    include: ['{src,web,tools,test,bench}/**/*.test.{ts,tsx}'],
    exclude: ['test/browser/**', 'node_modules/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
  },
})
