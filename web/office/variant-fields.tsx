import { Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import type { Variant } from '../../src/contracts/catalogue.ts'
import { unit as unitSchema } from '../../src/contracts/catalogue.ts'
import { o } from './messages.ts'
import type { Typed } from './product-form.ts'

const units: readonly Variant['unit'][] = unitSchema.options

/** What is said of one form of a product, for everyone. */
export const VariantFields = (props: {
  variant: Typed
  currency: string
  taxes: Array<{ value: string; label: string }>
  priceLabel: string
  change(fields: Partial<Typed>): void
}) => {
  const { variant, currency, taxes, priceLabel, change } = props
  return (
    <Stack gap="sm">
      <SimpleGrid cols={2}>
        <TextInput
          label={o('products.sku')}
          value={variant.sku}
          onChange={event => change({ sku: event.currentTarget.value })}
          required
          maxLength={64}
        />
        <TextInput
          label={priceLabel}
          value={variant.price}
          onChange={event => change({ price: event.currentTarget.value })}
          required
          inputMode="decimal"
          rightSection={<Text size="sm">{currency}</Text>}
          rightSectionWidth={56}
        />
        <TextInput
          label={o('products.cost')}
          value={variant.cost}
          onChange={event => change({ cost: event.currentTarget.value })}
          inputMode="decimal"
        />
        <Select
          label={o('products.tax')}
          value={variant.taxCode}
          onChange={value => value && change({ taxCode: value })}
          data={taxes}
          allowDeselect={false}
        />
        <Select
          label={o('products.unit')}
          value={variant.unit}
          onChange={value => {
            const unit = units.find(each => each === value)
            if (unit) change({ unit })
          }}
          data={units.map(unit => ({ value: unit, label: o(`unit.${unit}`) }))}
          allowDeselect={false}
        />
        <TextInput
          label={o('products.form')}
          placeholder={o('products.form-hint')}
          value={variant.form}
          onChange={event => change({ form: event.currentTarget.value })}
          maxLength={100}
        />
      </SimpleGrid>
      <TextInput
        label={o('products.barcodes')}
        value={variant.barcodes}
        onChange={event => change({ barcodes: event.currentTarget.value })}
        data-takes-codes="true"
      />
    </Stack>
  )
}
