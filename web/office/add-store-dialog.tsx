import { Button, Group, Modal, Select, SimpleGrid, Stack, TagsInput, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { catalogueRoutes } from '../../src/contracts/catalogue.ts'
import { deviceRoutes } from '../../src/contracts/devices.ts'
import { handle as handleSchema } from '../../src/contracts/primitives.ts'
import { client, clientAbout, newId, sentenceOf } from '../shared/api.ts'
import { t } from '../shared/messages.ts'
import { EnrolmentCode, type MadeCode } from './enrolment-code.tsx'
import { o } from './messages.ts'
import { newStoreProfile } from './new-store.ts'
import { nextHandle } from './node-state.ts'
import type { ListedStore } from './place.tsx'

/** Groups that stores are in already. */
export const groupsOf = (stores: readonly ListedStore[]): string[] =>
  [...new Set(stores.flatMap(store => store.groups))].toSorted()

/** A store begins by being described; the code then makes a machine that store. */
export const AddStoreDialog = (props: { stores: readonly ListedStore[]; came(): void; close(): void }) => {
  const { stores, close } = props
  const profiles = stores.map(store => store.profile)
  const handles = stores.map(store => store.handle)
  const [handle, setHandle] = useState(() => nextHandle('store', handles))
  const [name, setName] = useState('')
  const [currency, setCurrency] = useState(profiles[0]?.currency ?? 'EUR')
  const [timeZone, setTimeZone] = useState(profiles[0]?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone)
  const [groups, setGroups] = useState<string[]>([])
  const [made, setMade] = useState<MadeCode | null>(null)
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const isHandle = handleSchema.safeParse(handle).success
  const isTaken = handles.includes(handle)
  const makeCode = async () => {
    const asked = { id: newId(), kind: 'store' as const, handle, name: name.trim() }
    const { code, expiresAtMs } = await client.call(deviceRoutes.createEnrolmentCode, asked)
    setMade({ code, expiresAtMs, kind: 'store', handle, name: name.trim() })
  }
  const attempt = async (work: () => Promise<void>) => {
    setBusy(true)
    setError(null)
    try {
      await work()
    } catch (failure) {
      setError(sentenceOf(failure))
    } finally {
      setBusy(false)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void attempt(async () => {
      const profile = newStoreProfile({ name, currency, timeZone }, profiles, navigator.language)
      await clientAbout(handle).call(catalogueRoutes.configureStore, { ...profile, id: newId() })
      if (groups.length > 0) await client.call(catalogueRoutes.setStoreGroups, { handle, id: newId(), groups })
      await makeCode()
    })
  }
  return (
    <Modal opened onClose={close} title={made ? o('enrol.title-store') : o('stores.add')} size={760}>
      {made ? (
        <>
          <EnrolmentCode
            made={made}
            again={() => void attempt(makeCode)}
            came={() => {
              props.came()
              close()
            }}
          />
          <Text c="red" role="alert">
            {error}
          </Text>
        </>
      ) : (
        <form onSubmit={submit}>
          <Stack>
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <TextInput
                label={o('enrol.name')}
                description={o('enrol.name-hint-store')}
                value={name}
                onChange={event => setName(event.currentTarget.value)}
                required
                maxLength={200}
                data-autofocus
              />
              <TextInput
                label={o('enrol.handle')}
                description={o('stores.handle-hint')}
                value={handle}
                onChange={event => setHandle(event.currentTarget.value)}
                required
                maxLength={32}
                autoComplete="off"
                error={isTaken ? o('stores.handle-taken') : handle !== '' && !isHandle ? o('enrol.handle-wrong') : null}
              />
              <TextInput
                label={o('settings.currency')}
                value={currency}
                onChange={event => setCurrency(event.currentTarget.value.toUpperCase())}
                required
                maxLength={3}
              />
              <Select
                label={o('settings.time-zone')}
                value={timeZone}
                onChange={value => value && setTimeZone(value)}
                data={Intl.supportedValuesOf('timeZone')}
                searchable
                limit={100}
                allowDeselect={false}
              />
            </SimpleGrid>
            <TagsInput
              size="md"
              label={o('stores.groups')}
              description={o('stores.groups-hint')}
              value={groups}
              onChange={setGroups}
              data={groupsOf(stores)}
            />
            <Text size="sm" c="dimmed">
              {o('stores.like')}
            </Text>
            <Text c="red" role="alert">
              {error}
            </Text>
            <Group justify="end">
              <Button variant="default" h={48} onClick={close}>
                {t('common.cancel')}
              </Button>
              <Button type="submit" h={48} loading={busy} disabled={!isHandle || isTaken || name.trim() === ''}>
                {o('stores.add-do')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  )
}
