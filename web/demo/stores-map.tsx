import { Button } from '@mantine/core'
import { useRef } from 'react'
import type { DemoNode, DemoState } from '../../src/contracts/demo-stores.ts'
import { LinkButton, type Names } from './link-button.tsx'
import { d } from './messages.ts'
import { NodeCard } from './node-card.tsx'
import { PricePanel } from './price-panel.tsx'
import { act, useDemo } from './use-demo.ts'
import { Wires } from './wires.tsx'

/** A node with the link above it and, below it, those that it is above of. */
const Branch = ({ node, state, names }: { node: DemoNode; state: DemoState; names: Names }) => {
  const link = state.links.find(each => each.below === node.id)
  const below = state.nodes.filter(each => each.above === node.id)
  return (
    <div className="demo-branch" data-kind={node.kind}>
      {link && <LinkButton link={link} names={names} />}
      <NodeCard node={node} currency={state.currency} />
      {below.length > 0 && (
        <div className="demo-below" data-columns={below.length}>
          {below.map(each => (
            <Branch key={each.id} node={each} state={state} names={names} />
          ))}
        </div>
      )}
    </div>
  )
}

/** HQ on top, stores and tills below it, and at the bottom whether all agree. */
export const StoresMap = () => {
  const { state, isGone } = useDemo()
  const map = useRef<HTMLElement>(null)
  const hq = state?.nodes.find(({ above }) => above === null)
  if (!state || !hq) return <main className="centred">{isGone ? d('gone') : null}</main>
  const names = new Map(state.nodes.map(({ id, name }) => [id, name]))
  const stores = state.nodes.filter(({ above }) => above === hq.id)
  const { agree, words } = state.verdict
  return (
    <div className="demo" data-phase={state.phase}>
      <header className="demo-head">
        <div>
          <h1>{d('title')}</h1>
          <p className="demo-quiet">{d('lead')}</p>
        </div>
        <Button
          variant="default"
          h={48}
          disabled={state.phase !== 'open'}
          onClick={() => void act('/selling', { selling: !state.selling })}
        >
          {d(state.selling ? 'selling.stop' : 'selling.start')}
        </Button>
      </header>
      <main className="demo-map" ref={map}>
        <Wires map={map} links={state.links} />
        <div className="demo-top">
          <NodeCard node={hq} currency={state.currency} />
          <PricePanel state={state} names={names} />
        </div>
        <div className="demo-stores">
          {stores.map(store => (
            <Branch key={store.id} node={store} state={state} names={names} />
          ))}
        </div>
      </main>
      <footer className="demo-verdict" data-agree={agree && !isGone} role="status" aria-label={d('verdict')}>
        <span className="mark" aria-hidden="true" />
        <span className="money">{isGone ? d('gone') : words}</span>
      </footer>
    </div>
  )
}
