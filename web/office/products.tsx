import { Alert, Button, Group, Select, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { catalogueRoutes, type StoredProduct } from '../../src/contracts/catalogue.ts'
import { inertText } from '../../src/domain/text.ts'
import { addressAbout, clientAbout, newId, tell, tellFailure } from '../shared/api.ts'
import { useLive } from '../shared/live.ts'
import { formatMoney } from '../shared/money.ts'
import { useSession } from '../shared/session.tsx'
import { ImportDialog } from './import-dialog.tsx'
import { ListTable } from './list-table.tsx'
import { o } from './messages.ts'
import { PageHead } from './page-head.tsx'
import { useClient, usePlace } from './place.tsx'
import { ProductEditor } from './product-editor.tsx'
import { QuietLine } from './quiet-line.tsx'
import { useCurrencies } from './use-currencies.ts'
import { usePages } from './use-pages.ts'

type Stored = StoredProduct

export const Page = () => {
  const { may } = useSession()
  const { isHq, link, mayAskAll, store, stores } = usePlace()
  const client = useClient()
  const { base: currency, isMixed } = useCurrencies()
  const queries = useQueryClient()
  const [text, setText] = useState('')
  const [q] = useDebouncedValue(text.trim(), 120)
  const [category, setCategory] = useState<string | null>(null)
  const [edited, setEdited] = useState<string | null>(null)
  const [importing, setImporting] = useState(false)
  const taxes = useQuery({ queryKey: ['taxes'], queryFn: () => client.call(catalogueRoutes.listTaxes, {}) })
  const categories = useQuery({
    queryKey: ['categories'],
    queryFn: () => client.call(catalogueRoutes.listCategories, {}),
  })
  const filters = { ...(q === '' ? {} : { q }), ...(category ? { category } : {}) }
  const list = usePages(['products', filters], cursor =>
    client.call(catalogueRoutes.listProducts, { ...filters, limit: 50, ...(cursor ? { cursor } : {}) }),
  )
  const refresh = async () => {
    await queries.invalidateQueries({ queryKey: ['products'] })
    await queries.invalidateQueries({ queryKey: ['categories'] })
  }
  useLive(fact => {
    if (/^(product|price)\./.test(fact.type)) void refresh()
  })
  // Prices of all stores and groups, where all may be seen.
  const whole = useQuery({
    queryKey: ['products', 'whole', edited],
    queryFn: () =>
      (mayAskAll ? clientAbout(null) : client).call(catalogueRoutes.getProduct, { productId: edited ?? '' }),
    enabled: edited !== null && edited !== 'new',
    staleTime: 0,
    gcTime: 0,
  })
  const mayWrite = may('catalogue:write') && link.top
  const mayForAll = mayWrite && (!isHq || mayAskAll)
  /** Amounts of a CSV are in the currency of a store. */
  const csvStore = isHq ? (store ?? stores.find(each => each.profile.currency === currency)?.handle ?? null) : null
  const hasDemo = list.rows?.some(product => product.demo) ?? false
  const removeDemo = async () => {
    try {
      const { archived } = await client.call(catalogueRoutes.removeDemo, { id: newId() })
      tell(o('products.removed', { count: archived }))
      await refresh()
      setImporting(true)
    } catch (error) {
      tellFailure(error)
    }
  }
  const price = (product: Stored): string => {
    const prices = product.variants.map(variant => variant.priceMinor)
    const least = Math.min(...prices)
    const most = Math.max(...prices)
    return least === most
      ? formatMoney(least, currency)
      : `${formatMoney(least, currency)} – ${formatMoney(most, currency)}`
  }
  return (
    <div>
      <PageHead title={o('products.title')}>
        <Button component="a" href={addressAbout(csvStore, '/api/v1/products/export')} variant="default" h={48}>
          {o('products.export')}
        </Button>
        {mayForAll && (
          <Button variant="default" h={48} onClick={() => setImporting(true)}>
            {o('products.import')}
          </Button>
        )}
        {mayForAll && (
          <Button h={48} onClick={() => setEdited('new')}>
            {o('products.add')}
          </Button>
        )}
      </PageHead>
      {!link.top && <QuietLine>{o('decided.above')}</QuietLine>}
      {isMixed && <QuietLine>{o('prices.mixed', { currency })}</QuietLine>}
      {hasDemo && mayForAll && (
        <Alert color="gray" mb="md">
          <Group justify="space-between">
            {o('products.demo')}
            <Button variant="default" h={48} onClick={removeDemo}>
              {o('products.replace')}
            </Button>
          </Group>
        </Alert>
      )}
      <Group mb="md">
        <TextInput
          flex={1}
          miw={220}
          aria-label={o('products.search')}
          placeholder={o('products.search')}
          value={text}
          onChange={event => setText(event.currentTarget.value)}
        />
        <Select
          aria-label={o('products.category')}
          placeholder={o('products.all')}
          clearable
          value={category}
          onChange={setCategory}
          data={(categories.data?.rows ?? []).filter(each => each.products > 0).map(each => each.name)}
          w={220}
        />
      </Group>
      <ListTable
        rows={list.rows}
        more={list.more}
        error={list.error}
        empty={o('products.none')}
        keyOf={product => product.productId}
        open={product => setEdited(product.productId)}
        columns={[
          { head: o('products.name'), cell: product => inertText(product.name) },
          {
            head: o('products.sku'),
            cell: product => product.variants.map(variant => variant.sku).join(', '),
            hideBelow: 'sm',
          },
          { head: o('products.category'), cell: product => product.category, hideBelow: 'md' },
          { head: isHq || !link.top ? o('prices.base') : o('products.price'), cell: price, right: true },
        ]}
      />
      {edited && taxes.data && (edited === 'new' || whole.data) && (
        <ProductEditor
          key={edited}
          product={edited === 'new' ? null : (whole.data ?? null)}
          taxes={taxes.data.rows
            .filter(tax => tax.audience === undefined)
            .map(tax => ({
              value: tax.code,
              label: `${tax.name} ${tax.parts.map(part => part.ratePpm / 10_000).join(' + ')} %`,
            }))}
          categories={(categories.data?.rows ?? []).map(each => each.name)}
          mayChange={mayWrite}
          saved={refresh}
          close={() => setEdited(null)}
        />
      )}
      {importing && <ImportDialog store={csvStore} done={refresh} close={() => setImporting(false)} />}
    </div>
  )
}
