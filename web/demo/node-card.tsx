import { Button } from '@mantine/core'
import type { DemoNode } from '../../src/contracts/demo-stores.ts'
import { formatAmount } from '../shared/money.ts'
import { d } from './messages.ts'
import { act } from './use-demo.ts'

const count = new Intl.NumberFormat(navigator.language)
const clock = new Intl.DateTimeFormat(navigator.language, { timeStyle: 'medium' })

type Presence = 'here' | 'alone' | 'stopped' | 'starting' | 'refused'
const presenceOf = ({ process, link, above }: DemoNode): Presence => {
  if (process !== 'running') return process
  if (above === null || link?.state === 'connected') return 'here'
  if (link === null) return 'starting'
  return link.state === 'alone' ? 'alone' : 'refused'
}

/** A node: how it is, what it knows, and how to kill it or start it again. */
export const NodeCard = ({ node, currency }: { node: DemoNode; currency: string }) => {
  const { id, kind, name, process, link, url, sales, totalMinor, waiting, priceVersion, trouble } = node
  const presence = presenceOf(node)
  const runs = process === 'running'
  const time = link ? clock.format(link.sinceMs) : ''
  return (
    <article className="demo-node" data-node={id} data-presence={presence} aria-label={name}>
      <header>
        <div>
          <strong>{name}</strong> <small>{d(`kind.${kind}`)}</small>
        </div>
        <span className="demo-state">
          <span className="mark" aria-hidden="true" />
          {d(`state.${presence}`, { time })}
        </span>
      </header>
      <p className="demo-sums money">
        <b data-testid={`sales-${id}`}>
          {sales === 1 ? d('sales.one') : d('sales.many', { count: count.format(sales) })}
        </b>
        <span data-testid={`sum-${id}`}>{`${formatAmount(totalMinor, currency)} ${currency}`}</span>
      </p>
      <div className="demo-foot">
        <dl>
          {kind !== 'hq' && (
            <div data-warns={waiting > 0 && presence === 'alone'}>
              <dt>{d('waiting')}</dt>
              <dd className="money" data-testid={`waiting-${id}`}>
                {waiting === 0 && d('waiting.none')}
                {waiting === 1 && d('waiting.fact')}
                {waiting > 1 && d('waiting.facts', { count: count.format(waiting) })}
              </dd>
            </div>
          )}
          <div>
            <dt>{d('prices')}</dt>
            <dd className="money">
              {priceVersion === null ? d('prices.none') : d('prices.version', { version: count.format(priceVersion) })}
            </dd>
          </div>
        </dl>
        <div>
          <Button
            variant={runs ? 'default' : 'light'}
            h={48}
            disabled={process === 'starting'}
            aria-label={d(runs ? 'kill.of' : 'start.of', { name })}
            onClick={() => void act(`/processes/${id}`, { run: !runs })}
          >
            {d(runs ? 'kill' : 'start')}
          </Button>
          {url !== null && (
            <Button
              component="a"
              variant="subtle"
              h={48}
              href={`${url}/${kind === 'till' ? 'till' : 'office'}`}
              target="_blank"
              rel="noreferrer"
              aria-label={d('open.of', { name })}
            >
              {d('open')}
            </Button>
          )}
        </div>
      </div>
      {trouble !== null && <p className="demo-trouble">{trouble}</p>}
    </article>
  )
}
