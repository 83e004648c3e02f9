import { catalogueRoutes } from '../../src/contracts/catalogue.ts'
import type { InputOf } from '../../src/contracts/route.ts'
import type { salesRoutes } from '../../src/contracts/sales.ts'
import type { Ports } from '../../src/platform/ports.ts'
import { createFronts, createServices, newStanding } from '../../src/run/services.ts'
import { startTestShop, type TestShop } from './shop.ts'

/** The code by which the first owner of a whole shop is set up. */
export const testSetupCode = 'TEST-CODE'

/** Every service of a shop, on a real file, with the API in memory before them. */
export const startWholeShop = (
  options: { webhooksToPrivate?: boolean; ports?: Partial<Ports>; folder?: string } = {},
): Promise<TestShop> =>
  startTestShop(
    (ports, onHead) => ({
      services: createServices(ports, {
        kind: 'store',
        setupCode: testSetupCode,
        webhooksToPrivate: options.webhooksToPrivate ?? false,
        parent: null,
        standing: newStanding(),
        program: 'test',
      }),
      fronts: createFronts(ports, { kind: 'store', sessionsEnded: () => {}, onHead }),
    }),
    options.ports,
    options.folder,
  )

/** A store without tax and `count` products at 1.00, 2.00, … each, named P-1, P-2, … */
export const stockShop = async ({ client, ports }: TestShop, count: number): Promise<void> => {
  const id = ports.ids.next
  await client.call(catalogueRoutes.configureStore, {
    id: id(),
    name: 'Corner Shop',
    address: [],
    taxNumber: '',
    currency: 'EUR',
    taxMode: 'included',
    taxRounding: 'line',
    cashStepMinor: 1,
    timeZone: 'Europe/Berlin',
    locale: 'en-GB',
    receiptFooter: [],
  })
  await client.call(catalogueRoutes.setTax, {
    id: id(),
    code: 'zero',
    name: 'No tax',
    parts: [{ code: 'zero', name: 'No tax', ratePpm: 0, compound: false }],
  })
  for (let n = 1; n <= count; n++) {
    const variant = {
      sku: `P-${n}`,
      form: '',
      barcodes: [],
      unit: 'each' as const,
      priceMinor: n * 100,
      costMinor: n * 60,
      taxCode: 'zero',
    }
    await client.call(catalogueRoutes.saveProduct, {
      id: id(),
      productId: id(),
      name: `Product ${n}`,
      category: 'Test',
      variants: [variant],
    })
  }
}

/** A sale of pieces of these products by number, paid by card to the cent. */
export const plainSale = (
  { ports }: TestShop,
  pieces: ReadonlyArray<readonly [product: number, count: number]>,
  till = 'till-1',
): InputOf<typeof salesRoutes.completeSale> => {
  const totalMinor = pieces.reduce((sum, [product, count]) => sum + product * 100 * count, 0)
  return {
    id: ports.ids.next(),
    till,
    currency: 'EUR',
    lines: pieces.map(([product, count]) => ({
      sku: `P-${product}`,
      quantityMicro: count * 1_000_000,
      unitPriceMinor: product * 100,
      priceSource: 'list' as const,
      discountMinor: 0,
    })),
    tenders: [{ kind: 'card', amountMinor: totalMinor }],
    changeMinor: 0,
    totals: {
      subtotalMinor: totalMinor,
      discountMinor: 0,
      netMinor: totalMinor,
      taxMinor: 0,
      totalMinor,
      roundingMinor: 0,
      dueMinor: totalMinor,
    },
  }
}
