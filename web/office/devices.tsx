import { Button, Center, Loader, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { sentenceOf } from '../shared/api.ts'
import { t } from '../shared/messages.ts'
import { useSession } from '../shared/session.tsx'
import { EnrolDialog, type ToEnrol } from './enrol-dialog.tsx'
import { o } from './messages.ts'
import { NodeItem } from './node-item.tsx'
import { byStore, type NodeRow, nextHandle } from './node-state.ts'
import { PageHead } from './page-head.tsx'
import { usePlace, useStoreName } from './place.tsx'
import { Quarantine } from './quarantine.tsx'
import { ShutOutDialog } from './shut-out-dialog.tsx'
import { useNodes } from './use-nodes.ts'
import { useNow } from './use-now.ts'

/** Words like "4 sec. ago" go on while nothing is read. */
const tickMs = 1_000

/** Every node below this one: whether it is there, and what is between it and this one. */
export const Page = () => {
  const { may } = useSession()
  const { isHq } = usePlace()
  const nameOf = useStoreName()
  const { nodes, devices, nowMs: serverMs, error, refresh } = useNodes()
  const nowMs = useNow(serverMs, tickMs)
  const [enrolled, setEnrolled] = useState<ToEnrol | null>(null)
  const [shutOut, setShutOut] = useState<NodeRow | null>(null)
  if (!nodes) {
    return (
      <div>
        <PageHead title={o('devices.title')} />
        {error ? (
          <Text c="red">{sentenceOf(error)}</Text>
        ) : (
          <Center p="xl">
            <Loader aria-label={t('common.loading')} />
          </Center>
        )}
      </div>
    )
  }
  const kind = isHq ? 'store' : 'till'
  const here = nodes.filter(node => node.kind === kind)
  const taken = here.map(node => node.handle)
  const enrol = (node?: NodeRow) =>
    setEnrolled(
      node
        ? { kind, handle: node.handle, name: node.name, isKnown: true }
        : { kind, handle: nextHandle(kind, taken), name: '', isKnown: false },
    )
  return (
    <div data-ready="true">
      <PageHead title={o('devices.title')}>
        {!isHq && (
          <Button h={48} onClick={() => enrol()}>
            {o('devices.enrol')}
          </Button>
        )}
      </PageHead>
      {nodes.length === 0 && (
        <Text c="dimmed" py="xl">
          {o(isHq ? 'devices.none-hq' : 'devices.none')}
        </Text>
      )}
      {byStore(nodes).map(({ store, nodes: of }) => (
        <section key={store} className="column-wide nodes" aria-label={nameOf(store)}>
          {isHq && (
            <h2>
              <Link to="/office/stores/$handle" params={{ handle: store }}>
                {nameOf(store)}
              </Link>
            </h2>
          )}
          {of.map(node => (
            <NodeItem
              key={node.nodeId}
              node={node}
              device={devices?.find(device => device.nodeId === node.nodeId)}
              nowMs={nowMs}
              isHq={isHq}
              shutOut={node.kind === kind ? () => setShutOut(node) : null}
              enrolAgain={node.kind === kind ? () => enrol(node) : null}
            />
          ))}
        </section>
      ))}
      {may('operations') && <Quarantine nodes={nodes} />}
      {enrolled && (
        <EnrolDialog wanted={enrolled} taken={taken} came={() => void refresh()} close={() => setEnrolled(null)} />
      )}
      {shutOut && <ShutOutDialog node={shutOut} done={() => void refresh()} close={() => setShutOut(null)} />}
    </div>
  )
}
