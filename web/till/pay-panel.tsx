import { ActionIcon, Button, SegmentedControl, Text } from '@mantine/core'
import { IconArrowLeft, IconX } from '@tabler/icons-react'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import type { TillCatalogue } from '../../src/contracts/catalogue.ts'
import type { PricedBasket, Tender, TenderKind } from '../../src/domain/basket.ts'
import { decimalFromMinor, minorFromDecimal, quickAmounts } from '../../src/domain/money.ts'
import type { Settled } from '../../src/domain/tender.ts'
import { t } from '../shared/messages.ts'
import { formatMoney } from '../shared/money.ts'
import { Keypad, typeKey } from './amount-dialog.tsx'
import { openAmount, settled } from './sale.ts'

const kinds: TenderKind[] = ['cash', 'card', 'voucher', 'other']
const nameOf = (kind: TenderKind): string => t(`till.${kind}`)

/** Takes tenders until nothing is due. Each becomes a row; what is due counts down. */
export const PayPanel = (props: {
  priced: PricedBasket
  catalogue: TillCatalogue
  tenders: readonly Tender[]
  /** All tenders with the newest, which is not enough yet. */
  take(tenders: Tender[]): void
  finish(tenders: Tender[], settled: Settled): void
  giveBack(index: number): void
  close(): void
}) => {
  const { priced, catalogue, tenders, close } = props
  const { currency } = catalogue.store
  const [kind, setKind] = useState<TenderKind>('cash')
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState(false)
  /** A second tap while the first is being recorded must not take a second tender. */
  const over = useRef(false)
  const field = useRef<HTMLInputElement>(null)
  const openMinor = openAmount(priced.totalMinor, tenders, kind, catalogue)
  const dueMinor = Math.max(0, openMinor)
  const covered = settled(priced, tenders, catalogue)
  useEffect(() => field.current?.focus(), [])
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') close()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [close])

  const take = (amountMinor: number) => {
    if (over.current) return
    const next = amountMinor === 0 ? [...tenders] : [...tenders, { kind, amountMinor }]
    const done = settled(priced, next, catalogue)
    setText('')
    if (done) {
      over.current = true
      props.finish(next, done)
    } else if (next.length > tenders.length) props.take(next)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (covered || text.trim() === '') {
      take(covered ? 0 : dueMinor)
      return
    }
    const amount = minorFromDecimal(text.trim().replace(',', '.'), currency)
    if (amount.ok && amount.minor > 0 && (kind === 'cash' || amount.minor <= dueMinor)) take(amount.minor)
    else setWrong(true)
  }
  return (
    <main className="pay" aria-label={t('till.pay')} data-ready="true">
      <div className="pay-due">
        <Button variant="subtle" color="gray" h={56} ml={-20} leftSection={<IconArrowLeft size={22} />} onClick={close}>
          {t('till.back-to-basket')}
        </Button>
        <div>
          <Text c="dimmed" size="lg">
            {tenders.length === 0 ? t('till.due') : t('till.still-due')}
          </Text>
          <output className="huge money" data-testid="due">
            {formatMoney(dueMinor, currency)}
          </output>
        </div>
        <ul className="tender-rows" aria-label={t('till.taken')}>
          <li className="tender-total">
            <span>{t('till.total')}</span>
            <span className="money">{formatMoney(priced.totalMinor, currency)}</span>
          </li>
          {tenders
            .map((tender, place) => ({ ...tender, place }))
            .map(tender => (
              <li key={`${tender.place} ${tender.kind}`}>
                <span>{nameOf(tender.kind)}</span>
                <span className="money">−{formatMoney(tender.amountMinor, currency)}</span>
                <ActionIcon
                  size={48}
                  variant="subtle"
                  color="gray"
                  aria-label={t('till.give-back', { tender: nameOf(tender.kind) })}
                  onClick={() => props.giveBack(tender.place)}
                >
                  <IconX size={20} />
                </ActionIcon>
              </li>
            ))}
        </ul>
      </div>
      <form onSubmit={submit} className="pay-take">
        <SegmentedControl
          className="kinds"
          size="lg"
          fullWidth
          value={kind}
          onChange={value => {
            setKind(value as TenderKind)
            setWrong(false)
            field.current?.focus()
          }}
          data={kinds.map(each => ({ value: each, label: nameOf(each) }))}
        />
        {kind === 'cash' ? (
          <div className="quick">
            {quickAmounts(dueMinor, currency).map((amount, index) => (
              <Button key={amount} px="xs" variant="default" className="money" onClick={() => take(amount)}>
                {index === 0 ? `${t('till.exact')} ${formatMoney(amount, currency)}` : formatMoney(amount, currency)}
              </Button>
            ))}
          </div>
        ) : (
          <Text c="dimmed" mih={64} size="lg">
            {kind === 'card' ? t('till.card-hint') : t('till.amount-hint')}
          </Text>
        )}
        <input
          ref={field}
          className="pay-field money"
          aria-label={t('till.amount-in', { tender: nameOf(kind) })}
          aria-invalid={wrong}
          inputMode="none"
          autoComplete="off"
          placeholder={decimalFromMinor(dueMinor, currency)}
          value={text}
          onChange={event => {
            setText(event.currentTarget.value)
            setWrong(false)
          }}
        />
        {wrong && (
          <Text c="red" role="alert" size="sm">
            {t('till.not-a-number')}
          </Text>
        )}
        <Keypad press={key => setText(now => typeKey(now, key))} />
        <Button type="submit" h={72} fz={22}>
          {covered ? t('common.done') : t('till.take', { tender: nameOf(kind) })}
        </Button>
      </form>
    </main>
  )
}
