import type { Command } from '../../platform/host/service.ts'
import { claimCommands } from './claims.ts'
import { completeSale } from './complete-sale.ts'
import type { Memory } from './memory.ts'
import type { SalesOptions } from './options.ts'
import { basketCommands } from './parked.ts'
import { returnGoods } from './return-goods.ts'

export const salesCommands = (memory: Memory, options: SalesOptions): Record<string, Command> => ({
  ...basketCommands,
  ...claimCommands(options),
  completeSale: completeSale(memory, options),
  returnGoods: returnGoods(memory, options),
})
