import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { type DeviceKind, deviceRoutes } from '../../src/contracts/devices.ts'
import { handle as handleSchema } from '../../src/contracts/primitives.ts'
import { newId, sentenceOf } from '../shared/api.ts'
import { t } from '../shared/messages.ts'
import { EnrolmentCode, type MadeCode } from './enrolment-code.tsx'
import { o } from './messages.ts'
import { useClient } from './place.tsx'

export type ToEnrol = { kind: DeviceKind; handle: string; name: string; isKnown: boolean }

/** Makes a code by which a device becomes a node of this shop, or by which another takes its place. */
export const EnrolDialog = (props: {
  wanted: ToEnrol
  /** Handles that have a device. */
  taken: readonly string[]
  came(): void
  close(): void
}) => {
  const { wanted, taken, close } = props
  const { kind } = wanted
  const client = useClient()
  const [handle, setHandle] = useState(wanted.handle)
  const [name, setName] = useState(wanted.name)
  const [made, setMade] = useState<MadeCode | null>(null)
  const [error, setError] = useState<string | null>(null)
  const isHandle = handleSchema.safeParse(handle).success
  const replaces = taken.includes(handle)
  const makeCode = async () => {
    setError(null)
    setMade(null)
    try {
      const body = { id: newId(), kind, handle, name: name.trim() }
      const { code, expiresAtMs } = await client.call(deviceRoutes.createEnrolmentCode, body)
      setMade({ code, expiresAtMs, kind, handle, name: name.trim() })
    } catch (failure) {
      setError(sentenceOf(failure))
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void makeCode()
  }
  return (
    <Modal opened onClose={close} title={o(`enrol.title-${kind}`)} size={760}>
      {made ? (
        <EnrolmentCode
          made={made}
          again={() => void makeCode()}
          came={() => {
            props.came()
            close()
          }}
        />
      ) : (
        <form onSubmit={submit}>
          <Stack>
            <TextInput
              label={o('enrol.handle')}
              description={o(`enrol.handle-hint-${kind}`)}
              value={handle}
              onChange={event => setHandle(event.currentTarget.value)}
              required
              maxLength={32}
              readOnly={wanted.isKnown}
              autoComplete="off"
              error={handle !== '' && !isHandle ? o('enrol.handle-wrong') : null}
            />
            <TextInput
              label={o('enrol.name')}
              description={o(`enrol.name-hint-${kind}`)}
              value={name}
              onChange={event => setName(event.currentTarget.value)}
              required
              maxLength={200}
              data-autofocus
            />
            {replaces && <Alert color="yellow">{o('enrol.replaces', { handle })}</Alert>}
            <Text c="red" role="alert">
              {error}
            </Text>
            <Group justify="end">
              <Button variant="default" h={48} onClick={close}>
                {t('common.cancel')}
              </Button>
              <Button type="submit" h={48} disabled={!isHandle || name.trim() === ''}>
                {o('enrol.make')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  )
}
