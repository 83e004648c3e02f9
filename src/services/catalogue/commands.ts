import type { catalogueRoutes, Product } from '../../contracts/catalogue.ts'
import { bodyOf } from '../../contracts/known-facts.ts'
import type { InputOf } from '../../contracts/route.ts'
import { ratesAreValid } from '../../domain/tax.ts'
import type { Command, CommandContext, Decision } from '../../platform/host/service.ts'
import { productFault, readOwners } from './codes.ts'
import { record, refuse, unchanged } from './decision.ts'
import { importBatch } from './import-batch.ts'
import { audiencePrices, isSame, productById, productsBySku, savedForm } from './products.ts'
import { audienceKind, checkAudience, listAllTaxes, listCategories, listTaxes } from './store.ts'
import { storeCommands } from './store-commands.ts'
import type { CatalogueTables } from './tables.ts'

type Routes = typeof catalogueRoutes
type Input<Name extends keyof Routes> = InputOf<Routes[Name]>

/** What is decided for everyone, by someone who may decide for everyone. */
const forAll = (command: Command): Command => ({
  ...command,
  decidedBy: 'top',
  decide: (input, context) => checkAudience(context, undefined) ?? command.decide(input, context),
})

/** What is decided for one store or group, or for everyone. Refused: `store-not-allowed`, `audience-unknown`. */
const forAudience = async (
  audience: string | undefined,
  context: CommandContext,
  decide: () => Promise<Decision>,
): Promise<Decision> => {
  const foreign = checkAudience(context, audience)
  if (foreign) return foreign
  if (audience !== undefined && (await audienceKind(context.tx, audience)) === undefined)
    return refuse('audience-unknown', { audience })
  return decide()
}
const withAudience = (audience: string | undefined) => (audience === undefined ? {} : { audience })

const changePrice: Command = {
  decidedBy: 'top',
  decide: ({ sku, priceMinor, audience }: Input<'changePrice'>, context) =>
    forAudience(audience, context, async () => {
      const product = (await productsBySku(context.tx, [sku])).get(sku)
      const variant = product?.variants.find(each => each.sku === sku)
      if (!variant) return refuse('not-found', { sku })
      const before =
        audience === undefined
          ? variant.priceMinor
          : ((await audiencePrices(context.tx, [sku], [audience]))[0]?.priceMinor ?? null)
      if (before === priceMinor) return unchanged({ sku, priceMinor, ...withAudience(audience) })
      return record('price.changed', { sku, priceMinor }, audience)
    }),
  answer: ({ body, audience }) => ({ ...body, ...withAudience(audience) }),
}

const setTax: Command = {
  decidedBy: 'top',
  decide: ({ code, name, parts, audience }: Input<'setTax'>, context) =>
    forAudience(audience, context, async () => {
      const tax = { code, name, parts }
      if (!ratesAreValid(tax)) return refuse('tax-rate-invalid', { taxCode: code })
      const known = (await listAllTaxes(context.tx)).filter(each => each.code === code)
      // Products name a tax by its code, so everyone has to know it before someone has another under it.
      if (audience !== undefined && known.length === 0) return refuse('tax-unknown', { taxCode: code })
      const kept = { ...tax, ...withAudience(audience) }
      const before = known.find(each => each.audience === audience)
      return isSame(before, kept) ? unchanged(kept) : record('tax.set', tax, audience)
    }),
  answer: ({ body, audience }) => ({ ...body, ...withAudience(audience) }),
}

const forEveryone: Record<string, Command> = {
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

export const catalogueCommands: Record<string, Command> = {
  ...storeCommands,
  ...Object.fromEntries(Object.entries(forEveryone).map(([name, command]) => [name, forAll(command)])),
  changePrice,
  setTax,
  importBatch,
}
