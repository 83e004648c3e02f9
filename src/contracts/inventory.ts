import { z } from 'zod'
import type { FactCatalogue } from './fact.ts'
import { atMs, cursor, flag, id, limit, micro, page, position, sku } from './primitives.ts'
import { defineRoutes, type RefusalTexts } from './route.ts'

export const movementReason = z.enum(['sale', 'return', 'delivery', 'adjustment', 'count', 'transfer'])
export const adjustmentReason = z.enum(['opening', 'damaged', 'expired', 'theft', 'found', 'own-use', 'correction'])

export const inventoryFacts = {
  'stock.adjusted': {
    version: 1,
    summary: 'Stock was corrected by a person, with a reason',
    body: z.object({
      lines: z
        .array(z.object({ sku, quantityMicro: micro }))
        .min(1)
        .max(1_000),
      reason: adjustmentReason,
      note: z.string(),
    }),
  },
  'stock.counted': {
    version: 1,
    summary: 'Stock was counted; the difference to what was known then is the movement',
    body: z.object({
      lines: z
        .array(z.object({ sku, countedMicro: micro, quantityMicro: micro }))
        .min(1)
        .max(1_000),
      note: z.string(),
    }),
  },
} satisfies FactCatalogue

export const inventoryRoutes = defineRoutes({
  listStockLevels: {
    kind: 'query',
    name: 'listStockLevels',
    method: 'GET',
    path: '/stock-levels',
    summary: 'What is in stock',
    scope: 'stock:read',
    query: z.object({
      sku: sku.optional(),
      q: z.string().max(200).optional(),
      negative: flag.optional(),
      cursor,
      limit,
    }),
    response: page(z.object({ sku, name: z.string(), levelMicro: micro, movements: z.int(), position })),
  },
  listStockMovements: {
    kind: 'query',
    name: 'listStockMovements',
    method: 'GET',
    path: '/stock-movements',
    summary: 'Why stock is what it is, newest first',
    scope: 'stock:read',
    query: z.object({ sku: sku.optional(), fact: id.optional(), cursor, limit }),
    response: page(
      z.object({ sku, quantityMicro: micro, reason: movementReason, detail: z.string(), atMs, fact: id, position }),
    ),
  },
  adjustStock: {
    kind: 'command',
    name: 'adjustStock',
    method: 'POST',
    path: '/stock-adjustments',
    summary: 'Correct stock by a difference, with a reason',
    scope: 'stock:write',
    body: z.object({
      id,
      lines: z
        .array(z.object({ sku, quantityMicro: micro }))
        .min(1)
        .max(1_000),
      reason: adjustmentReason,
      note: z.string().max(4_000).default(''),
    }),
    response: z.object({ adjustmentId: id }),
    example: {
      body: {
        id: '01936d2e-7c00-7000-8000-000000000040',
        lines: [{ sku: 'MILK-1L', quantityMicro: -2_000_000 }],
        reason: 'damaged',
      },
    },
  },
  countStock: {
    kind: 'command',
    name: 'countStock',
    method: 'POST',
    path: '/stock-counts',
    summary: 'Set stock to what was counted',
    scope: 'stock:write',
    body: z.object({
      id,
      lines: z
        .array(z.object({ sku, countedMicro: micro.min(0) }))
        .min(1)
        .max(1_000),
      note: z.string().max(4_000).default(''),
    }),
    response: z.object({ countId: id, lines: z.array(z.object({ sku, countedMicro: micro, quantityMicro: micro })) }),
  },
})

export const inventoryRefusals: RefusalTexts = {
  'stock-insufficient': { status: 409, sentence: 'There is not that much left to promise.' },
  'not-reserved': { status: 409, sentence: 'Less than that was promised.' },
  'stock-sku-unknown': { status: 422, sentence: 'There is no product with this SKU. Add it first.' },
  'stock-line-twice': { status: 422, sentence: 'A SKU stands in the list twice. Put it in one line.' },
  'stock-quantity-zero': { status: 422, sentence: 'A difference is zero. Leave the line out.' },
}
