import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const page = new URL('web/demo.html', import.meta.url).pathname

/** The page of `npm run demo:stores`, built apart: no shop serves it and no till keeps it. */
export default defineConfig({
  root: 'web',
  plugins: [react()],
  build: {
    outDir: '../dist/demo',
    emptyOutDir: true,
    target: 'es2023',
    rolldownOptions: {
      input: { demo: page },
      // zod and how our pages set it up stay together, so that it is set up before any contract is made.
      output: { codeSplitting: { groups: [{ name: 'zod', test: /node_modules\/zod\/|web\/shared\/zod\.ts/ }] } },
    },
  },
})
