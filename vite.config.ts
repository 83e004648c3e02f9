import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const page = (name: string) => new URL(`web/${name}.html`, import.meta.url).pathname

/** Two pages, till and office; the shop serves what is built. While working on them: `npm run dev:web` beside a running shop. */
export default defineConfig({
  root: 'web',
  plugins: [react()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    rolldownOptions: {
      input: { till: page('till'), office: page('office') },
      // zod and how our pages set it up stay together, so that it is set up before any contract is made.
      output: { codeSplitting: { groups: [{ name: 'zod', test: /node_modules\/zod\/|web\/shared\/zod\.ts/ }] } },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:7070' } },
})
