import { Button, Group, Modal, NumberInput, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { TillCatalogue } from '../../src/contracts/catalogue.ts'
import type { ResponseOf } from '../../src/contracts/route.ts'
import { salesRoutes } from '../../src/contracts/sales.ts'
import { client, codeOf, newId, sentenceOf } from '../shared/api.ts'
import { t } from '../shared/messages.ts'
import { formatMoney, formatQuantity } from '../shared/money.ts'
import type { Paid } from './paid-panel.tsx'
import { paidBack } from './return-receipt.ts'
import { takeBack } from './take-back.ts'

type Stored = ResponseOf<typeof salesRoutes.getSale>
const piece = 1_000_000

/** Takes goods back by their receipt: find it, say what comes back, give the money back. */
export const ReturnDialog = ({
  catalogue,
  till,
  shiftId,
  done,
  close,
}: {
  catalogue: TillCatalogue
  till: string
  shiftId: string | undefined
  done(paid: Paid): void
  close(): void
}) => {
  const { currency } = catalogue.store
  const [number, setNumber] = useState<number | string>('')
  const [onTill, setOnTill] = useState(till)
  const [found, setFound] = useState<Stored | null>(null)
  const [back, setBack] = useState<Record<number, number>>({})
  const [reason, setReason] = useState('')
  const [quote, setQuote] = useState<number | null>(null)
  const [error, setError] = useState<string | null>(null)
  const [id, setId] = useState(newId)
  const [busy, setBusy] = useState(false)

  const attempt = async (work: () => Promise<void>) => {
    setError(null)
    try {
      await work()
    } catch (failure) {
      setError(sentenceOf(failure))
    }
    setBusy(false)
  }
  const find = (event: FormEvent) => {
    event.preventDefault()
    void attempt(async () => {
      const { rows } = await client.call(salesRoutes.listSales, {
        receipt: Number(number),
        till: onTill,
        kind: 'sale',
        limit: 1,
      })
      const first = rows[0]
      if (!first) {
        setError(t('return.none'))
        return
      }
      setFound(await client.call(salesRoutes.getSale, { saleId: first.id }))
      setBack({})
      setQuote(null)
    })
  }
  const linesOf = (quantities: Record<number, number>) =>
    found && 'saleId' in found.sale
      ? Object.entries(quantities).flatMap(([lineNo, micro]) =>
          micro > 0 && 'saleId' in found.sale
            ? [{ saleId: found.sale.saleId, lineNo: Number(lineNo), quantityMicro: micro }]
            : [],
        )
      : []
  const change = (lineNo: number, micro: number) => {
    const next = { ...back, [lineNo]: micro }
    setBack(next)
    const lines = linesOf(next)
    if (lines.length === 0) setQuote(null)
    else void attempt(async () => setQuote((await client.call(salesRoutes.quoteReturn, { lines })).refundMinor))
  }
  const give = (kind: 'cash' | 'card') =>
    attempt(async () => {
      if (quote === null) return
      const refunds = quote === 0 ? [] : [{ kind, amountMinor: quote }]
      const request = {
        id,
        till,
        currency,
        lines: linesOf(back),
        reason: reason.trim() || t('return.reason-default'),
        refunds,
        refundMinor: quote,
      }
      setBusy(true)
      const { returnId } = await takeBack(shiftId === undefined ? request : { ...request, shiftId }).catch(failure => {
        if (codeOf(failure) !== undefined) setId(newId())
        throw failure
      })
      const { sale } = await client.call(salesRoutes.getSale, { saleId: returnId })
      if ('returnId' in sale) done(paidBack(sale, catalogue))
      else close()
    })
  return (
    <Modal opened onClose={close} title={t('return.title')} size="lg">
      <Stack>
        <form onSubmit={find}>
          <Group align="end">
            <NumberInput
              label={t('return.receipt')}
              value={number}
              onChange={setNumber}
              min={1}
              hideControls
              data-autofocus
              w={180}
            />
            <TextInput
              label={t('return.till')}
              value={onTill}
              onChange={event => setOnTill(event.currentTarget.value)}
              w={140}
            />
            <Button type="submit" variant="default" h={48} disabled={typeof number !== 'number'}>
              {t('return.find')}
            </Button>
          </Group>
        </form>
        <Text c="red" role="alert" mih={22}>
          {error}
        </Text>
        {found?.sale.lines.map((line, index) => {
          const left = line.quantityMicro - (found.returnedMicro[index] ?? 0) - (found.claimedMicro[index] ?? 0)
          return (
            <Group key={line.lineNo} justify="space-between" wrap="nowrap">
              <div>
                <Text>{line.name}</Text>
                <Text size="sm" c="dimmed">
                  {t('return.left', { left: formatQuantity(left), sold: formatQuantity(line.quantityMicro) })} ·{' '}
                  {formatMoney(line.totalMinor, currency)}
                </Text>
              </div>
              <NumberInput
                aria-label={`${t('till.quantity')} ${line.name}`}
                w={120}
                size="lg"
                min={0}
                max={left / piece}
                step={1}
                value={(back[line.lineNo] ?? 0) / piece}
                onChange={value => change(line.lineNo, Math.round(Number(value) * piece))}
              />
            </Group>
          )
        })}
        {found && (
          <>
            <TextInput
              label={t('return.reason')}
              value={reason}
              onChange={event => setReason(event.currentTarget.value)}
              maxLength={200}
            />
            <Group justify="space-between">
              <Text size="lg">{t('return.refund')}</Text>
              <Text size="xl" fw={700} className="money" data-testid="refund">
                {formatMoney(quote ?? 0, currency)}
              </Text>
            </Group>
            <Group grow>
              <Button variant="default" h={56} disabled={quote === null || busy} onClick={() => give('card')}>
                {t('return.give-card')}
              </Button>
              <Button h={56} disabled={quote === null} loading={busy} onClick={() => give('cash')}>
                {t('return.give-cash')}
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </Modal>
  )
}
