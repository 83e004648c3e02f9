import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, type ReactNode, useState } from 'react'
import { t } from '../shared/messages.ts'

/** Digits, a separator and a way back, for fingers. The focus stays in the field, so that Enter still means done. */
export const Keypad = ({ press }: { press(key: string): void }) => (
  <div className="keypad">
    {['7', '8', '9', '4', '5', '6', '1', '2', '3', '0', '.', '⌫'].map(key => (
      <Button
        key={key}
        variant="default"
        onMouseDown={event => event.preventDefault()}
        onClick={() => press(key)}
        aria-label={key === '⌫' ? t('sign-in.delete') : key}
      >
        {key}
      </Button>
    ))}
  </div>
)

export const typeKey = (text: string, key: string): string => (key === '⌫' ? text.slice(0, -1) : text + key)

/** Asks for one number. `read` makes a value of the text, or null where it is none; `done` takes it, and closes if all is well. */
export const AmountDialog = <T,>(props: {
  title: string
  hint?: string
  unit?: string
  start?: string
  read(text: string): T | null
  done(value: T): void
  close(): void
  children?: ReactNode
}) => {
  const [text, setText] = useState(props.start ?? '')
  const [wrong, setWrong] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const value = props.read(text.trim().replace(',', '.'))
    if (value === null) {
      setWrong(true)
      return
    }
    props.done(value)
  }
  return (
    <Modal opened onClose={props.close} title={props.title} size="sm">
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            aria-label={props.title}
            size="xl"
            value={text}
            onChange={event => {
              setText(event.currentTarget.value)
              setWrong(false)
            }}
            error={wrong ? t('till.not-a-number') : null}
            inputMode="none"
            autoComplete="off"
            data-autofocus
            rightSection={props.unit ? <Text pr="md">{props.unit}</Text> : null}
            rightSectionWidth={props.unit ? 64 : undefined}
            classNames={{ input: 'money' }}
          />
          {props.hint && (
            <Text c="dimmed" size="sm">
              {props.hint}
            </Text>
          )}
          {props.children}
          <Keypad press={key => setText(now => typeKey(now, key))} />
          <Group grow>
            <Button variant="default" h={56} onClick={props.close}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" h={56}>
              {t('common.done')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
