import { useEffect, useRef } from 'react'
import { foldKey, noKeys } from './wedge.ts'

type Field = HTMLInputElement | HTMLTextAreaElement
const isField = (target: EventTarget | null): target is Field =>
  target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement

/** Puts a text into a field as if a person had typed it, so that React hears of it. */
const write = (field: Field, text: string): void => {
  const kind = field instanceof HTMLInputElement ? HTMLInputElement : HTMLTextAreaElement
  Object.getOwnPropertyDescriptor(kind.prototype, 'value')?.set?.call(field, text)
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

/**
 * Hears a scanner anywhere on the page. Its keys come one by one, and only the Enter at the end says that they were a scan: until
 * then they are typed where the focus is, so that a quick typist loses nothing; then the field gets back what it held.
 */
export const useScanner = (onScan: (code: string) => void): void => {
  const latest = useRef(onScan)
  latest.current = onScan
  useEffect(() => {
    let wedge = noKeys
    let before: { field: Field; text: string } | null = null
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
      // A field that asks for a code takes it itself.
      if (event.target instanceof HTMLElement && event.target.dataset.takesCodes === 'true') return
      const folded = foldKey(wedge, event.key, event.timeStamp)
      wedge = folded.wedge
      if (wedge.typed.length === 1)
        before = isField(event.target) ? { field: event.target, text: event.target.value } : null
      if (folded.mine && !isField(event.target)) event.stopPropagation()
      if (folded.scanned === null) return
      event.preventDefault()
      event.stopPropagation()
      if (before?.field === event.target) write(before.field, before.text)
      latest.current(folded.scanned)
    }
    addEventListener('keydown', onKey, true)
    return () => removeEventListener('keydown', onKey, true)
  }, [])
}
