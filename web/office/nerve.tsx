import { Button, Center, Loader, Switch, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Effect } from '../../src/contracts/platform.ts'
import { platformRoutes } from '../../src/contracts/platform.ts'
import { salesRoutes } from '../../src/contracts/sales.ts'
import { useLive } from '../shared/live.ts'
import { t } from '../shared/messages.ts'
import { formatDateTime } from '../shared/money.ts'
import { FactSummary } from './fact-summary.tsx'
import { type OfficeKey, o } from './messages.ts'
import { PageHead } from './page-head.tsx'
import { useClient, usePlace } from './place.tsx'

/** While something is still to come the page asks again; it ends by itself. */
const pollMs = 250
const milliseconds = new Intl.NumberFormat(navigator.language, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const ms = (afterUs: number): string => milliseconds.format(afterUs / 1000)

const labelOf = ({ service }: Effect): string => {
  const key = `effect.${service}`
  const known: Record<string, OfficeKey> = {
    'effect.journal': 'effect.journal',
    'effect.sales': 'effect.sales',
    'effect.cash': 'effect.cash',
    'effect.inventory': 'effect.inventory',
    'effect.purchasing': 'effect.purchasing',
    'effect.purchase-order': 'effect.purchase-order',
    'effect.reporting': 'effect.reporting',
    'effect.integrations': 'effect.integrations',
    'effect.catalogue': 'effect.catalogue',
  }
  return known[key] ? o(known[key]) : service
}

const EffectRow = ({ effect, lastUs }: { effect: Effect; lastUs: number }) => {
  const [open, setOpen] = useState(false)
  const share = effect.afterUs === null ? 0 : Math.max(0, Math.min(1, effect.afterUs / Math.max(1, lastUs)))
  const columns = Object.keys(effect.rows[0] ?? {})
  return (
    <li>
      <button type="button" className="nerve-row" aria-expanded={open} onClick={() => setOpen(now => !now)}>
        <span>{labelOf(effect)}</span>
        <span className="nerve-track">
          {effect.afterUs !== null && (
            <>
              <span className="nerve-bar" style={{ width: `${share * 100}%` }} />
              <span className="nerve-dot" style={{ left: `calc(9px + ${share} * (100% - 18px))` }} />
            </>
          )}
        </span>
        <span className="nerve-ms money">
          {effect.afterUs === null ? o('nerve.waiting') : o('nerve.after', { ms: ms(effect.afterUs) })}
        </span>
      </button>
      {open && (
        <div className="nerve-detail">
          <Text size="sm">{effect.title}</Text>
          {effect.rows.length > 0 && (
            <table>
              <thead>
                <tr>
                  {columns.map(column => (
                    <th key={column} style={{ paddingRight: 24, textAlign: 'left' }}>
                      {column}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {effect.rows.map(row => (
                  <tr key={JSON.stringify(row)}>
                    {columns.map(column => (
                      <td key={column} className="money" style={{ paddingRight: 24 }}>
                        {row[column]}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          {effect.fact && (
            <Link to="/office/nerve/$factId" params={{ factId: effect.fact }}>
              {o('nerve.open')}
            </Link>
          )}
        </div>
      )}
    </li>
  )
}

/** The fact that is shown: the one in the address, or the newest sale. */
const useShownFact = (): string | null | undefined => {
  const client = useClient()
  const { factId } = useParams({ strict: false })
  const newest = useQuery({
    queryKey: ['newest-sale'],
    queryFn: async () => (await client.call(salesRoutes.listSales, { limit: 1 })).rows[0]?.id ?? null,
    enabled: factId === undefined,
  })
  return factId ?? newest.data
}

export const Page = () => {
  const client = useClient()
  const { store } = usePlace()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const factId = useShownFact()
  const { factId: named } = useParams({ strict: false })
  const [follow, setFollow] = useState(named === undefined)
  useLive(fact => {
    if (!follow || (fact.type !== 'sale.completed' && fact.type !== 'sale.returned')) return
    if (store !== null && fact.store !== store) return
    queries.setQueryData(['newest-sale'], fact.id)
    if (named !== undefined) void navigate({ to: '/office/nerve' })
  })
  const { data } = useQuery({
    queryKey: ['effects', factId],
    queryFn: () => client.call(platformRoutes.factEffects, { factId: factId ?? '' }),
    enabled: typeof factId === 'string',
    refetchInterval: query =>
      query.state.data?.effects.some(effect => effect.afterUs === null) || query.state.dataUpdateCount < 3
        ? pollMs
        : false,
  })
  if (factId === null) {
    return (
      <div data-ready="true">
        <PageHead title={o('nerve.title')} />
        <Text c="dimmed">{o('nerve.none')}</Text>
      </div>
    )
  }
  if (!data) {
    return (
      <Center p="xl">
        <Loader aria-label={t('common.loading')} />
      </Center>
    )
  }
  const { fact, effects } = data
  const lastUs = Math.max(1, ...effects.map(effect => effect.afterUs ?? 0))
  return (
    <div data-ready="true">
      <PageHead title={o('nerve.title')}>
        <Switch
          size="md"
          label={o('nerve.follow')}
          checked={follow}
          onChange={event => setFollow(event.currentTarget.checked)}
        />
        <Button component={Link} to="/office/nerve" variant="default" h={48}>
          {o('nerve.latest')}
        </Button>
      </PageHead>
      <Text c="dimmed" mb="lg">
        {o('nerve.lead')}
      </Text>
      <div className="nerve">
        <div>
          <FactSummary fact={fact} />
          <Text size="sm" c="dimmed" mt="md">
            {o('nerve.at', { time: formatDateTime(fact.recordedAtUs / 1000) })}
            <br />
            {o('nerve.position', { position: fact.position })}
            <br />
            {o('nerve.hash', { hash: fact.hash.slice(0, 16) })}
          </Text>
        </div>
        <section aria-label={o('nerve.timeline')}>
          <output className="figure money">{ms(lastUs)}</output>{' '}
          <Text component="span" size="lg">
            {o('nerve.timeline')}
          </Text>
          <ul className="nerve-rows" style={{ marginTop: 24 }}>
            {effects.map(effect => (
              <EffectRow
                key={`${effect.service} ${effect.fact ?? effect.title} ${JSON.stringify(effect.rows[0] ?? '')}`}
                effect={effect}
                lastUs={lastUs}
              />
            ))}
          </ul>
        </section>
      </div>
    </div>
  )
}
