type Sums = { sales: number; returns: number; total_minor: number }

/** Sums by the store's day. All amounts are what was sold less what came back. */
export type ReportingTables = {
  reporting_day: Sums & {
    day: string
    lines: number
    gross_minor: number
    discount_minor: number
    net_minor: number
    tax_minor: number
    cost_minor: number
  }
  /** `quarter`: quarter hours since midnight, 0 to 95. */
  reporting_quarter: Sums & { day: string; quarter: number }
  reporting_product: { day: string; sku: string; quantity_micro: number; total_minor: number }
  reporting_cashier: Sums & { day: string; cashier: string }
  reporting_tender: { day: string; kind: string; count: number; amount_minor: number }
  reporting_tax: {
    day: string
    tax_code: string
    part_code: string
    rate_ppm: number
    name: string
    net_minor: number
    tax_minor: number
  }
  /** Own copy of names and costs. */
  reporting_article: { sku: string; name: string; cost_minor: number | null }
  /** One row: how the store counts days and money. */
  reporting_store: { only: number; time_zone: string; currency: string }
}
