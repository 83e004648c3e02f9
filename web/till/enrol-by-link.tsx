import { Button, Group, Text } from '@mantine/core'
import { t } from '../shared/messages.ts'
import { CodeForm } from './code-form.tsx'
import { openTill } from './enrol.ts'
import { Notice } from './node-pages.tsx'
import { readOutbox } from './outbox.ts'
import { canBeTill, rememberedTill } from './this-node.ts'

/** What an address with a code opens, which the office shows as a picture to be scanned. */
export const EnrolByLink = ({ code }: { code: string | null }) => {
  const known = rememberedTill()
  const waiting = readOutbox().length
  const back = (
    <Button variant="default" size="lg" onClick={openTill}>
      {t('enrol.not-now')}
    </Button>
  )
  if (!canBeTill()) {
    return (
      <Notice title={t('enrol.cannot')}>
        <Text c="dimmed">{isSecureContext ? t('enrol.cannot-browser') : t('enrol.cannot-insecure')}</Text>
        <Group>{back}</Group>
      </Notice>
    )
  }
  if (waiting > 0) {
    return (
      <Notice title={t('enrol.wait')}>
        <Text c="dimmed">{t('enrol.wait-lead', { count: waiting })}</Text>
        <Group>{back}</Group>
      </Notice>
    )
  }
  return (
    <Notice title={known ? t('enrol.again', { name: known.name }) : t('enrol.title')}>
      <Text c="dimmed">{known ? t('enrol.again-lead') : t('enrol.lead')}</Text>
      <CodeForm code={code ?? ''} />
      <Group>{back}</Group>
    </Notice>
  )
}
