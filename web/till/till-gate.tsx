import './node.css'
import { Center, Loader } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { t } from '../shared/messages.ts'
import { EnrolByLink } from './enrol-by-link.tsx'
import type { NodeLink } from './node-link.ts'
import type { TillInfo } from './node-messages.ts'
import { Broken, Joining, Lost, OtherTab } from './node-pages.tsx'
import { mayBeTill, rememberedTill, ThisTill, thisNode, useNodeState, useRemembered, workThrough } from './this-node.ts'

const codeInAddress = (): string | null => /^#enrol(?:=([A-Za-z0-9-]{4,40}))?$/.exec(location.hash)?.[1] ?? null
const isEnrolling = (): boolean => /^#enrol\b/.test(location.hash)

const OneMoment = () => (
  <Center mih="100dvh">
    <Loader aria-label={t('common.loading')} />
  </Center>
)

/** A page on a device that is a till: shows what is in the way of selling, and else the till. */
const OwnNode = ({ node, children }: { node: NodeLink; children: ReactNode }) => {
  const state = useNodeState(node)
  /** Once it sold, a node that starts anew is waited for with the basket on the screen. */
  const opened = useRef<TillInfo | null>(null)
  const till = state.at === 'running' ? state.till : opened.current
  useRemembered(state.at === 'running' ? state.till : null)
  if (state.at === 'running') {
    opened.current = state.till
    workThrough(node)
  }
  switch (state.at) {
    case 'running':
    case 'starting':
      return till ? <ThisTill.Provider value={till}>{children}</ThisTill.Provider> : <OneMoment />
    case 'joining':
      return <Joining till={state.till} reached={state.reached} />
    case 'taken':
    case 'free':
      return <OtherTab free={state.at === 'free'} takeOver={node.takeOver} />
    case 'none':
      // Where a code was refused there are traces of a till that never was one.
      return rememberedTill() ? <Lost /> : children
    case 'lost':
      return <Lost />
    case 'failed':
      return <Broken message={state.message} />
  }
}

/** Tells whether this device is a till with a node of its own, or only shows the shop's. */
export const TillGate = ({ children }: { children: ReactNode }) => {
  const [enrolling, setEnrolling] = useState(isEnrolling)
  useEffect(() => {
    const look = () => setEnrolling(isEnrolling())
    addEventListener('hashchange', look)
    return () => removeEventListener('hashchange', look)
  }, [])
  const { data } = useQuery({ queryKey: ['may-be-till'], queryFn: mayBeTill, staleTime: Number.POSITIVE_INFINITY })
  if (enrolling) return <EnrolByLink code={codeInAddress()} />
  if (data === undefined) return <OneMoment />
  if (!data) return children
  return <OwnNode node={thisNode()}>{children}</OwnNode>
}
