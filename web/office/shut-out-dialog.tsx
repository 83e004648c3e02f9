import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { deviceRoutes } from '../../src/contracts/devices.ts'
import { inertText } from '../../src/domain/text.ts'
import { newId, sentenceOf, tell } from '../shared/api.ts'
import { t } from '../shared/messages.ts'
import { o } from './messages.ts'
import type { NodeRow } from './node-state.ts'
import { useClient } from './place.tsx'

/** Ends a device's key. It can't be undone, so it says what happens before, and asks why. */
export const ShutOutDialog = ({ node, done, close }: { node: NodeRow; done(): void; close(): void }) => {
  const client = useClient()
  const [reason, setReason] = useState('')
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const name = inertText(node.name)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      await client.call(deviceRoutes.revokeDevice, { nodeId: node.nodeId, id: newId(), reason: reason.trim() })
      tell(o('devices.shut-out-done', { name }))
      done()
      close()
    } catch (failure) {
      setError(sentenceOf(failure))
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={close} title={o('devices.shut-out-of', { name })} size="lg">
      <form onSubmit={submit}>
        <Stack>
          <Text>{o('devices.shut-out-stays', { name })}</Text>
          <Text>{o('devices.shut-out-then')}</Text>
          {node.waiting !== null && node.waiting > 0 && (
            <Alert color="yellow">{o('devices.shut-out-waiting', { count: node.waiting })}</Alert>
          )}
          <TextInput
            label={o('devices.reason')}
            placeholder={o('devices.reason-hint')}
            value={reason}
            onChange={event => setReason(event.currentTarget.value)}
            required
            maxLength={200}
            data-autofocus
            error={error}
          />
          <Group justify="end">
            <Button variant="default" h={48} onClick={close}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" color="red" h={48} loading={busy} disabled={reason.trim() === ''}>
              {o('devices.shut-out-do')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
