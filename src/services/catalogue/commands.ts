import type { catalogueRoutes, Product } from '../../contracts/catalogue.ts'
import { bodyOf } from '../../contracts/known-facts.ts'
import type { InputOf } from '../../contracts/route.ts'
import { isCurrency } from '../../domain/money.ts'
import { ratesAreValid } from '../../domain/tax.ts'
import type { Command, Decision, Refusal } from '../../platform/host/service.ts'
import { productFault, readOwners } from './codes.ts'
import { importBatch } from './import-batch.ts'
import { isSame, productById, productsBySku, savedForm } from './products.ts'
import { listCategories, listTaxes, storeProfileOf } from './store.ts'
import type { CatalogueTables } from './tables.ts'

type Routes = typeof catalogueRoutes
type Input<Name extends keyof Routes> = InputOf<Routes[Name]>

const refuse = (code: string, detail?: Refusal['detail']): Refusal => ({
  ok: false,
  code,
  ...(detail ? { detail } : {}),
})
const record = (type: string, body: Record<string, unknown>): Decision => ({
  ok: true,
  facts: [{ id: '', type, body }],
})
/** Nothing changes, so nothing is recorded. */
const unchanged = (answer: Record<string, unknown>): Decision => ({ ok: true, facts: [], once: answer })

const isKnown = (make: () => unknown): boolean => {
  try {
    make()
    return true
  } catch {
    return false
  }
}
const isTimeZone = (name: string): boolean => isKnown(() => new Intl.DateTimeFormat('en', { timeZone: name }))
const isLocale = (tag: string): boolean => isKnown(() => Intl.getCanonicalLocales(tag))

export const catalogueCommands: Record<string, Command> = {
  importBatch,
  configureStore: {
    decide: async ({ id: _id, ...profile }: Input<'configureStore'>, { tx, catchUp }) => {
      if (!isCurrency(profile.currency)) return refuse('currency-unknown', { currency: profile.currency })
      if (!isTimeZone(profile.timeZone)) return refuse('time-zone-unknown', { timeZone: profile.timeZone })
      if (!isLocale(profile.locale)) return refuse('locale-unknown', { locale: profile.locale })
      // A sale that was completed a moment ago may not have been heard of yet.
      await catchUp()
      const before = await storeProfileOf(tx)
      const state = await tx.tables<CatalogueTables>().selectFrom('catalogue_state').select('sold').executeTakeFirst()
      const isOther = before && (before.currency !== profile.currency || before.taxMode !== profile.taxMode)
      if (isOther && state?.sold === 1) return refuse('currency-fixed', { currency: before.currency })
      return isSame(before, profile) ? unchanged(profile) : record('store.configured', profile)
    },
    answer: fact => fact.body,
  },
  setTax: {
    decide: async ({ code, name, parts }: Input<'setTax'>, { tx }) => {
      const tax = { code, name, parts }
      if (!ratesAreValid(tax)) return refuse('tax-rate-invalid', { taxCode: code })
      const before = (await listTaxes(tx)).find(each => each.code === code)
      return isSame(before, tax) ? unchanged(tax) : record('tax.set', tax)
    },
    answer: fact => fact.body,
  },
  setCategory: {
    decide: async ({ name, colour, order }: Input<'setCategory'>, { tx }) => {
      const category = { name, colour, order }
      const before = (await listCategories(tx)).find(each => each.name === name)
      return isSame(before, category) ? unchanged(category) : record('category.set', category)
    },
    answer: fact => fact.body,
  },
  saveProduct: {
    decide: async ({ id: _id, ...input }: Input<'saveProduct'>, { tx }) => {
      const { productId, name, category = '', favourite = false, demo = false, note = '', variants } = input
      const product: Product = { productId, name, category, favourite, demo, note, variants }
      const taxCodes = new Set((await listTaxes(tx)).map(tax => tax.code))
      const fault = productFault(product, await readOwners(tx, [product]), taxCodes)
      if (fault) return fault
      const before = await productById(tx, productId)
      if (before && !before.archived && isSame(savedForm(before), product)) return unchanged(before)
      return record('product.saved', product)
    },
    answer: fact => ({ ...fact.body, archived: false, changedAt: fact.position }),
  },
  archiveProduct: {
    decide: async ({ productId }: Input<'archiveProduct'>, { tx }) => {
      const product = await productById(tx, productId)
      if (!product) return refuse('not-found')
      return product.archived ? unchanged(product) : record('product.archived', { productIds: [productId] })
    },
    answer: (fact, tx) => productById(tx, bodyOf(fact, 'product.archived').productIds[0] ?? ''),
  },
  changePrice: {
    decide: async ({ sku, priceMinor }: Input<'changePrice'>, { tx }) => {
      const product = (await productsBySku(tx, [sku])).get(sku)
      const variant = product?.variants.find(each => each.sku === sku)
      if (!variant) return refuse('not-found', { sku })
      const changed = { sku, priceMinor }
      return variant.priceMinor === priceMinor ? unchanged(changed) : record('price.changed', changed)
    },
    answer: fact => fact.body,
  },
  removeDemo: {
    decide: async (_input: Input<'removeDemo'>, { tx }) => {
      const rows = await tx
        .tables<CatalogueTables>()
        .selectFrom('catalogue_product')
        .select('product_id')
        .where('demo', '=', 1)
        .where('archived', '=', 0)
        .orderBy('number')
        .execute()
      if (rows.length === 0) return unchanged({ archived: 0 })
      return record('product.archived', { productIds: rows.map(row => row.product_id) })
    },
    answer: fact => ({ archived: bodyOf(fact, 'product.archived').productIds.length }),
  },
}
