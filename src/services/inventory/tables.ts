export type InventoryTables = {
  inventory_level: { store: string; sku: string; level_micro: number; movements: number; position: number }
  inventory_movement: {
    position: number
    line_no: number
    store: string
    sku: string
    quantity_micro: number
    reason: string
    detail: string
    at_ms: number
    fact: string
  }
  /** Goods between stores. `position`: where this journal first heard of it. */
  inventory_transfer: {
    transfer_id: string
    from_store: string
    to_store: string
    note: string
    sent_at_ms: number | null
    received_at_ms: number | null
    position: number
  }
  inventory_transfer_line: { transfer_id: string; sku: string; sent_micro: number; received_micro: number }
  /** Own copy of what products are called. */
  inventory_product: { sku: string; name: string; folded_name: string }
}
