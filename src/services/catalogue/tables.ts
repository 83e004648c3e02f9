/** All are projections. `from_position` is where the fact stands that says so. */
export type CatalogueTables = {
  /** One row. */
  catalogue_store: { only: number; profile: string }
  catalogue_tax: { code: string; name: string; parts: string; position: number }
  catalogue_category: { name: string; colour: string; order: number }
  catalogue_product: {
    product_id: string
    name: string
    folded_name: string
    category: string
    favourite: number
    demo: number
    note: string
    archived: number
    changed_at: number
  }
  catalogue_variant: {
    sku: string
    product_id: string
    place: number
    form: string
    barcodes: string
    unit: string
    price_minor: number
    cost_minor: number | null
    tax_code: string
  }
  /** Barcodes and SKUs of products on sale, each of which is there once. */
  catalogue_code: { kind: 'barcode' | 'sku'; code: string; product_id: string }
  catalogue_word: { word: string; product_id: string }
  /** One row: the position of the newest fact, and whether anything was sold yet. */
  catalogue_state: { only: number; version: number; sold: number }
}
