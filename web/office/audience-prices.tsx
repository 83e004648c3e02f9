import { ActionIcon, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { groupsOf } from './add-store-dialog.tsx'
import { o } from './messages.ts'
import { usePlace, useStoreName } from './place.tsx'
import type { CurrencyOf, TypedPrice } from './product-form.ts'

/** What single stores and groups sell a variant for instead of its base price. */
export const AudiencePrices = (props: {
  prices: readonly TypedPrice[]
  currencyOf: CurrencyOf
  mayChange: boolean
  change(prices: TypedPrice[]): void
}) => {
  const { prices, currencyOf, mayChange, change } = props
  const { stores, mayAskAll } = usePlace()
  const nameOf = useStoreName()
  const groups = mayAskAll ? groupsOf(stores) : []
  const labelOf = (audience: string) =>
    stores.some(store => store.handle === audience) ? nameOf(audience) : o('prices.group', { group: audience })
  const set = (key: number, fields: Partial<TypedPrice>) =>
    change(prices.map(each => (each.key === key ? { ...each, ...fields } : each)))
  const choices = (own: string) =>
    [...stores.map(store => store.handle), ...groups]
      .filter(audience => audience === own || !prices.some(each => each.audience === audience))
      .map(audience => ({ value: audience, label: labelOf(audience) }))
  const known = (own: string) =>
    own === '' || choices(own).some(choice => choice.value === own)
      ? choices(own)
      : [...choices(own), { value: own, label: labelOf(own) }]
  if (prices.length === 0 && !mayChange) return null
  return (
    <Stack gap="xs">
      <Text size="sm" fw={500}>
        {o('prices.title')}
      </Text>
      {prices.map(each => (
        <Group key={each.key} gap="xs" wrap="nowrap">
          <Select
            aria-label={o('prices.audience')}
            placeholder={o('prices.audience')}
            value={each.audience === '' ? null : each.audience}
            onChange={value => value && set(each.key, { audience: value })}
            data={known(each.audience)}
            allowDeselect={false}
            required
            flex={1}
          />
          <TextInput
            aria-label={o('prices.price', { audience: each.audience === '' ? '' : labelOf(each.audience) })}
            value={each.price}
            onChange={event => set(each.key, { price: event.currentTarget.value })}
            required
            inputMode="decimal"
            rightSection={<Text size="sm">{each.audience === '' ? '' : currencyOf(each.audience)}</Text>}
            rightSectionWidth={56}
            w={140}
          />
          {mayChange && (
            <ActionIcon
              size={48}
              variant="subtle"
              color="gray"
              aria-label={o('prices.remove', { audience: labelOf(each.audience) })}
              onClick={() => change(prices.filter(other => other.key !== each.key))}
            >
              <IconX size={20} />
            </ActionIcon>
          )}
        </Group>
      ))}
      {mayChange && (
        <Button
          variant="subtle"
          h={48}
          style={{ alignSelf: 'start' }}
          onClick={() =>
            change([...prices, { key: Math.max(0, ...prices.map(each => each.key)) + 1, audience: '', price: '' }])
          }
        >
          {o('prices.add')}
        </Button>
      )}
    </Stack>
  )
}
