import { salesRoutes } from '../../src/contracts/sales.ts'
import { client, newId } from '../shared/api.ts'
import type { TillBasket } from './basket.ts'

/** Sets the basket aside, where every till of the shop finds it. */
export const parkBasket = (basket: TillBasket, till: string): Promise<unknown> =>
  client.call(salesRoutes.parkSale, {
    id: newId(),
    till,
    label: basket.lines
      .map(line => line.name)
      .join(', ')
      .slice(0, 100),
    lines: basket.lines.map(({ sku, quantityMicro, unitPriceMinor, priceSource, discountMinor, note }) => ({
      sku,
      quantityMicro,
      unitPriceMinor,
      priceSource,
      discountMinor,
      ...(note === '' ? {} : { note }),
    })),
    ...(basket.discount ? { discount: basket.discount } : {}),
  })
