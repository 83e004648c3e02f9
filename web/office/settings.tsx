import {
  Button,
  Center,
  Loader,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { catalogueRoutes, type StoreProfile } from '../../src/contracts/catalogue.ts'
import { codeOf, newId, sentenceOf, tell } from '../shared/api.ts'
import { t } from '../shared/messages.ts'
import { o } from './messages.ts'
import { newStoreProfile } from './new-store.ts'
import { PageHead } from './page-head.tsx'
import { useClient, usePlace } from './place.tsx'
import { QuietLine } from './quiet-line.tsx'

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')

const StoreForm = ({ store, mayChange, saved }: { store: StoreProfile; mayChange: boolean; saved(): void }) => {
  const client = useClient()
  const [form, setForm] = useState(store)
  const [address, setAddress] = useState(store.address.join('\n'))
  const [footer, setFooter] = useState(store.receiptFooter.join('\n'))
  const [error, setError] = useState<string | null>(null)
  const change = (fields: Partial<StoreProfile>) => setForm(now => ({ ...now, ...fields }))
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setError(null)
    try {
      await client.call(catalogueRoutes.configureStore, {
        ...form,
        id: newId(),
        address: linesOf(address),
        receiptFooter: linesOf(footer),
      })
      tell(o('settings.saved'))
      saved()
    } catch (failure) {
      setError(sentenceOf(failure))
    }
  }
  return (
    <form onSubmit={submit} data-ready="true">
      <fieldset className="whole" disabled={!mayChange}>
        <Stack maw={720}>
          <TextInput
            label={o('settings.name')}
            value={form.name}
            onChange={event => change({ name: event.currentTarget.value })}
            required
          />
          <Textarea
            label={o('settings.address')}
            value={address}
            onChange={event => setAddress(event.currentTarget.value)}
            autosize
            minRows={2}
          />
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput
              label={o('settings.tax-number')}
              value={form.taxNumber}
              onChange={event => change({ taxNumber: event.currentTarget.value })}
            />
            <TextInput
              label={o('settings.currency')}
              value={form.currency}
              onChange={event => change({ currency: event.currentTarget.value.toUpperCase() })}
              maxLength={3}
              required
            />
            <Select
              label={o('settings.tax-mode')}
              value={form.taxMode}
              onChange={value => value && change({ taxMode: value as StoreProfile['taxMode'] })}
              data={[
                { value: 'included', label: o('settings.included') },
                { value: 'excluded', label: o('settings.excluded') },
              ]}
              allowDeselect={false}
            />
            <Select
              label={o('settings.rounding')}
              value={form.taxRounding}
              onChange={value => value && change({ taxRounding: value as StoreProfile['taxRounding'] })}
              data={[
                { value: 'line', label: o('settings.line') },
                { value: 'document', label: o('settings.document') },
              ]}
              allowDeselect={false}
            />
            <Select
              label={o('settings.time-zone')}
              value={form.timeZone}
              onChange={value => value && change({ timeZone: value })}
              data={Intl.supportedValuesOf('timeZone')}
              searchable
              limit={100}
              allowDeselect={false}
            />
            <NumberInput
              label={o('settings.cash-step')}
              value={form.cashStepMinor}
              onChange={value => change({ cashStepMinor: Math.max(1, Math.floor(Number(value) || 1)) })}
              min={1}
            />
          </SimpleGrid>
          <Textarea
            label={o('settings.footer')}
            value={footer}
            onChange={event => setFooter(event.currentTarget.value)}
            autosize
            minRows={2}
          />
          <Text c="red" role="alert" mih={24}>
            {error}
          </Text>
          {mayChange && (
            <Button type="submit" h={48} style={{ alignSelf: 'start' }}>
              {t('common.save')}
            </Button>
          )}
        </Stack>
      </fieldset>
    </form>
  )
}

/** Settings of the store that is asked about; a store that nobody described yet begins like the others. */
const StoreSettings = () => {
  const client = useClient()
  const queries = useQueryClient()
  const { link, stores, store } = usePlace()
  const { data, error } = useQuery({
    queryKey: ['store'],
    queryFn: () => client.call(catalogueRoutes.getStore, {}),
    retry: false,
  })
  const isNew = codeOf(error) === 'store-not-configured'
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  const shown =
    data ??
    (isNew
      ? newStoreProfile(
          { name: store ?? '', currency: stores[0]?.profile.currency ?? 'EUR', timeZone },
          stores.map(each => each.profile),
          navigator.language,
        )
      : undefined)
  if (error && !isNew) return <Text c="red">{sentenceOf(error)}</Text>
  if (!shown) {
    return (
      <Center p="xl">
        <Loader aria-label={t('common.loading')} />
      </Center>
    )
  }
  return (
    <>
      {!link.top && <QuietLine>{o('decided.above')}</QuietLine>}
      <StoreForm
        key={isNew ? 'new' : 'known'}
        store={shown}
        mayChange={link.top}
        saved={() => void queries.invalidateQueries({ queryKey: ['store'] })}
      />
    </>
  )
}

export const Page = () => {
  const { isHq, store, stores } = usePlace()
  const name = stores.find(each => each.handle === store)?.profile.name
  return (
    <div>
      <PageHead title={name ? o('settings.title-of', { name }) : o('settings.title')} />
      {isHq && store === null ? (
        <Text c="dimmed" data-ready="true">
          {o(stores.length === 0 ? 'settings.no-store' : 'settings.choose')}
        </Text>
      ) : (
        <StoreSettings />
      )}
    </div>
  )
}
