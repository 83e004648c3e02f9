import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { cashRoutes } from '../../src/contracts/cash.ts'
import type { purchasingRoutes } from '../../src/contracts/purchasing.ts'
import type { ResponseOf } from '../../src/contracts/route.ts'
import { formatMoney, formatQuantity } from '../shared/money.ts'
import { o } from './messages.ts'

type Shift = ResponseOf<typeof cashRoutes.listShifts>['rows'][number]
type Rule = ResponseOf<typeof purchasingRoutes.listReorderRules>['rows'][number]

const shownAtMost = 6

export const OpenShifts = ({ shifts, currency }: { shifts: readonly Shift[] | undefined; currency: string }) => (
  <section className="column">
    <h2>{o('today.shifts')}</h2>
    {shifts?.length === 0 && <Text c="dimmed">{o('today.shifts-none')}</Text>}
    <ul className="rows">
      {shifts?.map(shift => (
        <li key={shift.shiftId}>
          <span>
            {shift.till} · {shift.openedBy}
          </span>
          <span className="money">
            {shift.expectedCashMinor === null ? '' : formatMoney(shift.expectedCashMinor, currency)}
          </span>
        </li>
      ))}
    </ul>
  </section>
)

/** What has fallen to its reorder point, least first. */
export const RunsOut = ({ rules, store }: { rules: readonly Rule[] | undefined; store: string | null }) => {
  const low = (rules ?? [])
    .filter(rule => rule.levelMicro <= rule.reorderPointMicro)
    .toSorted((a, b) => a.levelMicro - b.levelMicro)
  return (
    <section className="column">
      <h2>{o('today.low')}</h2>
      {rules && low.length === 0 && <Text c="dimmed">{o('today.low-none')}</Text>}
      <ul className="rows">
        {low.slice(0, shownAtMost).map(rule => (
          <li key={rule.sku}>
            <Link to="/office/stock" search={{ sku: rule.sku, store: store ?? undefined }}>
              {rule.sku}
            </Link>
            <span className="money">{formatQuantity(rule.levelMicro)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
