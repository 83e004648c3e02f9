import { Button, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Device } from '../../src/contracts/devices.ts'
import { inertText } from '../../src/domain/text.ts'
import { formatDateTime, formatTime } from '../shared/money.ts'
import { o } from './messages.ts'
import { isClockOff, isHeldUp, type NodeRow, type Presence, presenceOf } from './node-state.ts'
import { agoWords, lengthWords } from './time-words.ts'

const count = new Intl.NumberFormat(navigator.language)
const dayMs = 86_400_000
/** A time of today, or a day with it. */
const whenWords = (atMs: number, nowMs: number): string =>
  nowMs - atMs < dayMs / 2 ? formatTime(atMs) : formatDateTime(atMs)

const presenceWords = (presence: Presence, nowMs: number): string => {
  if (presence.kind === 'away') return o('devices.away', { time: whenWords(presence.sinceMs, nowMs) })
  return o(`devices.${presence.kind}`)
}

/** Whether a node is there, as a dot and words. None: it was never enrolled. */
export const PresenceMark = ({ node, nowMs, isHq }: { node: NodeRow | undefined; nowMs: number; isHq: boolean }) => {
  const presence = node && presenceOf(node, nowMs, isHq)
  return (
    <span className="node-state" data-presence={presence?.kind}>
      <span className="mark" aria-hidden="true" />
      {presence ? presenceWords(presence, nowMs) : o('devices.not-enrolled')}
    </span>
  )
}

const clockWords = (offsetMs: number): string => {
  if (Math.abs(offsetMs) < 1_000) return o('devices.clock-right')
  return o(offsetMs > 0 ? 'devices.clock-ahead' : 'devices.clock-behind', { length: lengthWords(offsetMs) })
}

const Figure = ({ label, warns, children }: { label: string; warns?: boolean; children: ReactNode }) => (
  <div data-warns={warns === true}>
    <dt>{label}</dt>
    <dd className="money">{children}</dd>
  </div>
)

const Figures = ({ node, nowMs, isHere }: { node: NodeRow; nowMs: number; isHere: boolean }) => {
  const { waiting, behind, clockOffsetMs } = node
  return (
    <dl className="node-figures">
      {node.lastHeardMs !== null && <Figure label={o('devices.last-word')}>{agoWords(node.lastHeardMs, nowMs)}</Figure>}
      <Figure label={o('devices.newest')}>
        {node.lastFactAtMs === null
          ? o('devices.nothing')
          : o('devices.newest-at', { seq: count.format(node.seq), ago: agoWords(node.lastFactAtMs, nowMs) })}
      </Figure>
      {waiting !== null && (
        <Figure label={o('devices.waiting')} warns={isHeldUp(waiting, isHere)}>
          {count.format(waiting)}
        </Figure>
      )}
      {behind !== null && (
        <Figure label={o('devices.behind')} warns={isHeldUp(behind, isHere)}>
          {count.format(behind)}
        </Figure>
      )}
      {clockOffsetMs !== null && (
        <Figure label={o('devices.clock')} warns={isClockOff(clockOffsetMs)}>
          {clockWords(clockOffsetMs)}
        </Figure>
      )}
      {node.program !== null && (
        <Figure label={o('devices.program')}>
          {o('devices.program-wire', { program: inertText(node.program), wire: node.wire ?? '' })}
        </Figure>
      )}
    </dl>
  )
}

/** A node: who it is, whether it is there, and what is between it and this one. */
export const NodeItem = (props: {
  node: NodeRow
  device: Device | undefined
  nowMs: number
  isHq: boolean
  /** What can be done to it from here. */
  shutOut: (() => void) | null
  enrolAgain: (() => void) | null
}) => {
  const { node, device, nowMs, isHq, shutOut, enrolAgain } = props
  const presence = presenceOf(node, nowMs, isHq)
  const isShutOut = presence.kind === 'shut-out'
  const name = inertText(node.name)
  return (
    <article className="node" data-presence={presence.kind} aria-label={name}>
      <div className="node-name">
        <strong>{name}</strong>
        <Text size="sm" c="dimmed">
          {o(`devices.kind-${node.kind}`)} · {node.handle}
          {node.epoch > 1 && ` · ${o('devices.epoch', { epoch: node.epoch })}`}
        </Text>
        <PresenceMark node={node} nowMs={nowMs} isHq={isHq} />
      </div>
      {isShutOut ? (
        <Text c="dimmed">
          {o('devices.shut-out-why', {
            time: device?.revokedAtMs ? formatDateTime(device.revokedAtMs) : '',
            reason: inertText(device?.reason ?? ''),
          })}
        </Text>
      ) : (
        <Figures node={node} nowMs={nowMs} isHere={presence.kind === 'here'} />
      )}
      {isShutOut
        ? enrolAgain && (
            <Button variant="default" h={48} onClick={enrolAgain} aria-label={o('devices.enrol-again-of', { name })}>
              {o('devices.enrol-again')}
            </Button>
          )
        : shutOut && (
            <Button
              variant="subtle"
              color="red"
              h={48}
              onClick={shutOut}
              aria-label={o('devices.shut-out-of', { name })}
            >
              {o('devices.shut-out-do')}
            </Button>
          )}
    </article>
  )
}
