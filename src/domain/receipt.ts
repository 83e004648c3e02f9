import type { PricedBasket, PricedLine, Tender, TenderKind } from './basket.ts'
import { decimalFromMinor } from './money.ts'
import { cellsOf, columnsOf, containsCardNumber, inertText } from './text.ts'

/** A completed sale as its receipt needs it. Instants arrive as text: only the caller knows the store's time zone. */
export type ReceiptInput = {
  receiptNumber: string
  till: string
  cashierName: string
  completedAtText: string
  shop: { name: string; address: readonly string[]; taxNumber?: string }
  priced: PricedBasket
  tenders: readonly Tender[]
  /** What went back to the customer, zero or more. */
  changeMinor: number
  /** Cash rounding, signed: dueMinor = priced.totalMinor + roundingMinor. */
  roundingMinor: number
  dueMinor: number
  footer: readonly string[]
  copy: boolean
}

/** A label at the left and an amount or text at the right. */
export type ReceiptRow = { label: string; text: string }

export type ReceiptLine = {
  name: string
  quantityText: string
  unitPriceText: string
  /** Unit price times quantity, before the discounts below it. */
  totalText: string
  discounts: ReceiptRow[]
}

export type ReceiptTax = { name: string; rateText: string; netText: string; taxText: string }

/** The customer's document, ready to print on paper or show on a screen: inert texts only, no numbers left to format. */
export type Receipt = {
  copy: boolean
  copyLabel: string
  header: string[]
  meta: ReceiptRow[]
  currency: string
  lines: ReceiptLine[]
  /** In the order of reading; the last is what is due. */
  totals: ReceiptRow[]
  taxHeading: { name: string; net: string; tax: string }
  taxes: ReceiptTax[]
  tenders: ReceiptRow[]
  change: ReceiptRow | null
  footer: string[]
}

export type ReceiptLabels = {
  taxNumber: string
  receiptNumber: string
  completedAt: string
  till: string
  cashier: string
  discount: string
  subtotal: string
  net: string
  total: string
  rounding: string
  due: string
  tax: string
  taxAmount: string
  change: string
  copy: string
  tenders: Record<TenderKind, string>
  refunds: Record<TenderKind, string>
}

export const englishLabels: ReceiptLabels = {
  taxNumber: 'Tax number',
  receiptNumber: 'Receipt',
  completedAt: 'Date',
  till: 'Till',
  cashier: 'Cashier',
  discount: 'Discount',
  subtotal: 'Subtotal',
  net: 'Net',
  total: 'Total',
  rounding: 'Rounding',
  due: 'Due',
  tax: 'Tax',
  taxAmount: 'Amount',
  change: 'Change',
  copy: 'COPY',
  tenders: { cash: 'Cash', card: 'Card', voucher: 'Voucher', account: 'On account', other: 'Other' },
  refunds: {
    cash: 'Cash back',
    card: 'Card refund',
    voucher: 'Voucher refund',
    account: 'Account refund',
    other: 'Other refund',
  },
}

const decimalFromScaled = (value: number, decimals: number): string => {
  const digits = String(Math.abs(value)).padStart(decimals + 1, '0')
  const fraction = digits.slice(-decimals).replace(/0+$/, '')
  const whole = digits.slice(0, -decimals)
  return `${value < 0 ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

/** Millionths as the shortest decimal: 432_000 is `0.432`. */
export const quantityText = (quantityMicro: number): string => decimalFromScaled(quantityMicro, 6)

/** Parts per million as a percentage: 88_750 is `8.875 %`. */
export const rateText = (ratePpm: number): string => `${decimalFromScaled(ratePpm, 4)} %`

/** A discount is a positive amount against its line: on a line of returned goods it lessens what goes back. */
const signedLineDiscount = (line: PricedLine): number =>
  line.grossMinor < 0 ? -line.discountMinor : line.discountMinor

/** Pure: the same sale gives the same document; a copy differs in its mark only. */
export const buildReceipt = (input: ReceiptInput, labels: ReceiptLabels = englishLabels): Receipt => {
  const { priced, shop } = input
  const amount = (minor: number): string => decimalFromMinor(minor, priced.currency)
  const row = (label: string, minor: number): ReceiptRow => ({ label: inertText(label), text: amount(minor) })

  const lineDiscountsMinor = priced.lines.reduce((sum, line) => sum + signedLineDiscount(line), 0)
  const saleDiscountMinor = priced.discountMinor - lineDiscountsMinor
  const totals: ReceiptRow[] = []
  if (saleDiscountMinor !== 0) {
    totals.push(
      row(labels.subtotal, priced.subtotalMinor - lineDiscountsMinor),
      row(labels.discount, -saleDiscountMinor),
    )
  }
  if (priced.taxMode === 'excluded') totals.push(row(labels.net, priced.netMinor), row(labels.tax, priced.taxMinor))
  totals.push(row(labels.total, priced.totalMinor))
  if (input.roundingMinor !== 0) totals.push(row(labels.rounding, input.roundingMinor), row(labels.due, input.dueMinor))

  return {
    copy: input.copy,
    copyLabel: inertText(labels.copy),
    header: [shop.name, ...shop.address, ...(shop.taxNumber ? [`${labels.taxNumber} ${shop.taxNumber}`] : [])].map(
      inertText,
    ),
    meta: [
      { label: labels.receiptNumber, text: input.receiptNumber },
      { label: labels.completedAt, text: input.completedAtText },
      { label: labels.till, text: input.till },
      { label: labels.cashier, text: input.cashierName },
    ].map(({ label, text }) => ({ label: inertText(label), text: inertText(text) })),
    currency: priced.currency,
    lines: priced.lines.map(line => ({
      name: inertText(line.name),
      quantityText: quantityText(line.quantityMicro),
      unitPriceText: amount(line.unitPriceMinor),
      totalText: amount(line.grossMinor),
      discounts: line.discountMinor === 0 ? [] : [row(labels.discount, -signedLineDiscount(line))],
    })),
    totals,
    taxHeading: { name: inertText(labels.tax), net: inertText(labels.net), tax: inertText(labels.taxAmount) },
    taxes: priced.taxes.map(tax => ({
      name: inertText(tax.name),
      rateText: rateText(tax.ratePpm),
      netText: amount(tax.netMinor),
      taxText: amount(tax.taxMinor),
    })),
    tenders: input.tenders.map(tender => {
      const label = (tender.amountMinor < 0 ? labels.refunds : labels.tenders)[tender.kind]
      // A reference is what a terminal or a person gave; whatever they gave, no card number goes on paper.
      const shown = tender.reference !== undefined && !containsCardNumber(tender.reference)
      return row(shown ? `${label} ${tender.reference}` : label, tender.amountMinor)
    }),
    change: input.changeMinor === 0 ? null : row(labels.change, input.changeMinor),
    footer: input.footer.map(inertText),
  }
}

/** Breaks text into rows of at most `columns`, at spaces where there are some, else between characters. */
const wrap = (text: string, columns: number): string[] => {
  const rows: string[] = []
  let current = ''
  let used = 0
  const finish = (): void => {
    if (current.trimEnd() !== '') rows.push(current.trimEnd())
    current = ''
    used = 0
  }
  for (const word of text.split(/(?<=\s)(?=\S)/u)) {
    if (used + columnsOf(word.trimEnd()) > columns) finish()
    for (const cell of cellsOf(word)) {
      if (used + cell.columns > columns) finish()
      if (used === 0 && cell.text.trim() === '') continue
      current += cell.text
      used += cell.columns
    }
  }
  finish()
  return rows
}

const left = (text: string, columns: number): string => text + ' '.repeat(columns - columnsOf(text))
const right = (text: string, columns: number): string => ' '.repeat(columns - columnsOf(text)) + text
const centred = (text: string, columns: number): string =>
  ' '.repeat(Math.floor((columns - columnsOf(text)) / 2)) + text

/** Label left, text right, on one row where both fit; else the label above and the text at the right below it. */
const spread = (label: string, text: string, columns: number): string[] => {
  const textColumns = columnsOf(text)
  const labelRows = wrap(label, columns)
  const last = labelRows.at(-1) ?? ''
  if (columnsOf(last) + 1 + textColumns > columns) {
    return [...labelRows, ...wrap(text, columns).map(part => right(part, columns))]
  }
  return [...labelRows.slice(0, -1), left(last, columns - textColumns) + text]
}

const taxRow = (name: string, net: string, tax: string, columns: number): string[] => {
  const numberColumns = Math.floor(columns * 0.3)
  if (columnsOf(net) >= numberColumns || columnsOf(tax) >= numberColumns) {
    return [...spread(name, net, columns), ...spread('', tax, columns)]
  }
  return spread(name, right(net, numberColumns) + right(tax, numberColumns), columns)
}

/** Columns of the usual printers: 58 mm paper, 80 mm paper in font A narrow and wide. */
export type ReceiptColumns = 32 | 42 | 48

/** The receipt as rows of plain text, none wider than `columns` of a fixed-width font, no text lost. */
export const renderText = (receipt: Receipt, columns: ReceiptColumns): string[] => {
  const rule = '-'.repeat(columns)
  const centre = (text: string): string[] => wrap(text, columns).map(part => centred(part, columns))
  const rows = (list: readonly ReceiptRow[]): string[] =>
    list.flatMap(({ label, text }) => spread(label, text, columns))
  const indented = ({ label, text }: ReceiptRow): string[] => spread(label, text, columns - 2).map(part => `  ${part}`)

  return [
    ...(receipt.copy ? centre(`*** ${receipt.copyLabel} ***`) : []),
    ...receipt.header.flatMap(centre),
    '',
    ...rows(receipt.meta),
    rule,
    ...receipt.lines.flatMap(line => [
      ...(line.quantityText === '1'
        ? spread(line.name, line.totalText, columns)
        : [
            ...wrap(line.name, columns),
            ...indented({ label: `${line.quantityText} x ${line.unitPriceText}`, text: line.totalText }),
          ]),
      ...line.discounts.flatMap(indented),
    ]),
    rule,
    ...rows(
      receipt.totals.map((total, index) =>
        index === receipt.totals.length - 1 ? { label: total.label, text: `${receipt.currency} ${total.text}` } : total,
      ),
    ),
    ...rows(receipt.tenders),
    ...rows(receipt.change === null ? [] : [receipt.change]),
    ...(receipt.taxes.length === 0
      ? []
      : [
          rule,
          ...taxRow(receipt.taxHeading.name, receipt.taxHeading.net, receipt.taxHeading.tax, columns),
          ...receipt.taxes.flatMap(tax => taxRow(`${tax.name} ${tax.rateText}`, tax.netText, tax.taxText, columns)),
        ]),
    ...(receipt.footer.length === 0 ? [] : ['', ...receipt.footer.flatMap(centre)]),
  ]
}
