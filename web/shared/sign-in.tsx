import { Avatar, Button, Group, NumberInput, Stack, Text, Title, UnstyledButton } from '@mantine/core'
import { IconBackspace } from '@tabler/icons-react'
import { type ReactNode, useCallback, useEffect, useState } from 'react'
import { staffRoutes } from '../../src/contracts/staff.ts'
import { client, sentenceOf } from './api.ts'
import { type Face, initialsOf, readFaces, rememberFace } from './faces.ts'
import { t } from './messages.ts'

const pinLength = 6

const Faces = ({ choose }: { choose(number: number, name: string | null): void }) => {
  const [faces] = useState<Face[]>(readFaces)
  const [number, setNumber] = useState<number | string>('')
  return (
    <Stack align="center" gap="lg">
      <Title order={1} size="h2">
        {t('sign-in.title')}
      </Title>
      <Group justify="center" maw={520}>
        {faces.map(face => (
          <UnstyledButton key={face.number} p="sm" onClick={() => choose(face.number, face.name)}>
            <Stack align="center" gap={6}>
              <Avatar size={72} radius={36} color="cyan" variant="filled">
                {initialsOf(face.name)}
              </Avatar>
              <Text>{face.name}</Text>
            </Stack>
          </UnstyledButton>
        ))}
      </Group>
      <form
        onSubmit={event => {
          event.preventDefault()
          if (typeof number === 'number') choose(number, null)
        }}
      >
        <Group align="end" justify="center">
          <NumberInput
            label={t('sign-in.number')}
            value={number}
            onChange={setNumber}
            min={1}
            max={9_999}
            hideControls
            autoFocus={faces.length === 0}
            w={160}
          />
          <Button type="submit" disabled={typeof number !== 'number'}>
            {t('sign-in.next')}
          </Button>
        </Group>
      </form>
    </Stack>
  )
}

const PinPad = ({
  title,
  busy,
  error,
  enter,
  back,
}: {
  title: string
  busy: boolean
  error: string | null
  enter(pin: string): void
  back(): void
}) => {
  const [pin, setPin] = useState('')
  const press = useCallback(
    (key: string) => {
      if (busy) return
      if (key === 'Backspace') setPin(now => now.slice(0, -1))
      else if (/^\d$/.test(key)) setPin(now => (now.length < pinLength ? now + key : now))
    },
    [busy],
  )
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') back()
      press(event.key)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [press, back])
  useEffect(() => {
    if (pin.length !== pinLength) return
    enter(pin)
    setPin('')
  }, [pin, enter])
  return (
    <Stack align="center" gap="lg">
      <Title order={1} size="h3">
        {title}
      </Title>
      <div className="pin-dots" role="status" aria-label={t('sign-in.digits', { count: pin.length })}>
        {[1, 2, 3, 4, 5, 6].map(place => (
          <span key={place} data-on={place <= pin.length} />
        ))}
      </div>
      <Text c="red" mih={24} role="alert">
        {error}
      </Text>
      <div className="pin-pad">
        {['1', '2', '3', '4', '5', '6', '7', '8', '9'].map(digit => (
          <Button key={digit} variant="default" onClick={() => press(digit)}>
            {digit}
          </Button>
        ))}
        <Button variant="subtle" color="gray" fz={16} px={4} onClick={back}>
          {t('common.back')}
        </Button>
        <Button variant="default" onClick={() => press('0')}>
          0
        </Button>
        <Button variant="subtle" color="gray" aria-label={t('sign-in.delete')} onClick={() => press('Backspace')}>
          <IconBackspace />
        </Button>
      </div>
    </Stack>
  )
}

/** Who, then six digits. Faces of those who signed in on this device before stand there at once. */
export const SignIn = ({ done, below }: { done(): void; below?: ReactNode }) => {
  const [chosen, setChosen] = useState<{ number: number; name: string | null } | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const back = useCallback(() => {
    setChosen(null)
    setError(null)
  }, [])
  const enter = useCallback(
    (pin: string) => {
      if (!chosen) return
      setBusy(true)
      client
        .call(staffRoutes.signIn, { number: chosen.number, pin })
        .then(({ person }) => {
          rememberFace({ number: person.number, name: person.name })
          done()
        })
        .catch((failure: unknown) => setError(sentenceOf(failure)))
        .finally(() => setBusy(false))
    },
    [chosen, done],
  )
  return (
    <main className="centred" data-ready="true">
      {chosen ? (
        <PinPad
          title={
            chosen.name ? t('sign-in.pin', { name: chosen.name }) : t('sign-in.pin-number', { number: chosen.number })
          }
          busy={busy}
          error={error}
          enter={enter}
          back={back}
        />
      ) : (
        <Stack gap={48}>
          <Faces choose={(number, name) => setChosen({ number, name })} />
          {below}
        </Stack>
      )}
    </main>
  )
}
