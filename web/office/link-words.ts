import type { LinkState } from '../../src/contracts/sync.ts'
import { formatTime } from '../shared/money.ts'
import { o } from './messages.ts'

/** What has to be said of how this node stands to the one above; null where all is well or nobody is above. */
export const linkWords = ({ top, state, sinceMs, lastContactMs, waiting }: LinkState): string | null => {
  if (top || state === 'connected') return null
  const time = formatTime(state === 'alone' ? (lastContactMs ?? sinceMs) : sinceMs)
  if (state !== 'alone') return o(`link.${state}`, { time })
  return waiting === 0 ? o('link.alone', { time }) : o('link.alone-waiting', { time, count: waiting })
}
