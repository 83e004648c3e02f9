import { Button, Stack, Text } from '@mantine/core'
import { IconPrinter } from '@tabler/icons-react'
import { useEffect } from 'react'
import type { Receipt } from '../../src/domain/receipt.ts'
import { t } from '../shared/messages.ts'
import { formatMoney } from '../shared/money.ts'
import { ReceiptView } from '../shared/receipt-view.tsx'

export type Paid = {
  /** Of the sale or return. */
  id: string
  heading: string
  /** What goes to the customer now, and what it is called. */
  figureLabel: string
  figureMinor: number
  currency: string
  receiptNumber: number | null
  receipt: Receipt
  /** The receipt once its number is known. */
  numbered(receiptNumber: number): Receipt
}

/** After the money: the change is the largest thing there is. The next scan begins the next sale by itself. */
export const PaidPanel = ({ paid, next }: { paid: Paid; next(): void }) => {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Enter' && !(event.target instanceof HTMLButtonElement)) next()
      if (event.key === 'Escape') next()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [next])
  return (
    <main className="paid" data-ready="true">
      <Stack align="center" justify="center" gap="lg">
        <h1 className="paid-heading">{paid.heading}</h1>
        <div className="figure">
          <Text c="dimmed" ta="center" size="lg">
            {paid.figureLabel}
          </Text>
          <output className="huge money" data-testid="change">
            {formatMoney(paid.figureMinor, paid.currency)}
          </output>
        </div>
        <Text data-testid="receipt-number" aria-live="polite" size="lg">
          {paid.receiptNumber === null ? t('till.paid-waiting') : t('till.paid-note', { number: paid.receiptNumber })}
        </Text>
        <Button h={72} w={320} fz={22} onClick={next} autoFocus>
          {t('till.next')}
        </Button>
        <Button variant="default" h={56} w={320} leftSection={<IconPrinter size={20} />} onClick={() => window.print()}>
          {t('till.print')}
        </Button>
      </Stack>
      <div className="paid-receipt">
        <ReceiptView receipt={paid.receipt} />
      </div>
    </main>
  )
}
