import type { UserConfig } from 'vite'

/** How the till's worker is built: of the catalogue's import it runs nothing, so its reader of files is shaken off again. */
export const tillWorker = {
  resolve: { alias: [{ find: /^csv-parse$/, replacement: 'csv-parse/browser/esm' }] },
  worker: {
    format: 'es',
    rolldownOptions: { treeshake: { moduleSideEffects: [{ test: /node_modules\/csv-parse\//, sideEffects: false }] } },
  },
} satisfies UserConfig
