import { Button, Select } from '@mantine/core'
import { useState } from 'react'
import type { DemoState } from '../../src/contracts/demo-stores.ts'
import { formatAmount } from '../shared/money.ts'
import type { Names } from './link-button.tsx'
import { d } from './messages.ts'
import { act } from './use-demo.ts'

const stepMinor = 10
const number = new Intl.NumberFormat(navigator.language, { maximumFractionDigits: 0 })

/** Changes a price at HQ, and shows which nodes price with it, and after how long. */
export const PricePanel = ({ state, names }: { state: DemoState; names: Names }) => {
  const { goods, currency, priceChange: change, phase } = state
  const [sku, setSku] = useState<string | null>(null)
  const good = goods.find(each => each.sku === sku) ?? goods[0]
  if (!good) return null
  const isOpen = phase === 'open'
  const move = (byMinor: number) =>
    void act('/price', { sku: good.sku, priceMinor: Math.max(0, good.priceMinor + byMinor) })
  return (
    <section className="demo-price" aria-label={d('price.title')}>
      <h2>{d('price.title')}</h2>
      <div className="demo-price-act">
        <Select
          aria-label={d('price.product')}
          data={goods.map(each => ({
            value: each.sku,
            label: `${each.name}  ${formatAmount(each.priceMinor, currency)}`,
          }))}
          value={good.sku}
          onChange={setSku}
          allowDeselect={false}
        />
        <Button
          variant="default"
          h={48}
          disabled={!isOpen}
          aria-label={d('price.less-label')}
          onClick={() => move(-stepMinor)}
        >
          {d('price.less')}
        </Button>
        <Button
          variant="default"
          h={48}
          disabled={!isOpen}
          aria-label={d('price.more-label')}
          onClick={() => move(stepMinor)}
        >
          {d('price.more')}
        </Button>
      </div>
      {change === null ? (
        <p className="demo-quiet">{d('price.none')}</p>
      ) : (
        <div aria-live="polite">
          <p className="money">
            {d('price.last', {
              name: change.name,
              from: formatAmount(change.fromMinor, currency),
              to: formatAmount(change.toMinor, currency),
            })}
          </p>
          <ul className="demo-heard">
            {change.heard.map(({ node, afterMs }) => (
              <li key={node} data-heard={afterMs !== null} data-testid={`heard-${node}`}>
                <span>{names.get(node)}</span>
                <span className="money">
                  {afterMs === null ? d('price.not-yet') : d('price.after', { ms: number.format(afterMs) })}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  )
}
