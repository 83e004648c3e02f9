import type { Tax } from '../../domain/basket.ts'

/** What a SKU was called and cost at its base price from a version of the catalogue on. */
type ArticleRow = {
  sku: string
  from_version: number
  product_id: string
  name: string
  price_minor: number
  tax_code: string
  archived: number
}
/** What a store or a group sold a SKU for from a version on; null where it went by the base price again. */
type PriceRow = { sku: string; audience: string; from_version: number; price_minor: number | null }
type TaxRow = {
  code: string
  /** A store or a group; empty for everyone's. */
  audience: string
  from_version: number
  /** JSON of `Tax`. */
  tax: string
}
type StoreRow = {
  store: string
  from_version: number
  currency: string
  tax_mode: 'included' | 'excluded'
  tax_rounding: 'line' | 'document'
  cash_step_minor: number
  time_zone: string
}
/** The groups that a store was in from a version on, as a JSON array. */
type GroupsRow = { store: string; from_version: number; audiences: string }
/** One row: the version of the newest fact of the catalogue. */
type VersionRow = { only: number; version: number }
type ShiftRow = { shift_id: string; till: string; open: number }
/** The number of each till's last receipt. */
type TillRow = { store: string; till: string; receipt_number: number }
/** Tills that are nodes of their own. */
type DeviceRow = { store: string; till: string; node: string }
type SaleRow = {
  position: number
  id: string
  kind: 'sale' | 'return'
  /** The store, and the node that recorded it, with its epoch and the number of the fact there. */
  store: string
  node: string
  epoch: number
  seq: number
  till: string
  receipt_number: number
  completed_at_ms: number
  cashier: string
  currency: string
  total_minor: number
  lines: number
  /** Kinds of tender, each once, with a comma between. */
  tenders: string
  /** JSON of the fact's body. */
  document: string
}
type SaleSkuRow = { sku: string; position: number }
/**
 * Which part of a line's quantity came back, or may: the places from `from_micro` on up to `to_micro`, counted from nothing to
 * what was sold. No two parts of a line overlap. `return_id` is that of the return, or of the claim (which has the same).
 */
type ReturnedRow = {
  sale_id: string
  line_no: number
  from_micro: number
  to_micro: number
  return_id: string
  /** 1 while it is promised and has not come back. */
  claimed: number
}
type ClaimRow = {
  claim_id: string
  sale_id: string
  /** Null while it is not known. */
  sale_store: string | null
  store: string
  till: string
  /** The node that may take the goods back; null where any of that store may. */
  node: string | null
  asked_at_ms: number
  /** JSON of what was asked for. */
  lines: string
  /** The node that asked the store which sold it, where that was another one. */
  passed_by: string | null
  /** JSON of what comes back, once it may. */
  goods: string | null
  refused_code: string | null
  /** Who was told that it was given up, where it was, and by which node. */
  released_to: string | null
  released_by: string | null
}
type ParkedRow = {
  parked_sale_id: string
  store: string
  parked_at_ms: number
  /** How many times it was taken up. */
  taken_up: number
  /** JSON of the fact's body. */
  document: string
}
/** Each time that a parked basket was taken up. */
type TakenUpRow = {
  fact_id: string
  parked_sale_id: string
  store: string
  at_ms: number
  node: string
  till: string
}
type OverrideRow = {
  override_id: string
  permission: string
  target_kind: string
  target_id: string
  /** Null where it is for all of it. */
  line_no: number | null
  approver_id: string
  approver_name: string
  granted_at_ms: number
  expires_at_ms: number
}

export type SalesTables = {
  sales_article: ArticleRow
  sales_price: PriceRow
  sales_tax: TaxRow
  sales_store: StoreRow
  sales_groups: GroupsRow
  sales_version: VersionRow
  sales_shift: ShiftRow
  sales_till: TillRow
  sales_device: DeviceRow
  sales_sale: SaleRow
  sales_sale_sku: SaleSkuRow
  sales_returned: ReturnedRow
  sales_claim: ClaimRow
  sales_parked: ParkedRow
  sales_taken_up: TakenUpRow
  sales_override: OverrideRow
}

/** Tables that follow from facts, which are all. */
export const salesProjections = [
  'sales_article',
  'sales_price',
  'sales_tax',
  'sales_store',
  'sales_groups',
  'sales_version',
  'sales_shift',
  'sales_till',
  'sales_device',
  'sales_sale',
  'sales_sale_sku',
  'sales_returned',
  'sales_claim',
  'sales_parked',
  'sales_taken_up',
  'sales_override',
] as const satisfies readonly (keyof SalesTables)[]

/** The audience of what is for no store or group in particular: no handle is empty. */
export const everyone = ''

export const taxOfText = (text: string): Tax => JSON.parse(text) as Tax
