import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import type { Article } from '../../src/contracts/catalogue.ts'
import type { ResponseOf } from '../../src/contracts/route.ts'
import { salesRoutes } from '../../src/contracts/sales.ts'
import { client, newId, tell, tellFailure } from '../shared/api.ts'
import { t } from '../shared/messages.ts'
import { formatTime } from '../shared/money.ts'
import type { TillBasket, TillLine } from './basket.ts'

type Parked = ResponseOf<typeof salesRoutes.takeUpSale>

const linesOf = (parked: Parked, bySku: ReadonlyMap<string, Article>): TillLine[] =>
  parked.lines.flatMap((line, index) => {
    const article = bySku.get(line.sku)
    if (!article) return []
    const { sku, quantityMicro, unitPriceMinor, priceSource, discountMinor, note = '' } = line
    return [
      {
        key: index + 1,
        sku,
        name: article.name,
        unit: article.unit,
        taxCode: article.taxCode,
        quantityMicro,
        unitPriceMinor,
        priceSource,
        discountMinor,
        note,
      },
    ]
  })

export const ParkedDialog = ({
  till,
  bySku,
  park,
  take,
  close,
}: {
  till: string
  bySku: ReadonlyMap<string, Article>
  /** Sets aside what lies in the basket. Answers whether the till is free for another. */
  park(): Promise<boolean>
  take(lines: TillLine[], discount: TillBasket['discount']): void
  close(): void
}) => {
  const queries = useQueryClient()
  const { data } = useQuery({
    queryKey: ['parked'],
    queryFn: () => client.call(salesRoutes.listParkedSales, {}),
    staleTime: 0,
  })
  const ids = useRef(new Map<string, string>())
  const takeUp = async (parkedSaleId: string) => {
    // Asked again after a lost answer, it is still the same taking up.
    const id = ids.current.get(parkedSaleId) ?? newId()
    ids.current.set(parkedSaleId, id)
    if (!(await park())) return
    try {
      const parked = await client.call(salesRoutes.takeUpSale, { parkedSaleId, id, till })
      const gone = parked.lines.filter(({ sku }) => !bySku.has(sku)).map(({ sku }) => sku)
      if (gone.length > 0) tell(t('till.parked-gone', { skus: gone.join(', ') }))
      take(linesOf(parked, bySku), parked.discount ?? null)
      close()
    } catch (failure) {
      tellFailure(failure)
      await queries.invalidateQueries({ queryKey: ['parked'] })
    }
  }
  return (
    <Modal opened onClose={close} title={t('till.parked')} size="lg">
      <Stack>
        {data?.rows.length === 0 && <Text c="dimmed">{t('till.parked-none')}</Text>}
        {data?.rows.map(parked => (
          <Group key={parked.parkedSaleId} justify="space-between" wrap="nowrap">
            <div>
              <Text lineClamp={2}>{parked.label}</Text>
              <Text size="sm" c="dimmed">
                {formatTime(parked.parkedAtMs)} · {parked.cashier} · {parked.till}
              </Text>
            </div>
            <Button h={48} variant="default" onClick={() => takeUp(parked.parkedSaleId)}>
              {t('till.take-up')}
            </Button>
          </Group>
        ))}
      </Stack>
    </Modal>
  )
}
