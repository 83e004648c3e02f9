import type { Invariant } from './invariant.ts'

export const rebuildIsTheSame: Invariant = {
  number: 16,
  says: 'rebuilding a projection from the journal gives the same rows',
  check: async (_world, books) => {
    const breaches: string[] = []
    for (const machine of books.keys()) {
      const tables = await machine.process!.host.rebuild()
      for (const { table, rows, same } of tables)
        if (!same) breaches.push(`${table} of ${machine.name} is another one, of ${rows} rows`)
    }
    return breaches
  },
}
