/** A rule's store where it is for every store that has none of its own. */
export const everyStore = ''

export type PurchasingTables = {
  purchasing_supplier: { supplier_id: string; name: string; email: string; note: string }
  /** What is known of each SKU in each store: its level (own sum of the same facts), and what other stores have sent to it. */
  purchasing_stock: { store: string; sku: string; level_micro: number; incoming_micro: number }
  purchasing_rule: {
    sku: string
    store: string
    supplier_id: string
    reorder_point_micro: number
    target_level_micro: number
    pack_micro: number
    cost_minor: number | null
  }
  /** `state` follows from the lines, `ordered_at_ms` and `cancelled`, so that it is the same in whatever order facts arrive. */
  purchasing_order: {
    purchase_order_id: string
    store: string
    supplier_id: string
    state: 'proposed' | 'ordered' | 'partly-delivered' | 'delivered' | 'cancelled'
    created_at_ms: number
    ordered_at_ms: number | null
    cancelled: number
    cause: string | null
    position: number
  }
  /** `quantity_micro` is zero where something was delivered that was not ordered. */
  purchasing_order_line: {
    purchase_order_id: string
    store: string
    sku: string
    quantity_micro: number
    cost_minor: number | null
    delivered_micro: number
    /** 1 while the rest is still on its way: proposed, ordered or delivered in part. */
    open: number
  }
  purchasing_delivery: {
    delivery_id: string
    store: string
    supplier_id: string
    purchase_order_id: string | null
    lines: string
    reference: string
    received_at_ms: number
    position: number
  }
}
