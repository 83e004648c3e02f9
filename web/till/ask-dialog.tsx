import { Button, Group, Modal, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { SaleDiscount } from '../../src/domain/basket.ts'
import { decimalFromMinor, minorFromDecimal, mulDivRound } from '../../src/domain/money.ts'
import { t } from '../shared/messages.ts'
import { AmountDialog } from './amount-dialog.tsx'
import type { BasketAct, TillLine } from './basket.ts'
import type { Ask } from './basket-panel.tsx'
import { OverrideDialog } from './override-dialog.tsx'

const million = 1_000_000

/** "1.5" as millionths, or null. */
export const microOf = (text: string): number | null => {
  const [, whole = '', decimals = ''] = /^(\d{0,6})(?:\.(\d{0,6}))?$/.exec(text) ?? []
  if (whole === '' && decimals === '') return null
  return Number(whole || '0') * million + Number(decimals.padEnd(6, '0'))
}

const minorOf = (text: string, currency: string): number | null => {
  const amount = minorFromDecimal(text, currency)
  return amount.ok && amount.minor >= 0 ? amount.minor : null
}

/** "10 %" as parts per million, or null. */
const shareOf = (text: string): number | null => {
  const [, percent] = /^(\d{1,3}(?:\.\d{1,4})?)\s*%$/.exec(text) ?? []
  if (percent === undefined) return null
  const [whole = '0', decimals = ''] = percent.split('.')
  const ppm = Number(whole) * 10_000 + Number(decimals.padEnd(4, '0'))
  return ppm <= million ? ppm : null
}

const discountOf = (text: string, currency: string): SaleDiscount | null => {
  const sharePpm = shareOf(text)
  if (sharePpm !== null) return { kind: 'share', sharePpm }
  const amountMinor = minorOf(text, currency)
  return amountMinor === null ? null : { kind: 'amount', amountMinor }
}

const NoteDialog = ({ line, step, close }: { line: TillLine; step(act: BasketAct): void; close(): void }) => {
  const [note, setNote] = useState(line.note)
  return (
    <Modal opened onClose={close} title={t('till.note')}>
      <Textarea
        aria-label={t('till.note')}
        value={note}
        onChange={event => setNote(event.currentTarget.value)}
        maxLength={4_000}
        autosize
        minRows={3}
        data-autofocus
      />
      <Group grow mt="md">
        <Button variant="default" onClick={close}>
          {t('common.cancel')}
        </Button>
        <Button onClick={() => step({ act: 'note', key: line.key, note: note.trim() })}>{t('common.done')}</Button>
      </Group>
    </Modal>
  )
}

/** Asks for what a line or the sale is to have, by the right to give it. */
export const AskDialog = (props: {
  ask: Ask
  line: TillLine | undefined
  currency: string
  mayOverride: boolean
  /** The sale that someone would have to approve; null before it has begun. */
  saleId: string | null
  step(act: BasketAct): void
  close(): void
}) => {
  const { ask, line, currency, close } = props
  const step = (act: BasketAct) => {
    props.step(act)
    close()
  }
  if (ask !== 'quantity' && ask !== 'note' && !props.mayOverride) {
    if (props.saleId === null) return null
    return (
      <OverrideDialog
        saleId={props.saleId}
        approved={overrideId => props.step({ act: 'approved', overrideId })}
        close={close}
      />
    )
  }
  if (ask === 'sale-discount') {
    return (
      <AmountDialog
        title={t('till.sale-discount')}
        hint={t('till.discount-hint')}
        unit={currency}
        read={text => discountOf(text, currency)}
        done={discount => step({ act: 'sale-discount', discount })}
        close={close}
      />
    )
  }
  if (!line) return null
  if (ask === 'note') return <NoteDialog line={line} step={step} close={close} />
  if (ask === 'quantity') {
    return (
      <AmountDialog
        title={line.unit === 'each' ? t('till.quantity') : t('till.weight')}
        unit={line.unit === 'each' ? '' : line.unit}
        read={microOf}
        done={quantityMicro => step({ act: 'quantity', key: line.key, quantityMicro })}
        close={close}
      />
    )
  }
  if (ask === 'price') {
    return (
      <AmountDialog
        title={t('till.price-of', { name: line.name })}
        unit={currency}
        start={decimalFromMinor(line.unitPriceMinor, currency)}
        read={text => minorOf(text, currency)}
        done={unitPriceMinor => step({ act: 'price', key: line.key, unitPriceMinor })}
        close={close}
      />
    )
  }
  const grossMinor = mulDivRound(line.unitPriceMinor, line.quantityMicro, million)
  return (
    <AmountDialog
      title={t('till.discount-of', { name: line.name })}
      hint={t('till.discount-hint')}
      unit={currency}
      read={text => {
        const discount = discountOf(text, currency)
        if (!discount) return null
        const minor =
          discount.kind === 'amount' ? discount.amountMinor : mulDivRound(grossMinor, discount.sharePpm, million)
        return minor <= grossMinor ? minor : null
      }}
      done={discountMinor => step({ act: 'discount', key: line.key, discountMinor })}
      close={close}
    />
  )
}
