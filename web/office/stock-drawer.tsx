import { Button, Drawer, Group, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { z } from 'zod'
import { adjustmentReason, inventoryRoutes } from '../../src/contracts/inventory.ts'
import { newId, sentenceOf, tell } from '../shared/api.ts'
import { t } from '../shared/messages.ts'
import { formatDateTime, formatQuantity } from '../shared/money.ts'
import { useSession } from '../shared/session.tsx'
import { ListTable } from './list-table.tsx'
import { type OfficeKey, o } from './messages.ts'
import { useClient, usePlace } from './place.tsx'
import { microOf } from './quantity.ts'
import { QuietLine } from './quiet-line.tsx'
import { usePages } from './use-pages.ts'

type Reason = z.infer<typeof adjustmentReason>
const isReason = (text: string): text is Reason => adjustmentReason.safeParse(text).success

/** Why a product's stock is what it is, and the two ways to put it right. */
export const StockDrawer = ({
  level,
  changed,
  close,
}: {
  level: { store: string; sku: string; name: string; levelMicro: number }
  changed(): void
  close(): void
}) => {
  const { store, sku, name } = level
  const { isHq, link } = usePlace()
  const client = useClient(isHq ? store : null)
  const { may } = useSession()
  const queries = useQueryClient()
  const [act, setAct] = useState<'adjust' | 'count'>('adjust')
  const [text, setText] = useState('')
  const [reason, setReason] = useState<Reason>('correction')
  const [note, setNote] = useState('')
  const [error, setError] = useState<string | null>(null)
  const list = usePages(['movements', sku], cursor =>
    client.call(inventoryRoutes.listStockMovements, { sku, limit: 30, ...(cursor ? { cursor } : {}) }),
  )
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const micro = microOf(text)
    if (micro === null || (act === 'count' && micro < 0)) {
      setError(o('stock.not-a-number'))
      return
    }
    try {
      if (act === 'adjust')
        await client.call(inventoryRoutes.adjustStock, {
          id: newId(),
          lines: [{ sku, quantityMicro: micro }],
          reason,
          note,
        })
      else await client.call(inventoryRoutes.countStock, { id: newId(), lines: [{ sku, countedMicro: micro }], note })
      setText('')
      setError(null)
      tell(o('stock.recorded'))
      changed()
      await queries.invalidateQueries({ queryKey: ['movements', sku] })
    } catch (failure) {
      setError(sentenceOf(failure))
    }
  }
  return (
    <Drawer opened onClose={close} position="right" size="lg" title={o('stock.history', { name })}>
      {store !== link.node.store && <QuietLine>{o('decided.stock')}</QuietLine>}
      {may('stock:write') && store === link.node.store && (
        <form onSubmit={submit}>
          <Stack mb="lg">
            <SegmentedControl
              size="md"
              value={act}
              onChange={value => setAct(value as typeof act)}
              data={[
                { value: 'adjust', label: o('stock.adjust') },
                { value: 'count', label: o('stock.count') },
              ]}
            />
            <Group align="end" grow>
              <TextInput
                label={act === 'adjust' ? o('stock.adjust-by') : o('stock.counted')}
                value={text}
                onChange={event => setText(event.currentTarget.value)}
                required
                inputMode="decimal"
              />
              {act === 'adjust' && (
                <Select
                  label={o('stock.reason')}
                  value={reason}
                  onChange={value => value && isReason(value) && setReason(value)}
                  data={adjustmentReason.options.map(each => ({ value: each, label: o(`reason.${each}`) }))}
                  allowDeselect={false}
                />
              )}
            </Group>
            <TextInput
              label={o('stock.note')}
              value={note}
              onChange={event => setNote(event.currentTarget.value)}
              maxLength={200}
            />
            <Text c="red" role="alert">
              {error}
            </Text>
            <Button type="submit" h={48}>
              {t('common.save')}
            </Button>
          </Stack>
        </form>
      )}
      <ListTable
        rows={list.rows}
        more={list.more}
        error={list.error}
        empty={o('stock.none')}
        keyOf={movement => `${movement.position} ${movement.quantityMicro} ${movement.fact}`}
        columns={[
          { head: o('stock.when'), cell: movement => formatDateTime(movement.atMs) },
          {
            head: o('stock.reason'),
            cell: movement => {
              const base = o(`reason.${movement.reason}`)
              return isReason(movement.detail) ? `${base}: ${o(`reason.${movement.detail}` as OfficeKey)}` : base
            },
          },
          {
            head: o('stock.change'),
            cell: movement => `${movement.quantityMicro > 0 ? '+' : ''}${formatQuantity(movement.quantityMicro)}`,
            right: true,
          },
        ]}
      />
    </Drawer>
  )
}
