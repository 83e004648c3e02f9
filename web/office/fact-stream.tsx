import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { type LiveFact, useLive } from '../shared/live.ts'
import { formatMoney, formatTime } from '../shared/money.ts'
import { o } from './messages.ts'

const shownAtMost = 8

const amountOf = (fact: LiveFact, currency: string): string => {
  const totals = fact.body?.totals as { totalMinor?: number } | undefined
  return totals?.totalMinor === undefined ? '' : formatMoney(totals.totalMinor, currency)
}

/** Facts as they are recorded, newest first. Each leads to what it caused. */
export const FactStream = ({ currency, onFact }: { currency: string; onFact(fact: LiveFact): void }) => {
  const [facts, setFacts] = useState<LiveFact[]>([])
  useLive(fact => {
    setFacts(now => [fact, ...now].slice(0, shownAtMost))
    onFact(fact)
  })
  if (facts.length === 0) return <Text c="dimmed">{o('today.stream-none')}</Text>
  return (
    <ul className="rows" aria-live="off">
      {facts.map(fact => (
        <li key={fact.id}>
          <Link to="/office/nerve/$factId" params={{ factId: fact.id }}>
            {fact.type}
          </Link>
          <span className="money">
            {amountOf(fact, currency)}{' '}
            <Text component="span" c="dimmed" size="sm">
              {formatTime(fact.recordedAtUs / 1000)}
            </Text>
          </span>
        </li>
      ))}
    </ul>
  )
}
