import {
  Autocomplete,
  Button,
  Divider,
  Drawer,
  Group,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  TextInput,
} from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { catalogueRoutes, type Product } from '../../src/contracts/catalogue.ts'
import { decimalFromMinor, minorFromDecimal } from '../../src/domain/money.ts'
import { client, newId, sentenceOf, tell } from '../shared/api.ts'
import { t } from '../shared/messages.ts'
import { o } from './messages.ts'

type Unit = Product['variants'][number]['unit']
/** A variant as it is typed. */
type Typed = {
  key: number
  sku: string
  form: string
  barcodes: string
  unit: Unit
  price: string
  cost: string
  taxCode: string
}

const units: Unit[] = ['each', 'kg', 'l', 'm']

const typedOf = (product: Product | null, currency: string, taxCode: string): Typed[] =>
  product
    ? product.variants.map((variant, key) => ({
        key,
        sku: variant.sku,
        form: variant.form,
        barcodes: variant.barcodes.join(' '),
        unit: variant.unit,
        price: decimalFromMinor(variant.priceMinor, currency),
        cost: variant.costMinor === null ? '' : decimalFromMinor(variant.costMinor, currency),
        taxCode: variant.taxCode,
      }))
    : [{ key: 0, sku: '', form: '', barcodes: '', unit: 'each', price: '', cost: '', taxCode }]

const amountOf = (text: string, currency: string): number | null => {
  const amount = minorFromDecimal(text.trim().replace(',', '.'), currency)
  return amount.ok && amount.minor >= 0 ? amount.minor : null
}

/** A product as a whole: saved at once, with what was refused said where it stands. */
export const ProductEditor = (props: {
  product: Product | null
  currency: string
  taxes: Array<{ value: string; label: string }>
  categories: string[]
  saved(): void
  close(): void
}) => {
  const { product, currency, taxes, saved, close } = props
  const [name, setName] = useState(product?.name ?? '')
  const [category, setCategory] = useState(product?.category ?? '')
  const [favourite, setFavourite] = useState(product?.favourite ?? false)
  const [variants, setVariants] = useState(() => typedOf(product, currency, taxes[0]?.value ?? ''))
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const change = (key: number, field: Partial<Typed>) =>
    setVariants(now => now.map(each => (each.key === key ? { ...each, ...field } : each)))

  const attempt = async (work: () => Promise<void>) => {
    setBusy(true)
    setError(null)
    try {
      await work()
      saved()
      close()
    } catch (failure) {
      setError(sentenceOf(failure))
    } finally {
      setBusy(false)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const wrong = variants.some(
      each => amountOf(each.price, currency) === null || (each.cost !== '' && amountOf(each.cost, currency) === null),
    )
    if (wrong) {
      setError(o('products.wrong-price', { currency }))
      return
    }
    void attempt(async () => {
      await client.call(catalogueRoutes.saveProduct, {
        id: newId(),
        productId: product?.productId ?? newId(),
        name: name.trim(),
        category: category.trim(),
        favourite,
        demo: product?.demo ?? false,
        note: product?.note ?? '',
        variants: variants.map(each => ({
          sku: each.sku.trim(),
          form: each.form.trim(),
          barcodes: each.barcodes.split(/\s+/).filter(barcode => barcode !== ''),
          unit: each.unit,
          priceMinor: amountOf(each.price, currency) ?? 0,
          costMinor: each.cost === '' ? null : amountOf(each.cost, currency),
          taxCode: each.taxCode,
        })),
      })
      tell(o('products.saved', { name }))
    })
  }
  const archive = () =>
    attempt(async () => {
      if (!product) return
      await client.call(catalogueRoutes.archiveProduct, { productId: product.productId })
      tell(o('products.archived', { name }))
    })
  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      size="lg"
      title={product ? o('products.edit', { name: product.name }) : o('products.new')}
    >
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={o('products.name')}
            value={name}
            onChange={event => setName(event.currentTarget.value)}
            required
            data-autofocus
            maxLength={200}
          />
          <Autocomplete
            label={o('products.category')}
            value={category}
            onChange={setCategory}
            data={props.categories}
            size="md"
            maxLength={80}
          />
          <Switch
            size="md"
            label={o('products.favourite')}
            checked={favourite}
            onChange={event => setFavourite(event.currentTarget.checked)}
          />
          {variants.map((variant, index) => (
            <Stack key={variant.key} gap="sm">
              {index > 0 && <Divider />}
              <SimpleGrid cols={2}>
                <TextInput
                  label={o('products.sku')}
                  value={variant.sku}
                  onChange={event => change(variant.key, { sku: event.currentTarget.value })}
                  required
                  maxLength={64}
                />
                <TextInput
                  label={o('products.price')}
                  value={variant.price}
                  onChange={event => change(variant.key, { price: event.currentTarget.value })}
                  required
                  inputMode="decimal"
                  rightSection={<Text size="sm">{currency}</Text>}
                  rightSectionWidth={56}
                />
                <TextInput
                  label={o('products.cost')}
                  value={variant.cost}
                  onChange={event => change(variant.key, { cost: event.currentTarget.value })}
                  inputMode="decimal"
                />
                <Select
                  label={o('products.tax')}
                  value={variant.taxCode}
                  onChange={value => value && change(variant.key, { taxCode: value })}
                  data={taxes}
                  allowDeselect={false}
                />
                <Select
                  label={o('products.unit')}
                  value={variant.unit}
                  onChange={value => value && change(variant.key, { unit: value as Unit })}
                  data={units.map(unit => ({ value: unit, label: o(`unit.${unit}`) }))}
                  allowDeselect={false}
                />
                <TextInput
                  label={o('products.form')}
                  description={null}
                  placeholder={o('products.form-hint')}
                  value={variant.form}
                  onChange={event => change(variant.key, { form: event.currentTarget.value })}
                  maxLength={100}
                />
              </SimpleGrid>
              <TextInput
                label={o('products.barcodes')}
                value={variant.barcodes}
                onChange={event => change(variant.key, { barcodes: event.currentTarget.value })}
                data-takes-codes="true"
              />
            </Stack>
          ))}
          <Button
            variant="subtle"
            h={48}
            onClick={() =>
              setVariants(now => [
                ...now,
                {
                  ...typedOf(null, currency, now[0]?.taxCode ?? '')[0]!,
                  key: Math.max(...now.map(each => each.key)) + 1,
                },
              ])
            }
          >
            {o('products.variant')}
          </Button>
          <Text c="red" role="alert" mih={24}>
            {error}
          </Text>
          <Group justify="space-between">
            {product ? (
              <Button variant="subtle" color="red" h={48} onClick={archive} disabled={busy}>
                {o('products.archive')}
              </Button>
            ) : (
              <span />
            )}
            <Group>
              <Button variant="default" h={48} onClick={close}>
                {t('common.cancel')}
              </Button>
              <Button type="submit" h={48} loading={busy}>
                {t('common.save')}
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Drawer>
  )
}
