import { Autocomplete, Button, Divider, Drawer, Group, Stack, Switch, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { catalogueRoutes } from '../../src/contracts/catalogue.ts'
import { client, clientAbout, newId, sentenceOf, tell } from '../shared/api.ts'
import { t } from '../shared/messages.ts'
import { AudiencePrices } from './audience-prices.tsx'
import { o } from './messages.ts'
import { usePlace } from './place.tsx'
import {
  emptyVariant,
  type PriceChange,
  priceChanges,
  type Typed,
  typedOf,
  variantOf,
  type WholeProduct,
  wrongAmount,
} from './product-form.ts'
import { QuietLine } from './quiet-line.tsx'
import { useCurrencies } from './use-currencies.ts'
import { VariantFields } from './variant-fields.tsx'

/** A product as a whole: saved at once, with what was refused said where it stands. */
export const ProductEditor = (props: {
  product: WholeProduct | null
  taxes: Array<{ value: string; label: string }>
  categories: string[]
  /** Whether this person decides anything of products at this node. */
  mayChange: boolean
  saved(): void
  close(): void
}) => {
  const { product, taxes, mayChange, saved, close } = props
  const { isHq, link, mayAskAll } = usePlace()
  const { base: currency, isMixed, currencyOf } = useCurrencies()
  const [name, setName] = useState(product?.name ?? '')
  const [category, setCategory] = useState(product?.category ?? '')
  const [favourite, setFavourite] = useState(product?.favourite ?? false)
  const [variants, setVariants] = useState<Typed[]>(() =>
    product ? typedOf(product, currency, currencyOf) : [emptyVariant(0, taxes[0]?.value ?? '')],
  )
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const mayForAll = mayChange && (!isHq || mayAskAll)
  const change = (key: number, fields: Partial<Typed>) =>
    setVariants(now => now.map(each => (each.key === key ? { ...each, ...fields } : each)))

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
  /** Who is limited to stores asks about the one that a price is for. */
  const changePrice = (said: PriceChange) =>
    clientAbout(isHq && !mayAskAll ? (said.audience ?? null) : null).call(catalogueRoutes.changePrice, {
      ...said,
      id: newId(),
    })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const wrong = wrongAmount(variants, currency, currencyOf)
    if (wrong !== null) {
      setError(o('products.wrong-price', { currency: wrong }))
      return
    }
    void attempt(async () => {
      if (mayForAll) {
        await client.call(catalogueRoutes.saveProduct, {
          id: newId(),
          productId: product?.productId ?? newId(),
          name: name.trim(),
          category: category.trim(),
          favourite,
          demo: product?.demo ?? false,
          note: product?.note ?? '',
          variants: variants.map(each => variantOf(each, currency)),
        })
      }
      for (const said of priceChanges(product?.prices ?? [], variants, currencyOf)) await changePrice(said)
      tell(o('products.saved', { name }))
    })
  }
  const archive = () =>
    attempt(async () => {
      if (!product) return
      await client.call(catalogueRoutes.archiveProduct, { productId: product.productId })
      tell(o('products.archived', { name }))
    })
  const addVariant = () =>
    setVariants(now => [
      ...now,
      emptyVariant(Math.max(...now.map(each => each.key)) + 1, now[0]?.taxCode ?? taxes[0]?.value ?? ''),
    ])
  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      size="lg"
      title={product ? (mayForAll ? o('products.edit', { name: product.name }) : product.name) : o('products.new')}
    >
      <form onSubmit={submit}>
        <Stack>
          {!link.top && <QuietLine>{o('decided.above')}</QuietLine>}
          {mayChange && !mayForAll && <QuietLine>{o('decided.for-all')}</QuietLine>}
          <fieldset className="whole" disabled={!mayForAll}>
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
            </Stack>
          </fieldset>
          {isHq && isMixed && <QuietLine>{o('prices.mixed', { currency })}</QuietLine>}
          {variants.map((variant, index) => (
            <Stack key={variant.key} gap="sm">
              {index > 0 && <Divider />}
              <fieldset className="whole" disabled={!mayForAll}>
                <VariantFields
                  variant={variant}
                  currency={currency}
                  taxes={taxes}
                  priceLabel={isHq || !link.top ? o('prices.base') : o('products.price')}
                  change={fields => change(variant.key, fields)}
                />
              </fieldset>
              {(isHq || !link.top) && (
                <fieldset className="whole" disabled={!mayChange}>
                  <AudiencePrices
                    prices={variant.prices}
                    currencyOf={currencyOf}
                    mayChange={mayChange && isHq}
                    change={prices => change(variant.key, { prices })}
                  />
                </fieldset>
              )}
            </Stack>
          ))}
          {mayForAll && (
            <Button variant="subtle" h={48} onClick={addVariant}>
              {o('products.variant')}
            </Button>
          )}
          <Text c="red" role="alert" mih={24}>
            {error}
          </Text>
          <Group justify="space-between">
            {product && mayForAll ? (
              <Button variant="subtle" color="red" h={48} onClick={archive} disabled={busy}>
                {o('products.archive')}
              </Button>
            ) : (
              <span />
            )}
            <Group>
              <Button variant="default" h={48} onClick={close}>
                {mayChange ? t('common.cancel') : t('common.close')}
              </Button>
              {mayChange && (
                <Button type="submit" h={48} loading={busy}>
                  {t('common.save')}
                </Button>
              )}
            </Group>
          </Group>
        </Stack>
      </form>
    </Drawer>
  )
}
