import { Badge, Button, Drawer, Group, Stack, Table, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { purchasingRoutes } from '../../src/contracts/purchasing.ts'
import type { ResponseOf } from '../../src/contracts/route.ts'
import { newId, sentenceOf, tell } from '../shared/api.ts'
import { useLive } from '../shared/live.ts'
import { formatDateTime, formatQuantity } from '../shared/money.ts'
import { useSession } from '../shared/session.tsx'
import { ListTable } from './list-table.tsx'
import { o } from './messages.ts'
import { PageHead } from './page-head.tsx'
import { useClient, usePlace, useStoreName } from './place.tsx'
import { QuietLine } from './quiet-line.tsx'
import { usePages } from './use-pages.ts'

type Order = ResponseOf<typeof purchasingRoutes.getPurchaseOrder>

const OrderDrawer = ({ order, changed, close }: { order: Order; changed(): void; close(): void }) => {
  const { may } = useSession()
  const client = useClient()
  const { link } = usePlace()
  const [error, setError] = useState<string | null>(null)
  const { purchaseOrderId, supplierId, state } = order
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work()
      tell(o('orders.done'))
      changed()
      close()
    } catch (failure) {
      setError(sentenceOf(failure))
    }
  }
  const missing = order.lines.flatMap(({ sku, quantityMicro, deliveredMicro, costMinor }) =>
    quantityMicro > deliveredMicro ? [{ sku, quantityMicro: quantityMicro - deliveredMicro, costMinor }] : [],
  )
  // Goods are taken in where they arrive.
  const isHere = order.store === link.node.store
  const isOpen = state === 'proposed' || state === 'ordered' || state === 'partly-delivered'
  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      size="lg"
      title={`${order.supplierName} · ${o(`orders.state.${state}`)}`}
    >
      <Stack>
        <Table verticalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{o('products.sku')}</Table.Th>
              <Table.Th ta="right">{o('orders.quantity')}</Table.Th>
              <Table.Th ta="right">{o('orders.delivered')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {order.lines.map(line => (
              <Table.Tr key={line.sku}>
                <Table.Td>{line.sku}</Table.Td>
                <Table.Td ta="right" className="money">
                  {formatQuantity(line.quantityMicro)}
                </Table.Td>
                <Table.Td ta="right" className="money">
                  {formatQuantity(line.deliveredMicro)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        {order.cause && <Link to={`/office/nerve/${order.cause}`}>{o('sales.nerve')}</Link>}
        <Text c="red" role="alert">
          {error}
        </Text>
        {isOpen && may('purchasing:write') && (
          <Group justify="space-between">
            {link.top ? (
              <Button
                variant="subtle"
                color="red"
                h={48}
                onClick={() =>
                  attempt(() => client.call(purchasingRoutes.cancelPurchaseOrder, { purchaseOrderId, id: newId() }))
                }
              >
                {o('orders.cancel')}
              </Button>
            ) : (
              <QuietLine>{o('decided.above')}</QuietLine>
            )}
            {state === 'proposed' && link.top && (
              <Button
                h={48}
                onClick={() =>
                  attempt(() => client.call(purchasingRoutes.orderPurchaseOrder, { purchaseOrderId, id: newId() }))
                }
              >
                {o('orders.order')}
              </Button>
            )}
            {state !== 'proposed' && !isHere && <QuietLine>{o('decided.delivery')}</QuietLine>}
            {state !== 'proposed' && isHere && (
              <Button
                h={48}
                onClick={() =>
                  attempt(() =>
                    client.call(purchasingRoutes.receiveDelivery, {
                      id: newId(),
                      supplierId,
                      purchaseOrderId,
                      lines: missing,
                      reference: '',
                    }),
                  )
                }
              >
                {o('orders.deliver')}
              </Button>
            )}
          </Group>
        )}
      </Stack>
    </Drawer>
  )
}

export const Page = () => {
  const client = useClient()
  const { isHq, link, store } = usePlace()
  const nameOf = useStoreName()
  const queries = useQueryClient()
  const [opened, setOpened] = useState<Order | null>(null)
  const list = usePages(['orders'], cursor =>
    client.call(purchasingRoutes.listPurchaseOrders, { limit: 50, ...(cursor ? { cursor } : {}) }),
  )
  const refresh = () => void queries.invalidateQueries({ queryKey: ['orders'] })
  useLive(fact => {
    if (/^(purchase-order|delivery)\./.test(fact.type)) refresh()
  })
  return (
    <div>
      <PageHead title={o('orders.title')} />
      {!link.top && <QuietLine>{o('decided.orders')}</QuietLine>}
      <ListTable
        rows={list.rows}
        more={list.more}
        error={list.error}
        empty={o('orders.none')}
        keyOf={order => order.purchaseOrderId}
        open={setOpened}
        columns={[
          { head: o('orders.supplier'), cell: order => order.supplierName },
          ...(isHq && store === null ? [{ head: o('stores.store'), cell: (order: Order) => nameOf(order.store) }] : []),
          {
            head: o('orders.state'),
            cell: order => (
              <Badge
                variant={order.state === 'proposed' ? 'filled' : 'light'}
                color={order.state === 'proposed' ? 'cyan' : 'gray'}
                tt="none"
                size="lg"
              >
                {o(`orders.state.${order.state}`)}
              </Badge>
            ),
          },
          { head: o('sales.lines'), cell: order => order.lines.length, right: true, hideBelow: 'sm' },
          { head: o('stock.when'), cell: order => formatDateTime(order.createdAtMs), right: true, hideBelow: 'sm' },
        ]}
      />
      {opened && <OrderDrawer order={opened} changed={refresh} close={() => setOpened(null)} />}
    </div>
  )
}
