import { type DayReport, reportingRoutes } from '../../contracts/reporting.ts'
import { decimalFromMinor } from '../../domain/money.ts'
import type { ShopConfig } from '../config.ts'
import { connectShop } from '../connection.ts'
import { exitCodes, Failed } from './exit.ts'

const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text)
const table = (rows: ReadonlyArray<readonly [label: string, amount: string]>): string => {
  const width = Math.max(...rows.map(([label]) => label.length))
  const most = Math.max(...rows.map(([, amount]) => amount.length))
  return rows.map(([label, amount]) => `  ${label.padEnd(width)}  ${amount.padStart(most)}`).join('\n')
}

const print = (report: DayReport): void => {
  const money = (minor: number) => `${decimalFromMinor(minor, report.currency)} ${report.currency}`
  console.log(`${report.day}: ${report.sales} sales, ${report.returns} returns, ${money(report.totalMinor)}`)
  console.log(
    table([
      ['net', money(report.netMinor)],
      ['tax', money(report.taxMinor)],
      ['discounts', money(report.discountMinor)],
    ]),
  )
  const section = (title: string, rows: ReadonlyArray<readonly [string, number]>) => {
    if (rows.length > 0) console.log(`${title}\n${table(rows.map(([label, minor]) => [label, money(minor)] as const))}`)
  }
  section(
    'By hour',
    report.byHour.map(row => [`${String(row.hour).padStart(2, '0')}:00`, row.totalMinor]),
  )
  section(
    'By product',
    report.byProduct.slice(0, 20).map(row => [`${row.name} (${row.sku})`, row.totalMinor]),
  )
  section(
    'By cashier',
    report.byCashier.map(row => [row.cashier, row.totalMinor]),
  )
  section(
    'By tender',
    report.byTender.map(row => [row.kind, row.amountMinor]),
  )
  section(
    'By tax',
    report.byTax.map(row => [`${row.name} ${row.ratePpm / 10_000} %`, row.taxMinor]),
  )
}

export const reportDay = async (
  config: ShopConfig,
  day: string | undefined,
  given: Record<string, unknown>,
): Promise<void> => {
  const to = given.to as string | undefined
  for (const each of [day, to]) {
    if (each !== undefined && !isDay(each))
      throw new Failed(exitCodes.usage, `${each} is not a day; write it as 2026-01-31`)
  }
  const shop = await connectShop(config)
  try {
    if (day !== undefined && to !== undefined) {
      const range = await shop.client.call(reportingRoutes.rangeReport, { from: day, to })
      if (given.json === true) console.log(JSON.stringify(range))
      else
        console.log(
          table([
            ...range.days.map(each => [each.day, decimalFromMinor(each.totalMinor, range.currency)] as const),
            ['total', decimalFromMinor(range.total.totalMinor, range.currency)],
          ]),
        )
      return
    }
    const report = await shop.client.call(reportingRoutes.dayReport, {
      ...(day === undefined ? {} : { day }),
      products: 100,
    })
    if (given.json === true) console.log(JSON.stringify(report))
    else print(report)
  } finally {
    await shop.close()
  }
}
