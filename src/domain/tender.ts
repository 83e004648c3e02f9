import type { Outcome, PricingRules, Refusal, Tender } from './basket.ts'
import { type RoundingMode, roundToStep } from './rounding.ts'

/** tenderedMinor - changeMinor = dueMinor = total + roundingMinor, always. */
export type Settled = { roundingMinor: number; dueMinor: number; tenderedMinor: number; changeMinor: number }

const refuse = (code: string, dueMinor: number, tenderedMinor: number): Refusal => ({
  ok: false,
  code,
  detail: { dueMinor, tenderedMinor },
})

/**
 * Settles a total with what is handed over. As soon as one tender is cash, what the other tenders leave is rounded to the
 * smallest payable cash amount, half away from zero unless `cashRounding` says otherwise; a sale without cash is due to the unit.
 * Change is only given for cash.
 *
 * A sale (total zero or more) takes positive tenders and gives change. A refund (total below zero) takes negative ones, what
 * the customer gets, and they have to meet what is due: giving more and taking change back is refused as `refund-wrong`.
 * Tenders against the direction are refused as `tender-direction-wrong`; the others are `no-tenders` (unless the total is
 * zero), `tender-not-integer`, `tender-zero`, `tender-too-small` and `change-without-cash`, both with dueMinor and tenderedMinor,
 * and `amount-too-large`. Throws RangeError where the rules have no valid cash step.
 */
export const settle = (
  totalMinor: number,
  tenders: readonly Tender[],
  rules: Pick<PricingRules, 'cashStepMinor'> & { cashRounding?: RoundingMode },
): Outcome<{ settled: Settled }> => {
  if (!Number.isSafeInteger(totalMinor)) return { ok: false, code: 'amount-too-large' }
  if (tenders.length === 0 && totalMinor !== 0) return refuse('no-tenders', totalMinor, 0)
  const refund = totalMinor < 0
  let cashMinor = 0
  let otherMinor = 0
  let anyCash = false
  for (const { kind, amountMinor } of tenders) {
    if (!Number.isSafeInteger(amountMinor)) return { ok: false, code: 'tender-not-integer' }
    if (amountMinor === 0) return { ok: false, code: 'tender-zero' }
    if (amountMinor < 0 !== refund) return { ok: false, code: 'tender-direction-wrong', detail: { amountMinor } }
    if (kind === 'cash') {
      anyCash = true
      cashMinor += amountMinor
    } else otherMinor += amountMinor
  }
  const tenderedMinor = cashMinor + otherMinor
  const openMinor = totalMinor - otherMinor
  if (!Number.isSafeInteger(tenderedMinor) || !Number.isSafeInteger(openMinor)) {
    return { ok: false, code: 'amount-too-large' }
  }
  if (openMinor !== 0 && openMinor < 0 !== refund) {
    return refuse(refund ? 'refund-wrong' : 'change-without-cash', totalMinor, tenderedMinor)
  }
  const roundingMinor = anyCash ? roundToStep(openMinor, rules.cashStepMinor, rules.cashRounding) - openMinor : 0
  const dueMinor = totalMinor + roundingMinor
  const changeMinor = tenderedMinor - dueMinor
  if (refund ? changeMinor > 0 : changeMinor < 0) return refuse('tender-too-small', dueMinor, tenderedMinor)
  if (refund && changeMinor < 0) return refuse('refund-wrong', dueMinor, tenderedMinor)
  return { ok: true, settled: { roundingMinor, dueMinor, tenderedMinor, changeMinor } }
}
