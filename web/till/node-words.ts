import type { LinkState } from '../../src/contracts/sync.ts'
import { type MessageKey, t } from '../shared/messages.ts'
import { formatTime } from '../shared/money.ts'

const counted = (count: number, one: MessageKey, many: MessageKey, name: string): string[] =>
  count === 0 ? [] : [count === 1 ? t(one) : t(many, { [name]: count })]

/** What waits to go to the store. */
export const waitingWords = ({ waiting, waitingSales }: LinkState): string =>
  [
    ...counted(waitingSales, 'node.waiting-sale', 'node.waiting-sales', 'sales'),
    ...counted(waiting - waitingSales, 'node.waiting-other', 'node.waiting-others', 'others'),
  ].join(', ') || t('node.nothing-waiting')

/** How the till stands, as the mark shows it: a colour and a form, and words only where someone has to do something. */
export type Mark = { state: 'well' | 'store-only' | 'waits' | 'refused'; label: string; words: string }

/** `isKept`: whether the browser promised to keep sales; a till without that does not sell alone. */
export const markOf = (link: LinkState, isKept: boolean | undefined): Mark => {
  const { state, sinceMs, waitingSales, parentConnected } = link
  if (state === 'connected') {
    return parentConnected === false
      ? { state: 'store-only', label: t('node.store-only'), words: '' }
      : { state: 'well', label: t('node.all-reached'), words: '' }
  }
  if (state !== 'alone') return { state: 'refused', label: t(`node.${state}`), words: t(`node.${state}`) }
  const time = formatTime(sinceMs)
  if (isKept === false) return { state: 'refused', label: t('node.alone', { time }), words: t('node.alone-not-kept') }
  const words =
    waitingSales === 0
      ? t('node.alone', { time })
      : waitingSales === 1
        ? t('node.alone-waiting-one', { time })
        : t('node.alone-waiting', { time, count: waitingSales })
  return { state: 'waits', label: words, words }
}
