import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { z } from 'zod'
import { type LiveFact, useLive } from '../shared/live.ts'
import { formatMoney, formatTime } from '../shared/money.ts'
import { o } from './messages.ts'
import { usePlace, useStoreName } from './place.tsx'

const shownAtMost = 8

const priced = z.object({ currency: z.string(), totals: z.object({ totalMinor: z.int() }) })
const amountOf = (fact: LiveFact): string => {
  const { data } = priced.safeParse(fact.body)
  return data ? formatMoney(data.totals.totalMinor, data.currency) : ''
}

/** Facts as they are recorded, newest first: of the store that is asked about, or of all. Each leads to what it caused. */
export const FactStream = ({ onFact }: { onFact(fact: LiveFact): void }) => {
  const { isHq, store } = usePlace()
  const nameOf = useStoreName()
  const [facts, setFacts] = useState<LiveFact[]>([])
  useLive(fact => {
    if (store !== null && fact.store !== store) return
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
          {isHq && store === null && (
            <Text component="span" c="dimmed" size="sm" flex={1}>
              {nameOf(fact.store ?? '')}
            </Text>
          )}
          <span className="money">
            {amountOf(fact)}{' '}
            <Text component="span" c="dimmed" size="sm">
              {formatTime(fact.recordedAtUs / 1000)}
            </Text>
          </span>
        </li>
      ))}
    </ul>
  )
}
