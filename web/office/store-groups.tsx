import { Button, Group, TagsInput, Text } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { catalogueRoutes } from '../../src/contracts/catalogue.ts'
import { client, newId, sentenceOf, tell } from '../shared/api.ts'
import { t } from '../shared/messages.ts'
import { groupsOf } from './add-store-dialog.tsx'
import { o } from './messages.ts'
import { type ListedStore, usePlace } from './place.tsx'

/** The groups that a store is in: what is said to a group is said to it. */
export const StoreGroups = ({ store, mayChange }: { store: ListedStore; mayChange: boolean }) => {
  const { stores } = usePlace()
  const [groups, setGroups] = useState([...store.groups])
  const [error, setError] = useState<string | null>(null)
  const isSame = groups.toSorted().join(' ') === store.groups.toSorted().join(' ')
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setError(null)
    try {
      await client.call(catalogueRoutes.setStoreGroups, { handle: store.handle, id: newId(), groups })
      tell(o('stores.groups-saved'))
    } catch (failure) {
      setError(sentenceOf(failure))
    }
  }
  return (
    <section className="column">
      <h2>{o('stores.groups')}</h2>
      {mayChange ? (
        <form onSubmit={submit}>
          <TagsInput
            size="md"
            aria-label={o('stores.groups')}
            description={o('stores.groups-hint')}
            value={groups}
            onChange={setGroups}
            data={groupsOf(stores)}
            error={error}
          />
          <Group justify="end" mt="sm">
            <Button type="submit" variant="default" h={48} disabled={isSame}>
              {t('common.save')}
            </Button>
          </Group>
        </form>
      ) : (
        <Text>{store.groups.join(', ') || o('stores.groups-none')}</Text>
      )}
    </section>
  )
}
