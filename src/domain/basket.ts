/**
 * The shapes of a basket on its way to a sale. Money is integer minor units of `currency`, quantities are integers in
 * millionths (1 kg or 1 piece = 1_000_000), rates are parts per million (20 % = 200_000). Nothing here is ever a float.
 */

export type TaxMode = 'included' | 'excluded'
/** `line`: each line's tax is rounded, then summed. `document`: exact taxes are summed by rate, then rounded once. */
export type TaxRounding = 'line' | 'document'

/** One part of a tax (a VAT has one; New York has state, city and district). A compound part is levied on net plus the parts before it. */
export type TaxPart = { code: string; name: string; ratePpm: number; compound: boolean }
export type Tax = { code: string; name: string; parts: TaxPart[] }

/** What a store prices by. `cashStepMinor` is the smallest payable cash amount (5 for CHF), 1 where every unit can be paid. */
export type PricingRules = {
  currency: string
  taxMode: TaxMode
  taxRounding: TaxRounding
  cashStepMinor: number
}

export type PriceSource = 'list' | 'override' | 'embedded'

/** A line before it is priced. A negative quantity is goods coming back in the same basket (an exchange). */
export type BasketLine = {
  sku: string
  name: string
  quantityMicro: number
  unitPriceMinor: number
  priceSource: PriceSource
  /** Amount taken off this line by a person, as a positive number, for the whole line; it may not exceed the line. */
  discountMinor: number
  tax: Tax
}

/** Amount taken off the whole sale by a person: an amount, or a share of what remains after line discounts. */
export type SaleDiscount = { kind: 'amount'; amountMinor: number } | { kind: 'share'; sharePpm: number }

export type Basket = { lines: BasketLine[]; discount?: SaleDiscount }

export type PricedLine = BasketLine & {
  /** Unit price times quantity, rounded half away from zero, before any discount. Signed like the quantity. */
  grossMinor: number
  /** This line's share of the sale discount (positive number, signed against the line as `discountMinor` is). */
  saleDiscountMinor: number
  /** What the customer pays for the line without tax, after all discounts. */
  netMinor: number
  taxMinor: number
  /** netMinor + taxMinor, always. */
  totalMinor: number
}

export type TaxTotal = {
  taxCode: string
  partCode: string
  name: string
  ratePpm: number
  netMinor: number
  taxMinor: number
}

export type PricedBasket = {
  currency: string
  taxMode: TaxMode
  lines: PricedLine[]
  /** Sum of grossMinor. */
  subtotalMinor: number
  /** Sum of line discounts and sale discount shares, positive where something was taken off. */
  discountMinor: number
  netMinor: number
  taxMinor: number
  /** netMinor + taxMinor: what is due before cash rounding. */
  totalMinor: number
  taxes: TaxTotal[]
}

export type TenderKind = 'cash' | 'card' | 'voucher' | 'account' | 'other'
/** What the customer hands over (positive) or gets back in a refund (negative). */
export type Tender = { kind: TenderKind; amountMinor: number; reference?: string }

/** A business refusal. Its code is stable; `detail` holds what a sentence for the cashier needs. */
export type Refusal = { ok: false; code: string; detail?: Record<string, string | number> }
export type Outcome<T> = ({ ok: true } & T) | Refusal
