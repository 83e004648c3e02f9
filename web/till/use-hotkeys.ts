import { useEffect, useRef } from 'react'
import type { Ask } from './basket-panel.tsx'

type Acts = {
  enabled: boolean
  search(): void
  step(by: 1 | -1): unknown
  ask(what: Ask): void
  park(): unknown
  pay(): unknown
  keys(): void
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.matches('input, textarea, select') || target.isContentEditable)

/** The till by keyboard alone; the same list stands under `?`. */
export const useHotkeys = (acts: Acts): void => {
  const latest = useRef(acts)
  latest.current = acts
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { enabled, search, step, ask, park, pay, keys } = latest.current
      if (!enabled || event.ctrlKey || event.metaKey || event.altKey) return
      const always = new Map<string, () => unknown>([
        ['F2', () => ask('quantity')],
        ['F4', () => ask('price')],
        ['F6', () => ask('discount')],
        ['F8', park],
        ['F9', pay],
      ])
      const whenNotTyping = new Map<string, () => unknown>([
        ['/', search],
        ['+', () => step(1)],
        ['-', () => step(-1)],
        ['?', keys],
      ])
      const act = always.get(event.key) ?? (isTyping(event.target) ? undefined : whenNotTyping.get(event.key))
      if (!act) return
      event.preventDefault()
      act()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}
