import { Anchor, Button, Modal, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { cashRoutes } from '../../src/contracts/cash.ts'
import { deviceRoutes } from '../../src/contracts/devices.ts'
import { handle as handleSchema } from '../../src/contracts/primitives.ts'
import { client, newId, sentenceOf } from '../shared/api.ts'
import { t } from '../shared/messages.ts'
import { enrolHere, openTill } from './enrol.ts'
import { readOutbox } from './outbox.ts'

/** Someone who may makes this device a till in one go: a code is made and used at once. */
export const EnrolDialog = ({ till, close }: { till: string; close(): void }) => {
  const [handle, setHandle] = useState(till)
  const [code, setCode] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const isRight = handleSchema.safeParse(handle).success

  const attempt = async (work: () => Promise<void>) => {
    setBusy(true)
    setError(null)
    try {
      await work()
    } catch (failure) {
      setError(sentenceOf(failure))
    }
    setBusy(false)
  }
  const use = (made: string) =>
    attempt(async () => {
      await enrolHere(made)
      openTill()
    })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (code !== null) {
      void use(code)
      return
    }
    void attempt(async () => {
      const waiting = readOutbox().length
      if (waiting > 0) return setError(t('enrol.wait-lead', { count: waiting }))
      const { rows } = await client.call(cashRoutes.listShifts, { till: handle, open: 'true', limit: 1 })
      if (rows.length > 0) return setError(t('enrol.shift-open'))
      const made = await client.call(deviceRoutes.createEnrolmentCode, {
        id: newId(),
        kind: 'till',
        handle,
        name: handle,
      })
      if (made.replaces) return setCode(made.code)
      await enrolHere(made.code)
      openTill()
    })
  }
  return (
    <Modal opened onClose={close} title={t('enrol.menu')}>
      <form onSubmit={submit}>
        <Stack>
          <Text c="dimmed">{t('enrol.lead')}</Text>
          <TextInput
            label={t('enrol.name')}
            description={t('till.till-handle-hint')}
            value={handle}
            onChange={event => {
              setHandle(event.currentTarget.value)
              setCode(null)
            }}
            error={!isRight}
          />
          {code !== null && (
            <Text role="alert" className="waits">
              {t('enrol.replaces')}
            </Text>
          )}
          {error !== null && (
            <Text c="red" role="alert">
              {error}
            </Text>
          )}
          <Button type="submit" h={56} loading={busy} disabled={!isRight}>
            {code === null ? t('enrol.here') : t('enrol.replace')}
          </Button>
          <Anchor href="#enrol" c="dimmed" ta="center" size="sm">
            {t('enrol.have-code')}
          </Anchor>
        </Stack>
      </form>
    </Modal>
  )
}
