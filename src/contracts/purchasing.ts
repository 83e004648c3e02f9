import { z } from 'zod'
import type { FactCatalogue } from './fact.ts'
import { atMs, cursor, handle, id, limit, micro, minorUnsigned, name, note, page, sku } from './primitives.ts'
import { defineRoutes, type RefusalTexts } from './route.ts'

export const supplier = z.object({ supplierId: id, name, email: z.string().max(200), note })
export const reorderRule = z.object({
  sku,
  /** The store that it is for; null for every store that has no rule of its own. Absent: that of whoever recorded it. */
  store: handle.nullable().optional(),
  supplierId: id,
  /** Ordering starts when stock plus what is on order or on its way from another store falls to this or below. */
  reorderPointMicro: micro.min(0),
  /** What an order fills up to. */
  targetLevelMicro: micro.min(0),
  /** Orders are whole multiples of this. */
  packMicro: micro.min(1).default(1_000_000),
  costMinor: minorUnsigned.nullable().default(null),
})
export const orderLine = z.object({ sku, quantityMicro: micro.min(1), costMinor: minorUnsigned.nullable() })
export const orderState = z.enum(['proposed', 'ordered', 'partly-delivered', 'delivered', 'cancelled'])
/** The store that an order is for; absent where that store recorded it itself. */
const forStore = handle.optional()
export const purchaseOrder = z.object({
  store: handle,
  purchaseOrderId: id,
  supplierId: id,
  supplierName: z.string(),
  state: orderState,
  lines: z.array(orderLine.extend({ deliveredMicro: micro })),
  createdAtMs: atMs,
  orderedAtMs: atMs.nullable(),
  /** The fact that made Tillwire propose it, where it did. */
  cause: id.nullable(),
})
export const delivery = z.object({
  store: handle,
  deliveryId: id,
  supplierId: id,
  purchaseOrderId: id.nullable(),
  lines: z.array(orderLine),
  reference: z.string(),
  receivedAtMs: atMs,
})

export const purchasingFacts = {
  'supplier.saved': { version: 1, summary: 'A supplier as it is from now on', body: supplier },
  'reorder-rule.set': { version: 1, summary: 'When and how far a SKU is reordered', body: reorderRule },
  'reorder-rule.removed': {
    version: 1,
    summary: 'A SKU is no longer reordered',
    body: z.object({ sku, store: reorderRule.shape.store }),
  },
  'purchase-order.proposed': {
    version: 1,
    summary: 'Stock fell to its reorder point: a line is proposed, in the open proposal to its supplier',
    body: z.object({ purchaseOrderId: id, store: forStore, supplierId: id, line: orderLine }),
  },
  'purchase-order.created': {
    version: 1,
    summary: 'A person wrote a purchase order',
    body: z.object({ purchaseOrderId: id, store: forStore, supplierId: id, lines: z.array(orderLine).min(1) }),
  },
  'purchase-order.ordered': {
    version: 1,
    summary: 'A proposal or draft was ordered with these lines',
    body: z.object({ purchaseOrderId: id, store: forStore, lines: z.array(orderLine).min(1) }),
  },
  'purchase-order.cancelled': {
    version: 1,
    summary: 'An order was given up',
    body: z.object({ purchaseOrderId: id, store: forStore }),
  },
  'delivery.received': {
    version: 1,
    summary: 'Goods arrived, for an order in whole or part, or without one',
    body: z.object({
      deliveryId: id,
      supplierId: id,
      purchaseOrderId: id.nullable(),
      lines: z.array(orderLine).min(1),
      reference: z.string(),
    }),
  },
} satisfies FactCatalogue

export const purchasingRoutes = defineRoutes({
  listSuppliers: {
    kind: 'query',
    name: 'listSuppliers',
    method: 'GET',
    path: '/suppliers',
    summary: 'Suppliers by name',
    scope: 'purchasing:read',
    response: z.object({ rows: z.array(supplier) }),
  },
  saveSupplier: {
    kind: 'command',
    name: 'saveSupplier',
    method: 'POST',
    path: '/suppliers',
    summary: 'Add a supplier, or save it under the same supplierId',
    scope: 'purchasing:write',
    body: z.object({ id, supplierId: id, name, email: z.string().max(200).default(''), note: note.default('') }),
    response: supplier,
  },
  listReorderRules: {
    kind: 'query',
    name: 'listReorderRules',
    method: 'GET',
    path: '/reorder-rules',
    summary:
      'Reorder points with what is known of stock and orders; of a rule for all stores their sum where no store is named',
    scope: 'purchasing:read',
    query: z.object({ sku: sku.optional(), cursor, limit }),
    response: page(reorderRule.extend({ store: handle.nullable(), levelMicro: micro, onOrderMicro: micro })),
  },
  setReorderRule: {
    kind: 'command',
    name: 'setReorderRule',
    method: 'PUT',
    path: '/reorder-rules/:sku',
    summary: 'Say when and how far a SKU is reordered: in the store named, at HQ in all where none is',
    scope: 'purchasing:write',
    params: z.object({ sku }),
    body: reorderRule.omit({ sku: true }).extend({ id }),
    response: reorderRule,
  },
  removeReorderRule: {
    kind: 'command',
    name: 'removeReorderRule',
    method: 'DELETE',
    path: '/reorder-rules/:sku',
    summary: 'Stop reordering a SKU, where the rule was set: in the store named, at HQ in all where none is',
    scope: 'purchasing:write',
    params: z.object({ sku }),
    response: z.object({ sku }),
  },
  listPurchaseOrders: {
    kind: 'query',
    name: 'listPurchaseOrders',
    method: 'GET',
    path: '/purchase-orders',
    summary: 'Purchase orders and proposals, newest first',
    scope: 'purchasing:read',
    query: z.object({ state: orderState.optional(), cursor, limit }),
    response: page(purchaseOrder),
  },
  getPurchaseOrder: {
    kind: 'query',
    name: 'getPurchaseOrder',
    method: 'GET',
    path: '/purchase-orders/:purchaseOrderId',
    summary: 'One purchase order',
    scope: 'purchasing:read',
    params: z.object({ purchaseOrderId: id }),
    response: purchaseOrder,
  },
  createPurchaseOrder: {
    kind: 'command',
    name: 'createPurchaseOrder',
    method: 'POST',
    path: '/purchase-orders',
    summary: 'Write a purchase order by hand; it is ordered with the next call',
    scope: 'purchasing:write',
    body: z.object({
      id,
      /** Needed at HQ, where no store is asked about otherwise. */
      store: forStore,
      supplierId: id,
      lines: z.array(orderLine).min(1).max(1_000),
    }),
    response: z.object({ purchaseOrderId: id }),
  },
  orderPurchaseOrder: {
    kind: 'command',
    name: 'orderPurchaseOrder',
    method: 'POST',
    path: '/purchase-orders/:purchaseOrderId/order',
    summary: 'Order a proposal, with its lines as they are or as given here',
    scope: 'purchasing:write',
    params: z.object({ purchaseOrderId: id }),
    body: z.object({ id, lines: z.array(orderLine).min(1).max(1_000).optional() }),
    response: z.object({ purchaseOrderId: id }),
  },
  cancelPurchaseOrder: {
    kind: 'command',
    name: 'cancelPurchaseOrder',
    method: 'POST',
    path: '/purchase-orders/:purchaseOrderId/cancel',
    summary: 'Give an order or proposal up',
    scope: 'purchasing:write',
    params: z.object({ purchaseOrderId: id }),
    body: z.object({ id }),
    response: z.object({ purchaseOrderId: id }),
  },
  listDeliveries: {
    kind: 'query',
    name: 'listDeliveries',
    method: 'GET',
    path: '/deliveries',
    summary: 'Deliveries, newest first',
    scope: 'purchasing:read',
    query: z.object({ cursor, limit }),
    response: page(delivery),
  },
  receiveDelivery: {
    kind: 'command',
    name: 'receiveDelivery',
    method: 'POST',
    path: '/deliveries',
    summary: 'Take goods in, for an order in whole or part, or without one',
    scope: 'purchasing:write',
    body: z.object({
      id,
      supplierId: id,
      purchaseOrderId: id.nullable().default(null),
      lines: z.array(orderLine).min(1).max(1_000),
      reference: z.string().max(100).default(''),
    }),
    response: z.object({ deliveryId: id }),
  },
})

export const purchasingRefusals: RefusalTexts = {
  'supplier-unknown': { status: 422, sentence: 'There is no such supplier. Add it first.' },
  'target-below-reorder-point': { status: 422, sentence: 'The target level must be above the reorder point.' },
  'purchase-order-unknown': { status: 404, sentence: 'There is no such purchase order.' },
  'purchase-order-state': { status: 409, sentence: 'The purchase order is past that step already.' },
  'supplier-differs': { status: 422, sentence: 'The order is from another supplier.' },
}
