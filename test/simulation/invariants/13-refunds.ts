import { isFact } from '../../../src/contracts/known-facts.ts'
import type { Invariant } from './invariant.ts'

export const refundsWithinOriginal: Invariant = {
  number: 13,
  says: 'refunds never exceed the original, across all tills, after sync',
  check: (world, books) => {
    const believed = books.get(world.hq)?.believed ?? []
    const back = new Map<string, { quantityMicro: number; totalMinor: number }>()
    const sold = new Map<string, { quantityMicro: number; totalMinor: number }>()
    for (const fact of believed) {
      if (isFact(fact, 'sale.completed')) {
        for (const { lineNo, quantityMicro, totalMinor } of fact.body.lines)
          sold.set(`${fact.body.saleId} ${lineNo}`, { quantityMicro, totalMinor })
      } else if (isFact(fact, 'sale.returned')) {
        for (const { original, quantityMicro, totalMinor } of fact.body.lines) {
          if (!original) continue
          const key = `${original.saleId} ${original.lineNo}`
          const before = back.get(key) ?? { quantityMicro: 0, totalMinor: 0 }
          back.set(key, {
            quantityMicro: before.quantityMicro - quantityMicro,
            totalMinor: before.totalMinor - totalMinor,
          })
        }
      }
    }
    return [...back].flatMap(([line, { quantityMicro, totalMinor }]) => {
      const was = sold.get(line)
      if (!was) return [`goods of ${line} came back, which nobody sold`]
      const isAll = quantityMicro === was.quantityMicro && totalMinor !== was.totalMinor
      return quantityMicro > was.quantityMicro || totalMinor > was.totalMinor || isAll
        ? [`of ${line} came back ${quantityMicro} for ${totalMinor}, of ${was.quantityMicro} for ${was.totalMinor}`]
        : []
    })
  },
}
