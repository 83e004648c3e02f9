import { Center, Loader, Text, Title } from '@mantine/core'
import { inertText } from '../../src/domain/text.ts'
import { t } from '../shared/messages.ts'
import { formatMoney } from '../shared/money.ts'
import { FactStream } from './fact-stream.tsx'
import { type HourRow, HoursChart } from './hours-chart.tsx'
import { o } from './messages.ts'
import { usePlace } from './place.tsx'
import { StoresToday } from './stores-today.tsx'
import { comparison, weekdayOf } from './takings.ts'
import { OpenShifts, RunsOut } from './today-parts.tsx'
import { useToday } from './use-today.ts'

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

const StoreToday = () => {
  const { store } = usePlace()
  const { today, shifts, rules, refresh } = useToday(store)
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
        <OpenShifts shifts={shifts?.rows} currency={currency} />
        <RunsOut rules={rules?.rows} store={store} />
        <section className="column">
          <h2>{o('today.stream')}</h2>
          <FactStream onFact={refresh} />
        </section>
      </div>
    </div>
  )
}

export const Page = () => {
  const { isHq, store } = usePlace()
  return isHq && store === null ? <StoresToday /> : <StoreToday />
}
