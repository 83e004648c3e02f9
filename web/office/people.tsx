import { Button, Group, Modal, MultiSelect, PasswordInput, Select, Stack, Text, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { type Person, type Role, role, staffRoutes } from '../../src/contracts/staff.ts'
import { inertText } from '../../src/domain/text.ts'
import { newId, sentenceOf } from '../shared/api.ts'
import { t } from '../shared/messages.ts'
import { useSession } from '../shared/session.tsx'
import { ListTable } from './list-table.tsx'
import { o } from './messages.ts'
import { PageHead } from './page-head.tsx'
import { type ListedStore, useClient, usePlace, useStoreName } from './place.tsx'
import { QuietLine } from './quiet-line.tsx'

/** Stores to choose from, and those that are chosen although they are not among them. */
const storeChoices = (stores: readonly ListedStore[], chosen: readonly string[]) => [
  ...stores.map(({ handle, profile }) => ({ value: handle, label: profile.name })),
  ...chosen
    .filter(handle => !stores.some(store => store.handle === handle))
    .map(handle => ({ value: handle, label: handle })),
]

const PersonDialog = ({ person, changed, close }: { person: Person | null; changed(): void; close(): void }) => {
  const client = useClient()
  const { isHq, stores } = usePlace()
  const [name, setName] = useState(person?.name ?? '')
  const [chosen, setChosen] = useState<Role>(person?.role ?? 'cashier')
  const [worksIn, setWorksIn] = useState<string[]>(() => [...(person?.stores ?? [])])
  const [pin, setPin] = useState('')
  const [error, setError] = useState<string | null>(null)
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work()
      changed()
      close()
    } catch (failure) {
      setError(sentenceOf(failure))
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void attempt(async () => {
      if (!person) {
        const limit = worksIn.length > 0 ? { stores: worksIn } : {}
        await client.call(staffRoutes.addPerson, { id: newId(), name, role: chosen, pin, ...limit })
        return
      }
      const { personId } = person
      const isMoved = worksIn.toSorted().join(' ') !== (person.stores ?? []).toSorted().join(' ')
      const where = isMoved ? { stores: worksIn.length > 0 ? worksIn : null } : {}
      if (name !== person.name || chosen !== person.role || isMoved)
        await client.call(staffRoutes.changePerson, { personId, id: newId(), name, role: chosen, ...where })
      if (pin !== '') await client.call(staffRoutes.setPin, { personId, id: newId(), pin })
    })
  }
  const letIn = (active: boolean) =>
    attempt(
      async () =>
        void (
          person && (await client.call(staffRoutes.changePerson, { personId: person.personId, id: newId(), active }))
        ),
    )
  return (
    <Modal opened onClose={close} title={person?.name ?? o('people.add')}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={o('people.name')}
            value={name}
            onChange={event => setName(event.currentTarget.value)}
            required
            data-autofocus
          />
          <Select
            label={o('people.role')}
            value={chosen}
            onChange={value => value && setChosen(value as Role)}
            data={role.options.map(each => ({ value: each, label: o(`role.${each}`) }))}
            allowDeselect={false}
          />
          {isHq && (
            <MultiSelect
              size="md"
              label={o('people.stores')}
              placeholder={worksIn.length === 0 ? o('people.all-stores') : ''}
              description={o('people.stores-hint')}
              value={worksIn}
              onChange={setWorksIn}
              data={storeChoices(stores, worksIn)}
              clearable
              searchable
            />
          )}
          <PasswordInput
            label={person ? o('people.new-pin') : o('people.pin')}
            value={pin}
            onChange={event => setPin(event.currentTarget.value)}
            required={!person}
            inputMode="numeric"
            maxLength={6}
            autoComplete="new-password"
          />
          <Text c="red" role="alert" mih={24}>
            {error}
          </Text>
          <Group justify="space-between">
            {person ? (
              <Button
                variant="subtle"
                color={person.active ? 'red' : 'cyan'}
                h={48}
                onClick={() => letIn(!person.active)}
              >
                {person.active ? o('people.off') : o('people.on')}
              </Button>
            ) : (
              <span />
            )}
            <Button type="submit" h={48}>
              {t('common.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

export const Page = () => {
  const client = useClient()
  const { isHq, link, store } = usePlace()
  const nameOf = useStoreName()
  const { may } = useSession()
  const queries = useQueryClient()
  const [edited, setEdited] = useState<Person | 'new' | null>(null)
  const { data, error } = useQuery({ queryKey: ['people'], queryFn: () => client.call(staffRoutes.listPeople, {}) })
  const mayChange = may('people:write') && link.top
  const people = data?.rows.filter(({ stores }) => !isHq || store === null || !stores || stores.includes(store))
  return (
    <div>
      <PageHead title={o('people.title')}>
        {mayChange && (
          <Button h={48} onClick={() => setEdited('new')}>
            {o('people.add')}
          </Button>
        )}
      </PageHead>
      {!link.top && <QuietLine>{o('decided.above')}</QuietLine>}
      <ListTable
        rows={people}
        more={null}
        error={error}
        empty={o('people.none')}
        keyOf={person => person.personId}
        {...(mayChange ? { open: setEdited } : {})}
        columns={[
          { head: o('people.name'), cell: person => inertText(person.name) },
          { head: o('people.number'), cell: person => person.number },
          { head: o('people.role'), cell: person => o(`role.${person.role}`) },
          ...(isHq
            ? [
                {
                  head: o('people.stores'),
                  cell: ({ stores }: Person) => stores?.map(nameOf).join(', ') ?? o('people.all-stores'),
                  hideBelow: 'sm' as const,
                },
              ]
            : []),
          { head: o('people.active'), cell: person => (person.active ? '✓' : '–'), right: true },
        ]}
      />
      {edited && (
        <PersonDialog
          key={edited === 'new' ? 'new' : edited.personId}
          person={edited === 'new' ? null : edited}
          changed={() => void queries.invalidateQueries({ queryKey: ['people'] })}
          close={() => setEdited(null)}
        />
      )}
    </div>
  )
}
