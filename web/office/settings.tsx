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
import { client, newId, sentenceOf, tell } from '../shared/api.ts'
import { t } from '../shared/messages.ts'
import { o } from './messages.ts'
import { PageHead } from './page-head.tsx'

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')

const StoreForm = ({ store, saved }: { store: StoreProfile; saved(): void }) => {
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
        <Button type="submit" h={48} style={{ alignSelf: 'start' }}>
          {t('common.save')}
        </Button>
      </Stack>
    </form>
  )
}

export const Page = () => {
  const queries = useQueryClient()
  const { data } = useQuery({ queryKey: ['store'], queryFn: () => client.call(catalogueRoutes.getStore, {}) })
  return (
    <div>
      <PageHead title={o('settings.title')} />
      {data ? (
        <StoreForm store={data} saved={() => void queries.invalidateQueries({ queryKey: ['store'] })} />
      ) : (
        <Center p="xl">
          <Loader aria-label={t('common.loading')} />
        </Center>
      )}
    </div>
  )
}
