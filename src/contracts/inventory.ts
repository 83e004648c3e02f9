import { z } from 'zod'
import type { FactCatalogue } from './fact.ts'
import { atMs, cursor, flag, handle, id, limit, micro, page, position, sku } from './primitives.ts'
import { defineRoutes, type RefusalTexts } from './route.ts'

export const movementReason = z.enum(['sale', 'return', 'delivery', 'adjustment', 'count', 'transfer'])
export const adjustmentReason = z.enum(['opening', 'damaged', 'expired', 'theft', 'found', 'own-use', 'correction'])

/** Goods between two stores. On the way from `sentAtMs` to `receivedAtMs`; null for what is not known here. */
export const transfer = z.object({
  transferId: id,
  fromStore: handle,
  toStore: handle,
  note: z.string(),
  sentAtMs: atMs.nullable(),
  receivedAtMs: atMs.nullable(),
  /** `lostMicro`: what was sent and did not arrive; below zero where more arrived. Zero while on the way. */
  lines: z.array(
    z.object({ sku, name: z.string(), sentMicro: micro, receivedMicro: micro.nullable(), lostMicro: micro }),
  ),
  position,
})

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
  'transfer.sent': {
    version: 1,
    summary: 'Goods left for another store; they are on the way until that store has received them',
    body: z.object({
      transferId: id,
      fromStore: handle,
      toStore: handle,
      lines: z
        .array(z.object({ sku, quantityMicro: micro.min(1) }))
        .min(1)
        .max(1_000),
      note: z.string(),
    }),
  },
  'transfer.received': {
    version: 1,
    summary: 'Goods of another store arrived: what was sent of each SKU, and what was there',
    body: z.object({
      transferId: id,
      fromStore: handle,
      toStore: handle,
      lines: z
        .array(z.object({ sku, sentMicro: micro.min(0), quantityMicro: micro.min(0) }))
        .min(1)
        .max(2_000),
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
    response: page(z.object({ store: handle, sku, name: z.string(), levelMicro: micro, movements: z.int(), position })),
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
      z.object({
        store: handle,
        sku,
        quantityMicro: micro,
        reason: movementReason,
        detail: z.string(),
        atMs,
        fact: id,
        position,
      }),
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
  listTransfers: {
    kind: 'query',
    name: 'listTransfers',
    method: 'GET',
    path: '/transfers',
    summary: 'Goods sent to and from a store, newest first; only those on the way, or only those that arrived',
    scope: 'stock:read',
    query: z.object({ open: flag.optional(), cursor, limit }),
    response: page(transfer),
  },
  sendTransfer: {
    kind: 'command',
    name: 'sendTransfer',
    method: 'POST',
    path: '/transfers',
    summary: 'Send goods to another store. It can not be taken back: the other store receives it, and sends it back',
    scope: 'stock:write',
    body: z.object({
      id,
      toStore: handle,
      lines: z
        .array(z.object({ sku, quantityMicro: micro.min(1) }))
        .min(1)
        .max(1_000),
      note: z.string().max(4_000).default(''),
    }),
    response: z.object({ transferId: id }),
    example: {
      body: {
        id: '01936d2e-7c00-7000-8000-000000000041',
        toStore: 'store-2',
        lines: [{ sku: 'MILK-1L', quantityMicro: 12_000_000 }],
      },
    },
  },
  receiveTransfer: {
    kind: 'command',
    name: 'receiveTransfer',
    method: 'POST',
    path: '/transfers/:transferId/receive',
    summary:
      'Take in what another store sent: all of it, or what the lines say; a SKU that they leave out did not come',
    scope: 'stock:write',
    params: z.object({ transferId: id }),
    body: z.object({
      id,
      lines: z
        .array(z.object({ sku, quantityMicro: micro.min(0) }))
        .max(1_000)
        .optional(),
      note: z.string().max(4_000).default(''),
    }),
    response: z.object({ transferId: id }),
  },
})

export const inventoryRefusals: RefusalTexts = {
  'stock-insufficient': { status: 409, sentence: 'There is not that much left to promise.' },
  'not-reserved': { status: 409, sentence: 'Less than that was promised.' },
  'stock-sku-unknown': { status: 422, sentence: 'There is no product with this SKU. Add it first.' },
  'stock-line-twice': { status: 422, sentence: 'A SKU stands in the list twice. Put it in one line.' },
  'store-elsewhere': { status: 409, sentence: 'This is done in the store itself. Do it there.' },
  'transfer-same-store': { status: 422, sentence: 'Goods can not be sent to the store that they are in.' },
  'transfer-nowhere': { status: 409, sentence: 'This shop stands alone. There is no other store to send to.' },
  'transfer-unknown': { status: 404, sentence: 'Nothing of that kind is on its way here.' },
  'transfer-received': { status: 409, sentence: 'These goods were taken in already.' },
  'stock-quantity-zero': { status: 422, sentence: 'A difference is zero. Leave the line out.' },
}
