/** All are projections. */
export type CatalogueTables = {
  /** One row. */
  catalogue_store: { only: number; profile: string }
  /** `position` is where the tax was first set: taxes keep that order. */
  catalogue_tax: { code: string; name: string; parts: string; position: number }
  catalogue_category: { name: string; colour: string; order: number }
  catalogue_product: {
    product_id: string
    /** The position where it was first saved: a short key for what is looked up often. */
    number: number
    name: string
    /** The beginning of the name as it is searched, by which lists are ordered. */
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
  /** SKUs and barcodes (by `barcodeKey`) of products on sale, each of which is there once. */
  catalogue_code: { kind: 'barcode' | 'sku'; code: string; product_id: string }
  /** Where each word leads, the products of one word in the order of their names; with the `wordSigns` of the product. */
  catalogue_word: { archived: number; word: string; name_start: string; number: number; signs: number }
  /** One row: the position of the newest fact, and whether anything was sold yet. */
  catalogue_state: { only: number; version: number; sold: number }
}
