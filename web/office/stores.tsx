import { Button, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { reportingRoutes } from '../../src/contracts/reporting.ts'
import { inertText } from '../../src/domain/text.ts'
import { useLive } from '../shared/live.ts'
import { formatMoney } from '../shared/money.ts'
import { useSession } from '../shared/session.tsx'
import { AddStoreDialog } from './add-store-dialog.tsx'
import { ListTable } from './list-table.tsx'
import { o } from './messages.ts'
import { PresenceMark } from './node-item.tsx'
import { PageHead } from './page-head.tsx'
import { type ListedStore, useClient, usePlace } from './place.tsx'
import { agoWords } from './time-words.ts'
import { useNodes } from './use-nodes.ts'
import { useNow } from './use-now.ts'
import { useRefresh } from './use-today.ts'

const tickMs = 1_000
const number = new Intl.NumberFormat(navigator.language)

/** Every store of the chain, with how it is reached and what it took today. */
export const Page = () => {
  const { may } = useSession()
  const { stores, mayAskAll, store: asked } = usePlace()
  const client = useClient()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { nodes, nowMs: serverMs, error } = useNodes()
  const nowMs = useNow(serverMs, tickMs)
  const [adding, setAdding] = useState(false)
  const days = useQuery({
    queryKey: ['store-days'],
    queryFn: () => client.call(reportingRoutes.listStoreDays, {}),
  })
  const refresh = useRefresh('store-days')
  useLive(fact => {
    if (/^sale\./.test(fact.type)) refresh()
  })
  const nodeOf = ({ handle }: ListedStore) => nodes?.find(node => node.kind === 'store' && node.store === handle)
  const dayOf = ({ handle }: ListedStore) => days.data?.rows.find(row => row.store === handle)
  const mayAdd = mayAskAll && may('store:write') && may('devices:write')
  return (
    <div>
      <PageHead title={o('stores.title')}>
        {mayAdd && (
          <Button h={48} onClick={() => setAdding(true)}>
            {o('stores.add')}
          </Button>
        )}
      </PageHead>
      <ListTable
        rows={nodes && stores.filter(store => asked === null || store.handle === asked)}
        more={null}
        error={error}
        empty={o('stores.none')}
        keyOf={store => store.handle}
        open={({ handle }) => void navigate({ to: '/office/stores/$handle', params: { handle }, search: {} })}
        columns={[
          { head: o('stores.store'), cell: store => inertText(store.profile.name) },
          {
            head: o('stores.groups'),
            cell: store => store.groups.join(', ') || '–',
            hideBelow: 'md',
          },
          { head: o('stores.state'), cell: store => <PresenceMark node={nodeOf(store)} nowMs={nowMs} isHq /> },
          {
            head: o('devices.waiting'),
            cell: store => {
              const waiting = nodeOf(store)?.waiting ?? 0
              return waiting === 0 ? '–' : <span className="warns">{number.format(waiting)}</span>
            },
            right: true,
            hideBelow: 'md',
          },
          {
            head: o('devices.newest'),
            cell: store => {
              const atMs = nodeOf(store)?.lastFactAtMs ?? null
              return atMs === null ? '–' : agoWords(atMs, nowMs)
            },
            right: true,
            hideBelow: 'sm',
          },
          {
            head: o('today.takings'),
            cell: store => {
              const day = dayOf(store)
              return day ? formatMoney(day.totalMinor, day.currency) : ''
            },
            right: true,
          },
        ]}
      />
      {stores.length === 0 && mayAdd && <Text c="dimmed">{o('stores.first')}</Text>}
      {adding && (
        <AddStoreDialog
          stores={stores}
          came={() => void queries.invalidateQueries({ queryKey: ['nodes'] })}
          close={() => setAdding(false)}
        />
      )}
    </div>
  )
}
