import { Button, Modal, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useState } from 'react'
import type { LinkState } from '../../src/contracts/sync.ts'
import { client, sentenceOf } from '../shared/api.ts'
import { t } from '../shared/messages.ts'
import { formatDateTime, formatTime } from '../shared/money.ts'
import { useSession } from '../shared/session.tsx'
import { useUpdate } from '../shared/update.ts'
import type { TillInfo } from './node-messages.ts'
import { thisTillRoutes } from './node-routes.ts'
import { waitingWords } from './node-words.ts'
import { forgetRememberedTill, useIsKept, useLink } from './this-node.ts'

const version = String(import.meta.env.TILLWIRE_VERSION)
const dayMs = 86_400_000

const when = (atMs: number): string => (Date.now() - atMs < dayMs ? formatTime(atMs) : formatDateTime(atMs))

const Row = ({ label, children }: { label: string; children: ReactNode }) => (
  <div className="fact-row">
    <dt>{label}</dt>
    <dd>{children}</dd>
  </div>
)

const knownSince = ({ state, lastContactMs }: LinkState): string => {
  if (lastContactMs === null) return t('node.known-never')
  return state === 'connected' ? t('node.known-now') : t('node.known-since', { time: when(lastContactMs) })
}

const storeWords = ({ state, sinceMs }: LinkState): string => {
  if (state === 'connected') return t('node.reached')
  return state === 'alone' ? t('node.not-reached', { time: when(sinceMs) }) : t(`node.${state}`)
}

/** Wipes the till from this device; not while it has what no one else has. */
const Remove = ({ link, hasShift, back }: { link: LinkState; hasShift: boolean; back(): void }) => {
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const held =
    link.waiting > 0 ? t('node.remove-waiting', { what: waitingWords(link) }) : hasShift ? t('node.remove-shift') : null
  const remove = async () => {
    setBusy(true)
    try {
      await client.call(thisTillRoutes.removeHere, {})
      forgetRememberedTill()
      location.reload()
    } catch (failure) {
      setError(sentenceOf(failure))
      setBusy(false)
    }
  }
  return (
    <Stack>
      <Text>{held ?? t('node.remove-lead')}</Text>
      {error !== null && (
        <Text c="red" role="alert">
          {error}
        </Text>
      )}
      {held === null && (
        <Button color="red" h={56} loading={busy} onClick={remove}>
          {t('node.remove-go')}
        </Button>
      )}
      <Button variant="default" h={48} onClick={back}>
        {t('common.back')}
      </Button>
    </Stack>
  )
}

/** How this till stands: what is reached, what waits, since when it knows what it knows. */
export const NodePanel = ({ till, hasShift, close }: { till: TillInfo; hasShift: boolean; close(): void }) => {
  const link = useLink()
  const { isKept, ask } = useIsKept()
  const { may } = useSession()
  const { words } = useUpdate()
  const [removing, setRemoving] = useState(false)
  if (!link) return null
  if (removing) {
    return (
      <Modal opened onClose={close} title={t('node.remove-title')}>
        <Remove link={link} hasShift={hasShift} back={() => setRemoving(false)} />
      </Modal>
    )
  }
  return (
    <Modal opened onClose={close} title={till.name === till.handle ? till.name : `${till.name} (${till.handle})`}>
      <Stack>
        <dl className="fact-rows">
          <Row label={till.storeName}>{storeWords(link)}</Row>
          {link.parentConnected !== null && link.state === 'connected' && (
            <Row label={t('node.hq')}>{link.parentConnected ? t('node.reached') : t('node.hq-not-reached')}</Row>
          )}
          <Row label={t('node.waiting')}>{waitingWords(link)}</Row>
          <Row label={t('node.known')}>{knownSince(link)}</Row>
          <Row label={t('node.storage')}>{isKept === false ? t('node.not-kept') : t('node.kept')}</Row>
          <Row label={t('node.version')}>{version}</Row>
        </dl>
        {isKept === false && (
          <>
            <Text size="sm" c="dimmed">
              {t('node.not-kept-lead')}
            </Text>
            <Button variant="default" h={48} onClick={ask}>
              {t('node.ask-again')}
            </Button>
          </>
        )}
        {words !== '' && (
          <Text size="sm" c="dimmed" role="status">
            {words}
          </Text>
        )}
        {may('devices:write') && (
          <Button variant="subtle" color="gray" h={48} onClick={() => setRemoving(true)}>
            {t('node.remove')}
          </Button>
        )}
      </Stack>
    </Modal>
  )
}
