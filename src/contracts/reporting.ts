import { z } from 'zod'
import { atMs, currency, day, handle, minor, minorUnsigned, position, sku } from './primitives.ts'
import { defineRoutes, type RefusalTexts } from './route.ts'

const sum = { sales: z.int(), returns: z.int(), totalMinor: minor }

/** A store's day: sales less returns. A day is the store's own, by its time zone. */
export const dayReport = z.object({
  store: handle,
  day,
  currency,
  sales: z.int(),
  returns: z.int(),
  lines: z.int(),
  grossMinor: minor,
  discountMinor: minor,
  netMinor: minor,
  taxMinor: minor,
  totalMinor: minor,
  costMinor: minor,
  byHour: z.array(z.object({ hour: z.int(), ...sum })),
  byProduct: z.array(z.object({ sku, name: z.string(), quantityMicro: z.int(), totalMinor: minor })),
  byCashier: z.array(z.object({ cashier: z.string(), ...sum })),
  byTender: z.array(z.object({ kind: z.string(), count: z.int(), amountMinor: minor })),
  byTax: z.array(
    z.object({
      taxCode: z.string(),
      partCode: z.string(),
      name: z.string(),
      ratePpm: z.int(),
      netMinor: minor,
      taxMinor: minor,
    }),
  ),
  position,
})
export type DayReport = z.infer<typeof dayReport>

/** A store's day at a glance. `lastSaleAtMs`: of any day; null where it never sold. `negativeSkus`: SKUs sold below zero. */
export const storeDay = z.object({
  store: handle,
  name: z.string(),
  timeZone: z.string(),
  currency,
  day,
  ...sum,
  openShifts: z.int(),
  negativeSkus: z.int(),
  lastSaleAtMs: atMs.nullable(),
})

export const reportingRoutes = defineRoutes({
  dayReport: {
    kind: 'query',
    name: 'dayReport',
    method: 'GET',
    path: '/reports/day',
    summary: "A day by hour, product, cashier, tender and tax; the store's today where no day is named",
    scope: 'reports:read',
    query: z.object({ day: day.optional(), products: z.coerce.number().int().min(1).max(10_000).default(100) }),
    response: dayReport,
  },
  rangeReport: {
    kind: 'query',
    name: 'rangeReport',
    method: 'GET',
    path: '/reports/range',
    summary: 'Days from and to, both included, and their sum',
    scope: 'reports:read',
    query: z.object({ from: day, to: day }),
    response: z.object({
      store: handle,
      currency,
      days: z.array(z.object({ day, ...sum, netMinor: minor, taxMinor: minor })),
      total: z.object({ ...sum, netMinor: minor, taxMinor: minor, discountMinor: minorUnsigned.or(minor) }),
      position,
    }),
  },
  today: {
    kind: 'query',
    name: 'today',
    method: 'GET',
    path: '/reports/today',
    summary: 'Today against the same weekday last week up to the same time',
    scope: 'reports:read',
    response: z.object({
      report: dayReport,
      lastWeek: z.object({
        day,
        totalMinor: minor,
        totalUntilNowMinor: minor,
        byHour: z.array(z.object({ hour: z.int(), totalMinor: minor })),
      }),
    }),
  },
  listStoreDays: {
    kind: 'query',
    name: 'listStoreDays',
    method: 'GET',
    path: '/reports/stores',
    summary:
      "A row for each store: the day named, or each store's own today; sums by currency, which are never added up",
    scope: 'reports:read',
    query: z.object({ day: day.optional() }),
    response: z.object({
      rows: z.array(storeDay),
      byCurrency: z.array(z.object({ currency, stores: z.int(), ...sum })),
      position,
    }),
  },
})

export const reportingRefusals: RefusalTexts = {
  'store-needed': { status: 422, sentence: 'This is about one store. Say which.' },
  'range-wrong': { status: 422, sentence: 'The range ends before it begins, or is longer than 400 days.' },
}
