import { Button, Group, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { sentenceOf } from '../shared/api.ts'
import { t } from '../shared/messages.ts'
import { enrolHere, openTill } from './enrol.ts'

/** Takes a code from the office and makes this device the till that it names. */
export const CodeForm = ({ code: given = '' }: { code?: string }) => {
  const [code, setCode] = useState(given)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      await enrolHere(code)
      openTill()
    } catch (failure) {
      setError(sentenceOf(failure))
      setBusy(false)
    }
  }
  return (
    <form onSubmit={submit} className="code-form">
      <Group align="end" gap="sm">
        <TextInput
          size="lg"
          label={t('enrol.code')}
          value={code}
          onChange={event => setCode(event.currentTarget.value)}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={40}
        />
        <Button type="submit" size="lg" loading={busy} disabled={code.trim() === ''}>
          {t('enrol.go')}
        </Button>
      </Group>
      <Text c="red" role="alert" mih={24} mt="xs">
        {error}
      </Text>
    </form>
  )
}
