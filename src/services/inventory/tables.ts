export type InventoryTables = {
  inventory_level: { sku: string; level_micro: number; movements: number; position: number }
  inventory_movement: {
    position: number
    line_no: number
    sku: string
    quantity_micro: number
    reason: string
    detail: string
    at_ms: number
    fact: string
  }
  /** Own copy of what products are called. */
  inventory_product: { sku: string; name: string; folded_name: string }
}
