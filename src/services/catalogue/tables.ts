/** All are projections. */
export type CatalogueTables = {
  catalogue_store: { store: string; profile: string }
  /** `audience` is a group that the store is in. */
  catalogue_group: { store: string; audience: string }
  /** `position` is where the tax was first set: taxes keep that order. `audience`: see `everyone`. */
  catalogue_tax: { code: string; audience: string; name: string; parts: string; position: number }
  /** What a store or a group sells a SKU for. Stays when its product is saved, or given to another. */
  catalogue_price: { sku: string; audience: string; price_minor: number }
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
  /** One row: the version that the newest fact made. */
  catalogue_state: { only: number; version: number }
  /** Stores that have sold something. */
  catalogue_sold: { store: string }
}

/** The audience of what is for no store or group in particular: no handle is empty. */
export const everyone = ''
