import { Button, Group, Modal, PasswordInput, Select, Stack, Text, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { type Person, type Role, role, staffRoutes } from '../../src/contracts/staff.ts'
import { client, newId, sentenceOf } from '../shared/api.ts'
import { t } from '../shared/messages.ts'
import { useSession } from '../shared/session.tsx'
import { ListTable } from './list-table.tsx'
import { o } from './messages.ts'
import { PageHead } from './page-head.tsx'

const PersonDialog = ({ person, changed, close }: { person: Person | null; changed(): void; close(): void }) => {
  const [name, setName] = useState(person?.name ?? '')
  const [chosen, setChosen] = useState<Role>(person?.role ?? 'cashier')
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
        await client.call(staffRoutes.addPerson, { id: newId(), name, role: chosen, pin })
        return
      }
      const { personId } = person
      if (name !== person.name || chosen !== person.role)
        await client.call(staffRoutes.changePerson, { personId, id: newId(), name, role: chosen })
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
  const { may } = useSession()
  const queries = useQueryClient()
  const [edited, setEdited] = useState<Person | 'new' | null>(null)
  const { data, error } = useQuery({ queryKey: ['people'], queryFn: () => client.call(staffRoutes.listPeople, {}) })
  return (
    <div>
      <PageHead title={o('people.title')}>
        {may('people:write') && (
          <Button h={48} onClick={() => setEdited('new')}>
            {o('people.add')}
          </Button>
        )}
      </PageHead>
      <ListTable
        rows={data?.rows}
        more={null}
        error={error}
        empty=""
        keyOf={person => person.personId}
        {...(may('people:write') ? { open: setEdited } : {})}
        columns={[
          { head: o('people.number'), cell: person => person.number },
          { head: o('people.name'), cell: person => person.name },
          { head: o('people.role'), cell: person => o(`role.${person.role}`) },
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
