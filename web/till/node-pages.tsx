import { Button, Loader, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { t } from '../shared/messages.ts'
import { CodeForm } from './code-form.tsx'
import type { TillInfo } from './node-messages.ts'
import { rememberedTill } from './this-node.ts'

/** What stands between this device and selling, and what to do. */
export const Notice = ({ title, children }: { title: string; children: ReactNode }) => (
  <main className="centred notice" data-ready="true">
    <Stack gap="lg">
      <Title order={1} size="h2">
        {title}
      </Title>
      {children}
    </Stack>
  </main>
)

export const Joining = ({ till, reached }: { till: TillInfo; reached: boolean }) => (
  <main className="centred notice" data-state="joining">
    <Stack gap="lg" align="center">
      <Loader />
      <Title order={1} size="h2" ta="center">
        {t('node.joining', { name: till.name })}
      </Title>
      <Text c="dimmed" ta="center" role="status">
        {reached ? t('node.fetching') : t('node.joining-alone')}
      </Text>
    </Stack>
  </main>
)

export const OtherTab = ({ free, takeOver }: { free: boolean; takeOver(): void }) => (
  <Notice title={free ? t('node.free') : t('node.taken')}>
    <Text c="dimmed">{free ? t('node.free-lead') : t('node.taken-lead')}</Text>
    {free && (
      <Button size="lg" onClick={takeOver} autoFocus>
        {t('node.take-over')}
      </Button>
    )}
  </Notice>
)

/** The browser threw away what made this device a till. */
export const Lost = () => {
  const name = rememberedTill()?.name ?? ''
  return (
    <Notice title={name === '' ? t('node.lost') : t('node.lost-named', { name })}>
      <Text c="dimmed">{t('node.lost-lead')}</Text>
      <CodeForm />
    </Notice>
  )
}

export const Broken = ({ message }: { message: string }) => (
  <Notice title={t('node.broken')}>
    <Text c="dimmed">{t('node.broken-lead')}</Text>
    <Text size="sm" className="reason">
      {message}
    </Text>
    <Button size="lg" onClick={() => location.reload()}>
      {t('common.retry')}
    </Button>
  </Notice>
)
