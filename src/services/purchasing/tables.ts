export type PurchasingTables = {
  purchasing_supplier: { supplier_id: string; name: string; email: string; note: string }
  /** What is known of each SKU: its level (own sum of the same facts), what is on its way, and its rule where it has one. */
  purchasing_stock: { sku: string; level_micro: number }
  purchasing_rule: {
    sku: string
    supplier_id: string
    reorder_point_micro: number
    target_level_micro: number
    pack_micro: number
    cost_minor: number | null
  }
  purchasing_order: {
    purchase_order_id: string
    supplier_id: string
    state: 'proposed' | 'ordered' | 'partly-delivered' | 'delivered' | 'cancelled'
    created_at_ms: number
    ordered_at_ms: number | null
    cause: string | null
    position: number
  }
  purchasing_order_line: {
    purchase_order_id: string
    sku: string
    quantity_micro: number
    cost_minor: number | null
    delivered_micro: number
    /** 1 while the rest is still on its way: proposed, ordered or delivered in part. */
    open: number
  }
  purchasing_delivery: {
    delivery_id: string
    supplier_id: string
    purchase_order_id: string | null
    lines: string
    reference: string
    received_at_ms: number
    position: number
  }
}
