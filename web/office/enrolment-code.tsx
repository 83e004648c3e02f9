import { Anchor, Button, Group, Stack, Text } from '@mantine/core'
import { useEffect, useRef } from 'react'
import type { DeviceKind } from '../../src/contracts/devices.ts'
import { inertText } from '../../src/domain/text.ts'
import { tell } from '../shared/api.ts'
import { o } from './messages.ts'
import { QrCode } from './qr-code.tsx'
import { countdown } from './time-words.ts'
import { useNodes } from './use-nodes.ts'
import { useNow } from './use-now.ts'

export type MadeCode = { code: string; expiresAtMs: number; kind: DeviceKind; handle: string; name: string }

/** How long a code may be used, by its contract. */
const codeMs = 600_000

/** A code in figures that are read from across the counter, until a device has used it or its time is over. */
export const EnrolmentCode = ({ made, again, came }: { made: MadeCode; again(): void; came(): void }) => {
  const { code, expiresAtMs, kind, handle, name } = made
  const { devices, nowMs: serverMs } = useNodes()
  const nowMs = useNow(serverMs, 250)
  const leftMs = expiresAtMs - nowMs
  const isThere = devices?.some(
    device =>
      device.kind === kind &&
      device.handle === handle &&
      device.revokedAtMs === null &&
      device.enrolledAtMs >= expiresAtMs - codeMs,
  )
  const ended = useRef(false)
  useEffect(() => {
    if (!isThere || ended.current) return
    ended.current = true
    tell(o('enrol.came', { name: inertText(name) }))
    came()
  }, [isThere, came, name])
  if (leftMs <= 0) {
    return (
      <Stack align="start">
        <Text size="lg">{o('enrol.over')}</Text>
        <Button h={48} onClick={again} data-autofocus>
          {o('enrol.again')}
        </Button>
      </Stack>
    )
  }
  const { origin } = location
  return (
    <div>
      <output className="code-letters" aria-label={o('enrol.code')}>
        {code}
      </output>
      <Text role="timer" size="lg" className="money">
        {o('enrol.left', { time: countdown(leftMs) })}
      </Text>
      <div className="code-ways">
        <div>
          <Text>{o(`enrol.how-${kind}`)}</Text>
          <Text className="code-address" mt={4}>
            {kind === 'till' ? `${origin}/till` : `tillwire store --hq ${origin} --code ${code}`}
          </Text>
          <Group mt="md" gap="xs">
            <span className="mark" aria-hidden="true" />
            <Text c="dimmed" role="status">
              {o('enrol.waiting', { name: inertText(name) })}
            </Text>
          </Group>
          {!isSecureContext && (
            <Text className="warns" mt="md">
              {o('enrol.insecure')}
            </Text>
          )}
          <Text size="sm" c="dimmed" mt="md">
            {o(`enrol.trust-${kind}`)}{' '}
            <Anchor href="/trust" target="_blank" size="sm" underline="always">
              {`${origin}/trust`}
            </Anchor>
          </Text>
        </div>
        {kind === 'till' && <QrCode text={`${origin}/till#enrol=${code}`} label={o('enrol.qr')} />}
      </div>
    </div>
  )
}
