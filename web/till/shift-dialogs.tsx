import { Button, Group, Modal, NumberInput, SegmentedControl, Stack, Table, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { cashRoutes, type ShiftReport } from '../../src/contracts/cash.ts'
import { cashNotes, minorFromDecimal } from '../../src/domain/money.ts'
import { client, newId, sentenceOf, tell } from '../shared/api.ts'
import { t } from '../shared/messages.ts'
import { formatMoney } from '../shared/money.ts'
import { AmountDialog } from './amount-dialog.tsx'

/** Coins beside the notes: one, two and five of each power of ten below the smallest note. */
const coinsBelow = (smallestNote: number): number[] => {
  const coins: number[] = []
  for (let power = 1; power < smallestNote; power *= 10)
    for (const times of [1, 2, 5]) if (times * power < smallestNote) coins.push(times * power)
  return coins.reverse()
}

export const OpenShiftDialog = ({
  till,
  currency,
  done,
  skip,
}: {
  till: string
  currency: string
  done(): void
  skip(): void
}) => {
  const [error, setError] = useState<string | null>(null)
  const open = async (floatMinor: number) => {
    try {
      await client.call(cashRoutes.openShift, { id: newId(), till, floatMinor })
      done()
    } catch (failure) {
      setError(sentenceOf(failure))
    }
  }
  return (
    <AmountDialog
      title={t('shift.open-title')}
      hint={t('shift.open-lead')}
      unit={currency}
      read={text => {
        const amount = minorFromDecimal(text === '' ? '0' : text, currency)
        return amount.ok && amount.minor >= 0 ? amount.minor : null
      }}
      done={open}
      close={skip}
    >
      <Text c="red" role="alert">
        {error}
      </Text>
    </AmountDialog>
  )
}

export const MoveCashDialog = ({ shiftId, currency, close }: { shiftId: string; currency: string; close(): void }) => {
  const [kind, setKind] = useState<'in' | 'out' | 'no-sale'>('in')
  const [text, setText] = useState('')
  const [reason, setReason] = useState('')
  const [error, setError] = useState<string | null>(null)
  const [id] = useState(newId)
  const submit = async () => {
    const amount = minorFromDecimal(text.replace(',', '.') || '0', currency)
    if (!amount.ok) {
      setError(t('till.not-a-number'))
      return
    }
    try {
      await client.call(cashRoutes.moveCash, {
        shiftId,
        id,
        kind,
        amountMinor: kind === 'no-sale' ? 0 : amount.minor,
        reason,
      })
      tell(t('shift.recorded'))
      close()
    } catch (failure) {
      setError(sentenceOf(failure))
    }
  }
  return (
    <Modal opened onClose={close} title={t('till.cash-move')}>
      <Stack>
        <SegmentedControl
          fullWidth
          size="lg"
          value={kind}
          onChange={value => setKind(value as typeof kind)}
          data={[
            { value: 'in', label: t('shift.in') },
            { value: 'out', label: t('shift.out') },
            { value: 'no-sale', label: t('shift.no-sale') },
          ]}
        />
        {kind !== 'no-sale' && (
          <TextInput
            label={t('shift.amount')}
            value={text}
            onChange={event => setText(event.currentTarget.value)}
            inputMode="decimal"
            data-autofocus
          />
        )}
        <TextInput
          label={t('shift.why')}
          value={reason}
          onChange={event => setReason(event.currentTarget.value)}
          maxLength={200}
        />
        <Text c="red" role="alert" mih={22}>
          {error}
        </Text>
        <Button h={56} disabled={reason.trim() === ''} onClick={submit}>
          {t('common.save')}
        </Button>
      </Stack>
    </Modal>
  )
}

const ZReport = ({ report, close }: { report: ShiftReport; close(): void }) => {
  const money = (minor: number | null) => (minor === null ? '' : formatMoney(minor, report.currency))
  const rows: Array<[string, string]> = [
    [t('shift.sales'), String(report.sales)],
    [t('shift.returns'), String(report.returns)],
    [t('shift.takings'), money(report.totalMinor)],
    ...report.tenders.map(({ kind, amountMinor }): [string, string] => [t(`till.${kind}`), money(amountMinor)]),
    [t('shift.float'), money(report.floatMinor)],
    [t('shift.in'), money(report.paidInMinor)],
    [t('shift.out'), money(report.paidOutMinor)],
    [t('shift.expected'), money(report.expectedCashMinor)],
    [t('shift.counted'), money(report.countedCashMinor)],
    [t('shift.difference'), money(report.differenceMinor)],
  ]
  return (
    <Modal opened onClose={close} title={t('shift.z', { number: report.zNumber ?? '' })}>
      <Table verticalSpacing="sm">
        <Table.Tbody>
          {rows.map(([label, value]) => (
            <Table.Tr key={label}>
              <Table.Td>{label}</Table.Td>
              <Table.Td ta="right" className="money">
                {value}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Button fullWidth h={56} mt="md" onClick={close}>
        {t('common.close')}
      </Button>
    </Modal>
  )
}

/** A blind count, piece by piece; what was expected is shown when it can no longer be aimed at. */
export const CloseShiftDialog = ({
  shiftId,
  currency,
  close,
}: {
  shiftId: string
  currency: string
  close(): void
}) => {
  const notes = cashNotes(currency).toSorted((a, b) => b - a)
  const values = [...notes, ...coinsBelow(notes.at(-1) ?? 1)]
  const [pieces, setPieces] = useState<Record<number, number>>({})
  const [reason, setReason] = useState('')
  const [report, setReport] = useState<ShiftReport | null>(null)
  const [error, setError] = useState<string | null>(null)
  const [id] = useState(newId)
  const countedCashMinor = values.reduce((sum, value) => sum + value * (pieces[value] ?? 0), 0)
  const submit = async () => {
    const denominations = values.flatMap(valueMinor =>
      pieces[valueMinor] ? [{ valueMinor, pieces: pieces[valueMinor] }] : [],
    )
    try {
      setReport(
        await client.call(cashRoutes.closeShift, {
          shiftId,
          id,
          countedCashMinor,
          denominations,
          ...(reason.trim() === '' ? {} : { differenceReason: reason.trim() }),
        }),
      )
    } catch (failure) {
      setError(sentenceOf(failure))
    }
  }
  if (report) return <ZReport report={report} close={close} />
  return (
    <Modal opened onClose={close} title={t('shift.close-title')} size="lg">
      <Stack>
        <Text c="dimmed">{t('shift.close-lead')}</Text>
        <div className="denominations">
          {values.map(value => (
            <NumberInput
              key={value}
              label={formatMoney(value, currency)}
              value={pieces[value] ?? ''}
              onChange={count => setPieces(now => ({ ...now, [value]: Math.max(0, Math.floor(Number(count) || 0)) }))}
              min={0}
              hideControls
            />
          ))}
        </div>
        <TextInput
          label={t('shift.reason')}
          value={reason}
          onChange={event => setReason(event.currentTarget.value)}
          maxLength={200}
        />
        <Group justify="space-between">
          <Text size="lg">{t('shift.counted')}</Text>
          <Text size="xl" fw={700} className="money">
            {formatMoney(countedCashMinor, currency)}
          </Text>
        </Group>
        <Text c="red" role="alert" mih={22}>
          {error}
        </Text>
        <Button h={56} onClick={submit}>
          {t('shift.close')}
        </Button>
      </Stack>
    </Modal>
  )
}
