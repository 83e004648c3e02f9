import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ResponseOf } from '../../src/contracts/route.ts'
import { syncRoutes } from '../../src/contracts/sync.ts'
import { inertText } from '../../src/domain/text.ts'
import { sentenceOf } from '../shared/api.ts'
import { formatDateTime } from '../shared/money.ts'
import { o } from './messages.ts'
import type { NodeRow } from './node-state.ts'
import { useClient } from './place.tsx'
import { reasonTexts } from './quarantine-reasons.ts'

type Kept = ResponseOf<typeof syncRoutes.listQuarantine>['rows'][number]

const shownAtMost = 100
const everyMs = 15_000

const KeptFact = ({ kept, nodes }: { kept: Kept; nodes: readonly NodeRow[] }) => {
  const from = nodes.find(node => node.nodeId === kept.node)
  const { why, act } = reasonTexts(kept.reason)
  return (
    <li className="kept">
      <strong>{o(why)}</strong>
      <Text size="sm" c="dimmed">
        {o('kept.from', {
          name: from ? inertText(from.name) : o('kept.unknown-node'),
          number: kept.seq,
          type: kept.type ?? o('kept.unknown-type'),
          time: formatDateTime(kept.atMs),
        })}
      </Text>
      <Text>{o(act)}</Text>
      <details>
        <summary>{o('kept.raw')}</summary>
        <pre className="raw">{inertText(kept.text)}</pre>
        <Text size="sm" c="dimmed">
          {o('kept.where', { node: kept.node, epoch: kept.epoch, reason: kept.reason })}
        </Text>
      </details>
    </li>
  )
}

/** What came and was not believed, with what a person can do about it. */
export const Quarantine = ({ nodes }: { nodes: readonly NodeRow[] }) => {
  const client = useClient()
  const { data, error } = useQuery({
    queryKey: ['nodes', 'quarantine'],
    queryFn: () => client.call(syncRoutes.listQuarantine, { limit: shownAtMost }),
    refetchInterval: everyMs,
  })
  return (
    <section className="column-wide" aria-label={o('kept.title')}>
      <h2>{o('kept.title')}</h2>
      {error && <Text c="red">{sentenceOf(error)}</Text>}
      {data?.rows.length === 0 && <Text c="dimmed">{o('kept.none')}</Text>}
      {data && data.rows.length > 0 && (
        <>
          <Text c="dimmed" mb="sm">
            {o('kept.lead')}
          </Text>
          <ul className="kept-list">
            {data.rows.map(kept => (
              <KeptFact key={kept.number} kept={kept} nodes={nodes} />
            ))}
          </ul>
        </>
      )}
    </section>
  )
}
