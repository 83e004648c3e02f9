import { Center, Loader, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { reportingRoutes } from '../../src/contracts/reporting.ts'
import type { ResponseOf } from '../../src/contracts/route.ts'
import { inertText } from '../../src/domain/text.ts'
import { sentenceOf } from '../shared/api.ts'
import { t } from '../shared/messages.ts'
import { formatMoney } from '../shared/money.ts'
import { FactStream } from './fact-stream.tsx'
import { ListTable } from './list-table.tsx'
import { o } from './messages.ts'
import { useClient } from './place.tsx'
import { timeThere } from './time-there.ts'
import { useRefresh } from './use-today.ts'

type StoreDay = ResponseOf<typeof reportingRoutes.listStoreDays>['rows'][number]

const number = new Intl.NumberFormat(navigator.language)

/** All stores at a glance, each on its own day. Money of different currencies is never added up. */
export const StoresToday = () => {
  const client = useClient()
  const navigate = useNavigate()
  const refresh = useRefresh('store-days')
  const { data, error } = useQuery({
    queryKey: ['store-days'],
    queryFn: () => client.call(reportingRoutes.listStoreDays, {}),
  })
  if (error) return <Text c="red">{sentenceOf(error)}</Text>
  if (!data) {
    return (
      <Center p="xl">
        <Loader aria-label={t('common.loading')} />
      </Center>
    )
  }
  const open = ({ store }: StoreDay) =>
    void navigate({ to: '/office/stores/$handle', params: { handle: store }, search: {} })
  return (
    <div data-ready="true">
      <Title order={1} size="h4" c="dimmed" fw={500}>
        {o('today.title')}
      </Title>
      <div className="sums">
        {data.byCurrency
          .toSorted((a, b) => b.stores - a.stores)
          .map(sum => (
            <div key={sum.currency}>
              <output className="figure money">{formatMoney(sum.totalMinor, sum.currency)}</output>
              <Text c="dimmed" mt={4}>
                {o('today.sum', {
                  stores: sum.stores,
                  sales: number.format(sum.sales),
                  returns: number.format(sum.returns),
                })}
              </Text>
            </div>
          ))}
      </div>
      <section className="column-wide" aria-label={o('stores.title')}>
        <h2>{o('stores.title')}</h2>
        <ListTable
          rows={data.rows}
          more={null}
          error={null}
          empty={o('stores.none')}
          keyOf={row => row.store}
          open={open}
          columns={[
            { head: o('stores.store'), cell: row => inertText(row.name) },
            { head: o('today.takings'), cell: row => formatMoney(row.totalMinor, row.currency), right: true },
            { head: o('today.count'), cell: row => number.format(row.sales), right: true, hideBelow: 'sm' },
            { head: o('today.returns'), cell: row => number.format(row.returns), right: true, hideBelow: 'md' },
            { head: o('today.shifts'), cell: row => number.format(row.openShifts), right: true, hideBelow: 'md' },
            {
              head: o('today.last-sale'),
              cell: row => (row.lastSaleAtMs === null ? '–' : timeThere(row.lastSaleAtMs, row.timeZone, row.day)),
              right: true,
              hideBelow: 'sm',
            },
            {
              head: o('today.negative'),
              cell: row =>
                row.negativeSkus === 0 ? (
                  '–'
                ) : (
                  <Link to="/office/stock" search={{ store: row.store, negative: true }} className="warns">
                    {number.format(row.negativeSkus)}
                  </Link>
                ),
              right: true,
            },
          ]}
        />
      </section>
      <section className="column-wide" style={{ marginTop: 40 }} aria-label={o('today.stream')}>
        <h2>{o('today.stream')}</h2>
        <FactStream onFact={refresh} />
      </section>
    </div>
  )
}
