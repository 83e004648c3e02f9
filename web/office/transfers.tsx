import { Button, SegmentedControl } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { inventoryRoutes } from '../../src/contracts/inventory.ts'
import { inertText } from '../../src/domain/text.ts'
import { useLive } from '../shared/live.ts'
import { formatDateTime } from '../shared/money.ts'
import { useSession } from '../shared/session.tsx'
import { ListTable } from './list-table.tsx'
import { o } from './messages.ts'
import { PageHead } from './page-head.tsx'
import { useClient, usePlace, useStoreName } from './place.tsx'
import { QuietLine } from './quiet-line.tsx'
import { StockTabs } from './stock-tabs.tsx'
import { type Transfer, TransferDrawer } from './transfer-drawer.tsx'
import { TransferSendDialog } from './transfer-send-dialog.tsx'
import { usePages } from './use-pages.ts'

const goodsOf = ({ lines }: Transfer): string => {
  const [first] = lines
  if (!first) return ''
  const name = inertText(first.name)
  return lines.length === 1 ? name : o('transfers.more', { name, count: lines.length - 1 })
}

/** Goods between stores: what is on the way, and what arrived. */
export const Page = () => {
  const { may } = useSession()
  const { isHq, link } = usePlace()
  const client = useClient()
  const nameOf = useStoreName()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const search: { arrived?: boolean } = useSearch({ strict: false })
  const isArrived = search.arrived === true
  const [openedId, setOpenedId] = useState<string | null>(null)
  const [sending, setSending] = useState(false)
  const list = usePages(['transfers', isArrived], cursor =>
    client.call(inventoryRoutes.listTransfers, { open: !isArrived, limit: 50, ...(cursor ? { cursor } : {}) }),
  )
  const refresh = () => void queries.invalidateQueries({ queryKey: ['transfers'] })
  useLive(fact => {
    if (/^transfer\./.test(fact.type)) refresh()
  })
  const opened = list.rows?.find(transfer => transfer.transferId === openedId)
  const maySend = !isHq && !link.top && may('stock:write')
  return (
    <div>
      <PageHead title={o('stock.title')}>
        {maySend && (
          <Button h={48} onClick={() => setSending(true)}>
            {o('transfers.send')}
          </Button>
        )}
      </PageHead>
      <StockTabs />
      {isHq && <QuietLine>{o('transfers.at-store')}</QuietLine>}
      <SegmentedControl
        size="md"
        mb="md"
        value={isArrived ? 'arrived' : 'open'}
        onChange={value =>
          void navigate({
            to: '/office/stock/transfers',
            search: value === 'arrived' ? { arrived: true } : {},
            replace: true,
          })
        }
        data={[
          { value: 'open', label: o('transfers.open') },
          { value: 'arrived', label: o('transfers.arrived') },
        ]}
      />
      <ListTable
        rows={list.rows}
        more={list.more}
        error={list.error}
        empty={o(isArrived ? 'transfers.none-arrived' : 'transfers.none-open')}
        keyOf={transfer => transfer.transferId}
        open={transfer => setOpenedId(transfer.transferId)}
        columns={[
          { head: o('transfers.goods'), cell: goodsOf },
          { head: o('transfers.from'), cell: ({ fromStore }) => nameOf(fromStore) },
          { head: o('transfers.to'), cell: ({ toStore }) => nameOf(toStore) },
          {
            head: o('transfers.sent'),
            cell: ({ sentAtMs }) => (sentAtMs === null ? '–' : formatDateTime(sentAtMs)),
            right: true,
            hideBelow: 'sm',
          },
          ...(isArrived
            ? [
                {
                  head: o('transfers.received'),
                  cell: ({ receivedAtMs }: Transfer) => (receivedAtMs === null ? '–' : formatDateTime(receivedAtMs)),
                  right: true,
                  hideBelow: 'md' as const,
                },
              ]
            : []),
        ]}
      />
      {opened && <TransferDrawer transfer={opened} changed={refresh} close={() => setOpenedId(null)} />}
      {sending && (
        <TransferSendDialog
          known={(list.rows ?? []).flatMap(({ fromStore, toStore }) => [fromStore, toStore])}
          sent={refresh}
          close={() => setSending(false)}
        />
      )}
    </div>
  )
}
