import { notifications } from '@mantine/notifications'
import { useEffect, useState } from 'react'
import { type DemoState, demoState } from '../../src/contracts/demo-stores.ts'
import { d } from './messages.ts'

/** What the demo tells a few times a second; `isGone` while it is not reached. */
export const useDemo = (): { state: DemoState | undefined; isGone: boolean } => {
  const [state, setState] = useState<DemoState>()
  const [isGone, setGone] = useState(false)
  useEffect(() => {
    const source = new EventSource('/live')
    source.addEventListener('state', event => {
      setState(demoState.parse(JSON.parse(event.data as string)))
      setGone(false)
    })
    source.addEventListener('error', () => setGone(true))
    return () => source.close()
  }, [])
  return { state, isGone }
}

/** Asks the demo for something, and says where it was refused. */
export const act = async (path: string, body: Record<string, unknown>): Promise<void> => {
  const reason = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).then(
    async answer => (answer.ok ? null : answer.text()),
    () => d('gone'),
  )
  if (reason !== null) notifications.show({ message: d('failed', { reason }), autoClose: 6_000, withBorder: true })
}
