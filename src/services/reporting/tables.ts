type Sums = { sales: number; returns: number; total_minor: number }
/** A day of a store, by its own time zone. */
type OfDay = { store: string; day: string }
/**
 * What the catalogue said from a version on. `above` is 1 where the node above decides: what this node decided itself before it
 * had one above it has versions of its own, and counts no longer.
 */
type Versioned = { above: number; version: number }

/** Sums by each store's day. All amounts are what was sold less what came back. */
export type ReportingTables = {
  reporting_day: Sums &
    OfDay & {
      lines: number
      gross_minor: number
      discount_minor: number
      net_minor: number
      tax_minor: number
      cost_minor: number
    }
  /** `quarter`: quarter hours since midnight, 0 to 95. */
  reporting_quarter: Sums & OfDay & { quarter: number }
  reporting_product: OfDay & { sku: string; quantity_micro: number; total_minor: number }
  reporting_cashier: Sums & OfDay & { cashier: string }
  reporting_tender: OfDay & { kind: string; count: number; amount_minor: number }
  reporting_tax: OfDay & {
    tax_code: string
    part_code: string
    rate_ppm: number
    name: string
    net_minor: number
    tax_minor: number
  }
  reporting_last_sale: { store: string; at_ms: number }
  reporting_shift: { shift_id: string; store: string; closed: number }
  /** Own sums of stock, to count what is below zero. */
  reporting_stock: { store: string; sku: string; level_micro: number }
  /** Own copy of names. */
  reporting_article: { sku: string; name: string }
  /** Own copy of costs, a row where a cost changed. */
  reporting_cost: Versioned & { sku: string; cost_minor: number | null }
  /** How a store counts days and money. */
  reporting_store: Versioned & { store: string; name: string; time_zone: string; currency: string }
}
