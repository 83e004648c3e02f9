import { Group, Switch, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { inventoryRoutes } from '../../src/contracts/inventory.ts'
import type { ResponseOf } from '../../src/contracts/route.ts'
import { inertText } from '../../src/domain/text.ts'
import { useLive } from '../shared/live.ts'
import { formatQuantity } from '../shared/money.ts'
import { ListTable } from './list-table.tsx'
import { o } from './messages.ts'
import { PageHead } from './page-head.tsx'
import { useClient, usePlace, useStoreName } from './place.tsx'
import { StockDrawer } from './stock-drawer.tsx'
import { StockTabs } from './stock-tabs.tsx'
import { usePages } from './use-pages.ts'

type Level = ResponseOf<typeof inventoryRoutes.listStockLevels>['rows'][number]
const refreshMs = 400

export const Page = () => {
  const client = useClient()
  const { isHq, store } = usePlace()
  const nameOf = useStoreName()
  const search: { sku?: string; negative?: boolean } = useSearch({ strict: false })
  const queries = useQueryClient()
  const [text, setText] = useState(String(search.sku ?? ''))
  const [q] = useDebouncedValue(text.trim(), 120)
  const [negative, setNegative] = useState(search.negative === true)
  const [opened, setOpened] = useState<Level | null>(null)
  const [waiting, setWaiting] = useState(false)
  const filters = { ...(q === '' ? {} : { q }), ...(negative ? { negative: true } : {}) }
  const list = usePages(['stock', filters], cursor =>
    client.call(inventoryRoutes.listStockLevels, { ...filters, limit: 50, ...(cursor ? { cursor } : {}) }),
  )
  const refresh = () => queries.invalidateQueries({ queryKey: ['stock'] })
  useLive(fact => {
    if (waiting || !/^(sale|stock|delivery|transfer)\./.test(fact.type)) return
    setWaiting(true)
    setTimeout(() => {
      setWaiting(false)
      void refresh()
    }, refreshMs)
  })
  return (
    <div>
      <PageHead title={o('stock.title')} />
      <StockTabs />
      <Group mb="md">
        <TextInput
          flex={1}
          miw={220}
          aria-label={o('stock.search')}
          placeholder={o('stock.search')}
          value={text}
          onChange={event => setText(event.currentTarget.value)}
        />
        <Switch
          size="md"
          label={o('stock.negative')}
          checked={negative}
          onChange={event => setNegative(event.currentTarget.checked)}
        />
      </Group>
      <ListTable
        rows={list.rows}
        more={list.more}
        error={list.error}
        empty={o('stock.none')}
        keyOf={level => `${level.store} ${level.sku}`}
        open={setOpened}
        columns={[
          { head: o('products.name'), cell: level => inertText(level.name) },
          { head: o('products.sku'), cell: level => level.sku, hideBelow: 'sm' },
          ...(isHq && store === null ? [{ head: o('stores.store'), cell: (level: Level) => nameOf(level.store) }] : []),
          {
            head: o('stock.level'),
            cell: level => (
              <Text component="span" c={level.levelMicro < 0 ? 'red' : 'inherit'}>
                {formatQuantity(level.levelMicro)}
              </Text>
            ),
            right: true,
          },
        ]}
      />
      {opened && <StockDrawer level={opened} changed={() => void refresh()} close={() => setOpened(null)} />}
    </div>
  )
}
