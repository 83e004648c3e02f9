import { Center, Loader, Text, Title } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useRef } from 'react'
import { cashRoutes } from '../../src/contracts/cash.ts'
import { purchasingRoutes } from '../../src/contracts/purchasing.ts'
import { reportingRoutes } from '../../src/contracts/reporting.ts'
import { inertText } from '../../src/domain/text.ts'
import { client } from '../shared/api.ts'
import { t } from '../shared/messages.ts'
import { formatMoney, formatQuantity } from '../shared/money.ts'
import { FactStream } from './fact-stream.tsx'
import { type HourRow, HoursChart } from './hours-chart.tsx'
import { o } from './messages.ts'

/** The dashboard follows each sale, but asks no more often than a person can see. */
const refreshMs = 400

const percent = new Intl.NumberFormat(navigator.language, { style: 'percent', maximumFractionDigits: 0 })
const weekdayOf = (day: string): string =>
  new Intl.DateTimeFormat(navigator.language, { weekday: 'long', timeZone: 'UTC' }).format(new Date(`${day}T12:00Z`))

const comparison = (nowMinor: number, thenMinor: number, weekday: string): string => {
  if (thenMinor <= 0) return o('today.first', { weekday })
  const change = nowMinor / thenMinor - 1
  if (Math.abs(change) < 0.005) return o('today.same', { weekday })
  return o(change > 0 ? 'today.more' : 'today.less', { percent: percent.format(Math.abs(change)), weekday })
}

const useToday = () => {
  const queries = useQueryClient()
  const waiting = useRef(false)
  const today = useQuery({ queryKey: ['today'], queryFn: () => client.call(reportingRoutes.today, {}) })
  const shifts = useQuery({
    queryKey: ['today', 'shifts'],
    queryFn: () => client.call(cashRoutes.listShifts, { open: 'true', limit: 10 }),
  })
  const rules = useQuery({
    queryKey: ['today', 'rules'],
    queryFn: () => client.call(purchasingRoutes.listReorderRules, { limit: 1_000 }),
  })
  const refresh = () => {
    if (waiting.current) return
    waiting.current = true
    setTimeout(() => {
      waiting.current = false
      void queries.invalidateQueries({ queryKey: ['today'] })
    }, refreshMs)
  }
  return { today: today.data, shifts: shifts.data, rules: rules.data, refresh }
}

const hoursOf = (
  report: { byHour: ReadonlyArray<{ hour: number; totalMinor: number }> },
  last: { byHour: ReadonlyArray<{ hour: number; totalMinor: number }> },
): HourRow[] => {
  const used = [...report.byHour, ...last.byHour].map(row => row.hour)
  const [first, end] = used.length === 0 ? [8, 20] : [Math.min(...used), Math.max(...used)]
  const at = (rows: ReadonlyArray<{ hour: number; totalMinor: number }>, hour: number) =>
    rows.find(row => row.hour === hour)?.totalMinor
  return Array.from({ length: end - first + 1 }, (_each, index) => ({
    hour: first + index,
    today: at(report.byHour, first + index) ?? null,
    last: at(last.byHour, first + index) ?? 0,
  }))
}

export const Page = () => {
  const { today, shifts, rules, refresh } = useToday()
  if (!today) {
    return (
      <Center p="xl">
        <Loader aria-label={t('common.loading')} />
      </Center>
    )
  }
  const { report, lastWeek } = today
  const { currency } = report
  const weekday = weekdayOf(lastWeek.day)
  const low = (rules?.rows ?? [])
    .filter(rule => rule.levelMicro <= rule.reorderPointMicro)
    .toSorted((a, b) => a.levelMicro - b.levelMicro)
  const hours = hoursOf(report, lastWeek)
  return (
    <div data-ready="true">
      <Title order={1} size="h4" c="dimmed" fw={500}>
        {o('today.title')}
      </Title>
      <output className="figure money">{formatMoney(report.totalMinor, currency)}</output>
      <Text size="lg" mt={8}>
        {comparison(report.totalMinor, lastWeek.totalUntilNowMinor, weekday)}
      </Text>
      <Text c="dimmed" mb="xl">
        {report.sales === 0
          ? o('today.quiet')
          : o('today.sales', {
              sales: report.sales,
              returns: report.returns,
              average: formatMoney(Math.round(report.totalMinor / Math.max(1, report.sales)), currency),
            })}
      </Text>
      <section className="column-wide" aria-label={o('today.hours')}>
        <h2>{o('today.hours')}</h2>
        <Text c="dimmed" size="sm" mb="sm">
          {o('today.hours-lead', { weekday })}
        </Text>
        <HoursChart rows={hours} currency={currency} weekday={weekday} />
        <details>
          <summary>{o('table.show')}</summary>
          <table>
            <thead>
              <tr>
                <th>{o('today.hour')}</th>
                <th>{o('today.takings')}</th>
                <th>{o('today.last', { weekday })}</th>
              </tr>
            </thead>
            <tbody>
              {hours.map(row => (
                <tr key={row.hour}>
                  <td>{row.hour}</td>
                  <td className="money">{formatMoney(row.today ?? 0, currency)}</td>
                  <td className="money">{formatMoney(row.last, currency)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      </section>
      <div className="columns" style={{ marginTop: 40 }}>
        <section className="column">
          <h2>{o('today.top')}</h2>
          <ul className="rows">
            {report.byProduct.slice(0, 5).map(product => (
              <li key={product.sku}>
                <span>{inertText(product.name)}</span>
                <span className="money">{formatMoney(product.totalMinor, currency)}</span>
              </li>
            ))}
          </ul>
        </section>
        <section className="column">
          <h2>{o('today.tenders')}</h2>
          <ul className="rows">
            {report.byTender.map(tender => (
              <li key={tender.kind}>
                <span>{t(`till.${tender.kind as 'cash' | 'card' | 'voucher' | 'account' | 'other'}`)}</span>
                <span className="money">{formatMoney(tender.amountMinor, currency)}</span>
              </li>
            ))}
          </ul>
        </section>
        <section className="column">
          <h2>{o('today.shifts')}</h2>
          {shifts?.rows.length === 0 && <Text c="dimmed">{o('today.shifts-none')}</Text>}
          <ul className="rows">
            {shifts?.rows.map(shift => (
              <li key={shift.shiftId}>
                <span>
                  {shift.till} · {shift.openedBy}
                </span>
                <span className="money">
                  {shift.expectedCashMinor === null ? '' : formatMoney(shift.expectedCashMinor, currency)}
                </span>
              </li>
            ))}
          </ul>
        </section>
        <section className="column">
          <h2>{o('today.low')}</h2>
          {low.length === 0 && <Text c="dimmed">{o('today.low-none')}</Text>}
          <ul className="rows">
            {low.slice(0, 6).map(rule => (
              <li key={rule.sku}>
                <Link to="/office/stock" search={{ sku: rule.sku }}>
                  {rule.sku}
                </Link>
                <span className="money">{formatQuantity(rule.levelMicro)}</span>
              </li>
            ))}
          </ul>
        </section>
        <section className="column">
          <h2>{o('today.stream')}</h2>
          <FactStream currency={currency} onFact={refresh} />
        </section>
      </div>
    </div>
  )
}
