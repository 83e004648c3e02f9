import { Badge, Button, Drawer, Group, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { ResponseOf } from '../../src/contracts/route.ts'
import { salesRoutes } from '../../src/contracts/sales.ts'
import { formatDateTime, formatMoney, formatQuantity } from '../shared/money.ts'
import { FactSummary } from './fact-summary.tsx'
import { ListTable } from './list-table.tsx'
import { o } from './messages.ts'
import { PageHead } from './page-head.tsx'
import { useClient, usePlace, useStoreName } from './place.tsx'
import { usePages } from './use-pages.ts'

type Sale = ResponseOf<typeof salesRoutes.listSales>['rows'][number]
type Search = { day?: string; receipt?: string; sku?: string; sale?: string }

const SaleDrawer = ({ saleId, close }: { saleId: string; close(): void }) => {
  const client = useClient()
  const { data } = useQuery({ queryKey: ['sale', saleId], queryFn: () => client.call(salesRoutes.getSale, { saleId }) })
  const back = data?.returnedMicro.reduce((sum, micro) => sum + micro, 0) ?? 0
  return (
    <Drawer opened onClose={close} position="right" title={o('sales.receipt')}>
      {data && (
        <Stack>
          <FactSummary
            fact={{ type: data.kind === 'sale' ? 'sale.completed' : 'sale.returned', actor: '', body: data.sale }}
          />
          {back > 0 && <Text>{o('sales.back', { count: formatQuantity(back) })}</Text>}
          <Button component={Link} to={`/office/nerve/${saleId}`} h={48}>
            {o('sales.nerve')}
          </Button>
        </Stack>
      )}
    </Drawer>
  )
}

export const Page = () => {
  const client = useClient()
  const { isHq, store } = usePlace()
  const isAll = isHq && store === null
  const nameOf = useStoreName()
  const search: Search = useSearch({ strict: false })
  const navigate = useNavigate()
  const set = (field: keyof Search, value: string) =>
    void navigate({
      to: '/office/sales',
      search: { ...search, [field]: value === '' ? undefined : value },
      replace: true,
    })
  const { day, receipt, sku } = search
  const filters = {
    ...(day && /^\d{4}-\d{2}-\d{2}$/.test(day) ? { day } : {}),
    ...(receipt && /^\d+$/.test(String(receipt)) ? { receipt: Number(receipt) } : {}),
    ...(sku ? { sku: String(sku) } : {}),
  }
  const list = usePages(['sales', filters], cursor =>
    client.call(salesRoutes.listSales, { ...filters, limit: 50, ...(cursor ? { cursor } : {}) }),
  )
  return (
    <div>
      <PageHead title={o('sales.title')} />
      <Group mb="md" align="end">
        <TextInput
          type="date"
          label={o('sales.day')}
          value={day ?? ''}
          onChange={event => set('day', event.currentTarget.value)}
        />
        <TextInput
          label={o('sales.number')}
          value={String(receipt ?? '')}
          inputMode="numeric"
          onChange={event => set('receipt', event.currentTarget.value)}
        />
        <TextInput
          label={o('sales.sku')}
          value={String(sku ?? '')}
          onChange={event => set('sku', event.currentTarget.value)}
        />
      </Group>
      <ListTable
        rows={list.rows}
        more={list.more}
        error={list.error}
        empty={o('sales.none')}
        keyOf={sale => sale.id}
        open={sale => set('sale', sale.id)}
        columns={[
          { head: o('sales.time'), cell: sale => formatDateTime(sale.completedAtMs) },
          {
            head: o('sales.receipt'),
            cell: sale => (
              <>
                {sale.till} · {sale.receiptNumber}{' '}
                {sale.kind === 'return' && (
                  <Badge color="gray" variant="light">
                    {o('sales.return')}
                  </Badge>
                )}
                {isAll && (
                  <Text size="sm" c="dimmed" hiddenFrom="sm">
                    {nameOf(sale.store)}
                  </Text>
                )}
              </>
            ),
          },
          ...(isAll
            ? [{ head: o('stores.store'), cell: (sale: Sale) => nameOf(sale.store), hideBelow: 'sm' as const }]
            : []),
          { head: o('sales.cashier'), cell: sale => sale.cashier, hideBelow: 'sm' },
          { head: o('sales.lines'), cell: sale => sale.lines, right: true, hideBelow: 'sm' },
          { head: o('sales.total'), cell: sale => formatMoney(sale.totalMinor, sale.currency), right: true },
        ]}
      />
      {search.sale && <SaleDrawer saleId={search.sale} close={() => set('sale', '')} />}
    </div>
  )
}
