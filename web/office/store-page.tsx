import { Button, Text } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Device } from '../../src/contracts/devices.ts'
import { inertText } from '../../src/domain/text.ts'
import { useLive } from '../shared/live.ts'
import { formatMoney } from '../shared/money.ts'
import { useSession } from '../shared/session.tsx'
import { EnrolDialog } from './enrol-dialog.tsx'
import { o } from './messages.ts'
import { NodeItem } from './node-item.tsx'
import { byStore, type NodeRow } from './node-state.ts'
import { PageHead } from './page-head.tsx'
import { type ListedStore, usePlace } from './place.tsx'
import { ShutOutDialog } from './shut-out-dialog.tsx'
import { StoreGroups } from './store-groups.tsx'
import { comparison, weekdayOf } from './takings.ts'
import { OpenShifts, RunsOut } from './today-parts.tsx'
import { useNodes } from './use-nodes.ts'
import { useNow } from './use-now.ts'
import { useToday } from './use-today.ts'

const tickMs = 1_000

const Takings = ({ handle }: { handle: string }) => {
  const { today, shifts, rules, refresh } = useToday(handle)
  useLive(fact => {
    if (fact.store === handle) refresh()
  })
  if (!today) return null
  const { report, lastWeek } = today
  const { currency } = report
  return (
    <>
      <output className="figure money">{formatMoney(report.totalMinor, currency)}</output>
      <Text size="lg" mt={8}>
        {comparison(report.totalMinor, lastWeek.totalUntilNowMinor, weekdayOf(lastWeek.day))}
      </Text>
      <Text c="dimmed" mb="xl">
        {report.sales === 0
          ? o('today.quiet')
          : o('today.sales', {
              sales: report.sales,
              returns: report.returns,
              average: formatMoney(Math.round(report.totalMinor / Math.max(1, report.sales)), currency),
            })}
      </Text>
      <div className="columns">
        <OpenShifts shifts={shifts?.rows} currency={currency} />
        <RunsOut rules={rules?.rows} store={handle} />
      </div>
    </>
  )
}

const Nodes = (props: {
  nodes: readonly NodeRow[]
  devices: readonly Device[] | undefined
  nowMs: number
  shutOut(node: NodeRow): void
  enrol(): void
}) => {
  const { nodes, devices, nowMs, shutOut, enrol } = props
  const own = nodes.find(node => node.kind === 'store')
  const [ordered] = byStore(nodes)
  return (
    <section className="column-wide nodes" style={{ marginTop: 40 }}>
      <h2>{o('stores.nodes')}</h2>
      {!own && (
        <div className="nothing">
          <Text c="dimmed">{o('stores.not-enrolled')}</Text>
          <Button variant="default" h={48} onClick={enrol}>
            {o('devices.enrol-store')}
          </Button>
        </div>
      )}
      {ordered?.nodes.map(node => (
        <NodeItem
          key={node.nodeId}
          node={node}
          device={devices?.find(device => device.nodeId === node.nodeId)}
          nowMs={nowMs}
          isHq
          shutOut={node.kind === 'store' ? () => shutOut(node) : null}
          enrolAgain={node.kind === 'store' ? enrol : null}
        />
      ))}
      {own && nodes.length === 1 && <Text c="dimmed">{o('stores.no-till')}</Text>}
    </section>
  )
}

const OneStore = ({ store }: { store: ListedStore }) => {
  const { handle, profile } = store
  const { may } = useSession()
  const { mayAskAll } = usePlace()
  const { nodes = [], devices, nowMs: serverMs, refresh } = useNodes(handle)
  const nowMs = useNow(serverMs, tickMs)
  const [enrolling, setEnrolling] = useState(false)
  const [shutOut, setShutOut] = useState<NodeRow | null>(null)
  const name = inertText(profile.name)
  const taken = nodes.filter(node => node.kind === 'store').map(node => node.handle)
  return (
    <div data-ready="true">
      <PageHead title={name}>
        {may('store:write') && (
          <Button
            variant="default"
            h={48}
            renderRoot={props => <Link to="/office/settings" search={{ store: handle }} {...props} />}
          >
            {o('nav.settings')}
          </Button>
        )}
        <Button h={48} renderRoot={props => <Link to="/office" search={{ store: handle }} {...props} />}>
          {o('stores.look')}
        </Button>
      </PageHead>
      <Takings handle={handle} />
      {may('devices:write') && (
        <Nodes nodes={nodes} devices={devices} nowMs={nowMs} shutOut={setShutOut} enrol={() => setEnrolling(true)} />
      )}
      <StoreGroups key={store.groups.join(' ')} store={store} mayChange={mayAskAll && may('store:write')} />
      {enrolling && (
        <EnrolDialog
          wanted={{ kind: 'store', handle, name: profile.name, isKnown: true }}
          taken={taken}
          came={() => void refresh()}
          close={() => setEnrolling(false)}
        />
      )}
      {shutOut && <ShutOutDialog node={shutOut} done={() => void refresh()} close={() => setShutOut(null)} />}
    </div>
  )
}

/** A store as its HQ sees it: what it took, who is there, what it lacks. */
export const Page = () => {
  const { handle } = useParams({ strict: false })
  const { stores } = usePlace()
  const store = stores.find(each => each.handle === handle)
  if (store) return <OneStore key={store.handle} store={store} />
  return (
    <div data-ready="true">
      <PageHead title={o('stores.title')} />
      <Text c="dimmed">{o('stores.unknown', { handle: String(handle) })}</Text>
      <Button component={Link} to="/office/stores" variant="default" h={48} mt="md">
        {o('stores.title')}
      </Button>
    </div>
  )
}
