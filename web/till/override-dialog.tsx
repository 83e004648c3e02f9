import { Button, Modal, NumberInput, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { overrideRoutes } from '../../src/contracts/overrides.ts'
import { client, newId, sentenceOf, tell } from '../shared/api.ts'
import { t } from '../shared/messages.ts'

/** Someone with the right approves what the cashier may not, here and now, for this one sale. */
export const OverrideDialog = ({
  saleId,
  approved,
  close,
}: {
  saleId: string
  approved(overrideId: string): void
  close(): void
}) => {
  const [number, setNumber] = useState<number | string>('')
  const [pin, setPin] = useState('')
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  /** Asked again after a lost answer, it is still the same approval; another PIN or reason is another. */
  const [id, setId] = useState(newId)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      const granted = await client.call(overrideRoutes.grantOverride, {
        id,
        number: Number(number),
        pin,
        right: 'sales:override',
        target: { kind: 'sale', id: saleId },
        reason: reason.trim() || t('override.reason-default'),
      })
      tell(t('override.done', { name: granted.approverName }))
      approved(granted.overrideId)
    } catch (failure) {
      setError(sentenceOf(failure))
      setPin('')
      setId(newId())
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={close} title={t('override.title')}>
      <form onSubmit={submit}>
        <Stack>
          <Text c="dimmed">{t('override.lead')}</Text>
          <NumberInput
            label={t('override.number')}
            value={number}
            onChange={setNumber}
            min={1}
            max={9_999}
            hideControls
            data-autofocus
          />
          <PasswordInput
            label={t('override.pin')}
            value={pin}
            onChange={event => setPin(event.currentTarget.value)}
            inputMode="numeric"
            maxLength={6}
            autoComplete="off"
          />
          <TextInput
            label={t('override.reason')}
            placeholder={t('override.reason-default')}
            value={reason}
            onChange={event => setReason(event.currentTarget.value)}
            maxLength={200}
          />
          {error !== null && (
            <Text c="red" role="alert">
              {error}
            </Text>
          )}
          <Button type="submit" h={56} loading={busy} disabled={typeof number !== 'number' || !/^\d{6}$/.test(pin)}>
            {t('override.go')}
          </Button>
        </Stack>
      </form>
    </Modal>
  )
}
