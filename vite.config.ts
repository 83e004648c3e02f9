import { readFileSync } from 'node:fs'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { shell } from './tools/shell.ts'
import { tillWorker } from './tools/till-worker.ts'

const place = (path: string) => new URL(`web/${path}`, import.meta.url).pathname
const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { version: string }

/** Two pages, till and office; the shop serves what is built. While working on them: `npm run dev:web` beside a running shop. */
export default defineConfig({
  root: 'web',
  plugins: [
    react(),
    shell({ entry: 'shell.js', publicFolder: place('public'), unused: /sqlite3-(worker1|opfs-async-proxy)/ }),
  ],
  define: { 'import.meta.env.TILLWIRE_VERSION': JSON.stringify(version) },
  ...tillWorker,
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    rolldownOptions: {
      input: { till: place('till.html'), office: place('office.html'), shell: place('shell/main.ts') },
      output: {
        // A service worker keeps its address, by which browsers find its next version.
        entryFileNames: ({ name }) => (name === 'shell' ? 'shell.js' : 'assets/[name]-[hash].js'),
        // zod and how our pages set it up stay together, so that it is set up before any contract is made.
        codeSplitting: { groups: [{ name: 'zod', test: /node_modules\/zod\/|web\/shared\/zod\.ts/ }] },
      },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:7070' } },
})
