import { Button, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { staffRoutes } from '../../src/contracts/staff.ts'
import { client, newId, sentenceOf } from './api.ts'
import { rememberFace } from './faces.ts'
import { t } from './messages.ts'

/** The first sign-in of all: the code that the shop printed makes whoever has it the owner. */
export const OwnerSetup = ({ done }: { done(): void }) => {
  const [form, setForm] = useState({ code: '', name: '', pin: '', again: '' })
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const set = (field: keyof typeof form) => (event: { currentTarget: { value: string } }) => {
    const { value } = event.currentTarget
    setForm(now => ({ ...now, [field]: value }))
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const { again, ...owner } = form
    if (again !== owner.pin) {
      setError(t('setup.differs'))
      return
    }
    setBusy(true)
    try {
      const { person } = await client.call(staffRoutes.setUpOwner, { id: newId(), ...owner })
      await client.call(staffRoutes.signIn, { number: person.number, pin: owner.pin })
      rememberFace({ number: person.number, name: person.name })
      done()
    } catch (failure) {
      setError(sentenceOf(failure))
    } finally {
      setBusy(false)
    }
  }
  const digits = { inputMode: 'numeric', maxLength: 6, autoComplete: 'off' } as const
  return (
    <main className="centred" data-ready="true">
      <Paper w="100%" maw={400}>
        <form onSubmit={submit}>
          <Stack>
            <Title order={1} size="h2">
              {t('setup.title')}
            </Title>
            <Text c="dimmed">{t('setup.lead')}</Text>
            <TextInput
              label={t('setup.code')}
              value={form.code}
              onChange={set('code')}
              required
              autoFocus
              autoComplete="off"
            />
            <TextInput label={t('setup.name')} value={form.name} onChange={set('name')} required autoComplete="name" />
            <PasswordInput label={t('setup.pin')} value={form.pin} onChange={set('pin')} required {...digits} />
            <PasswordInput label={t('setup.again')} value={form.again} onChange={set('again')} required {...digits} />
            <Text c="red" role="alert" mih={24}>
              {error}
            </Text>
            <Button type="submit" loading={busy} size="lg">
              {t('setup.go')}
            </Button>
          </Stack>
        </form>
      </Paper>
    </main>
  )
}
