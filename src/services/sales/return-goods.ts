import { bodyOf } from '../../contracts/known-facts.ts'
import type { InputOf } from '../../contracts/route.ts'
import type { CompletedReturn, salesRoutes } from '../../contracts/sales.ts'
import type { Outcome } from '../../domain/basket.ts'
import { totalsOf } from '../../domain/sale.ts'
import type { Command, CommandContext } from '../../platform/host/service.ts'
import type { NodeIdentity } from '../../platform/journal/journal.ts'
import { type Claim, readClaim } from './claim-rows.ts'
import type { Memory } from './memory.ts'
import type { SalesOptions } from './options.ts'
import { withOverrides } from './overrides.ts'
import { type Original, readOriginals } from './returned.ts'
import { checkPlace, checkShift, checkTime } from './sell.ts'
import { payRefund, priceTakenBack, saleIdsOf } from './take-back.ts'
import { readView } from './view.ts'

type Input = InputOf<typeof salesRoutes.returnGoods>

/** What is decided about a sale at this node, as far as it is the one to decide. */
type Owner = { node: NodeIdentity; options: SalesOptions }

/**
 * Whether this node decides what may come back of a sale: the store that sold it does, as soon as it has the sale; a till does for
 * its own sales as long as nobody else can know them. Refused: `sale-unknown`, `sale-elsewhere`, `sale-arriving` (a return may be
 * on its way behind the sale), `store-needed-for-return`.
 */
export const checkOwner = (saleId: string, original: Original | undefined, owner: Owner): Outcome<object> => {
  const { node, options } = owner
  const detail = { saleId }
  if (node.kind === 'till') {
    const sentSeq = options.sentSeq?.() ?? Number.POSITIVE_INFINITY
    const isOwn = original?.node === node.id && original.epoch === node.epoch && original.seq > sentSeq
    return isOwn ? { ok: true } : { ok: false, code: 'store-needed-for-return', detail }
  }
  if (!original) return { ok: false, code: 'sale-unknown', detail }
  if (original.store !== node.store) {
    return { ok: false, code: 'sale-elsewhere', detail: { ...detail, store: original.store } }
  }
  if (original.node !== node.id && options.isSending?.(original.node)) {
    return { ok: false, code: 'sale-arriving', detail }
  }
  return { ok: true }
}

/** The claim under a return's own id, where it is open and given to this till of this node. */
const grantedHere = (claim: Claim | undefined, till: string, node: NodeIdentity) => {
  if (claim?.state !== 'open' || !claim.goods) return undefined
  const { claimedBy, saleId, lines, goods } = claim
  const isHere = claimedBy.store === node.store && claimedBy.till === till && (claimedBy.node ?? node.id) === node.id
  return isHere ? { saleId, lines, goods } : undefined
}

const takeBack = async (input: Input, context: CommandContext, options: SalesOptions) => {
  const { principal, nowMs, tx, node, store, id } = context
  const { till, shiftId, lines, reason, note, overrideIds } = input
  const completedAtMs = input.completedAtMs ?? nowMs
  const inTime = checkTime(completedAtMs, nowMs)
  if (!inTime.ok) return inTime
  await context.catchUp()
  const allowed = await withOverrides(tx, principal, { overrideIds, kind: 'return', id, completedAtMs })
  if (!allowed.ok) return allowed
  const { permission } = allowed
  const without = lines.findIndex(
    (line, i) => !('saleId' in line) && !permission.allows('returns:without-receipt', i + 1),
  )
  if (without >= 0) return { ok: false as const, code: 'return-without-receipt-not-allowed' }
  const skus = lines.flatMap(line => ('saleId' in line ? [] : [line.sku]))
  const view = await readView(tx, { store: node.store, skus, shiftId, till })
  const here = checkPlace(view, till, { node, store, ownTill: options.till })
  if (!here.ok) return here
  const saleIds = saleIdsOf(lines)
  const originals = await readOriginals(tx, saleIds)
  const granted = saleIds.length === 0 ? undefined : grantedHere(await readClaim(tx, id), till, node)
  for (const saleId of saleIds) {
    if (granted?.saleId === saleId) continue
    const owned = checkOwner(saleId, originals.get(saleId), { node, options })
    if (!owned.ok) return owned
  }
  const outcome = priceTakenBack(lines, { originals, granted }, view.prices, node.store)
  if (!outcome.ok) return outcome
  const { priced, rules } = outcome
  if (input.currency !== rules.currency) {
    const detail = { claimed: input.currency, expected: rules.currency }
    return { ok: false as const, code: 'currency-wrong', detail }
  }
  const inShift = checkShift(view, shiftId, till)
  if (!inShift.ok) return inShift
  const paid = payRefund(priced.totalMinor, input, rules)
  if (!paid.ok) return paid
  const body: Omit<CompletedReturn, 'receiptNumber'> = {
    returnId: id,
    till,
    completedAtMs,
    currency: priced.currency,
    taxMode: priced.taxMode,
    catalogueVersion: view.prices.newest,
    cashier: principal.name,
    reason,
    lines: priced.lines,
    totals: totalsOf(priced, paid.settled),
    taxes: priced.taxes,
    tenders: paid.tenders,
    changeMinor: 0,
    ...(granted ? { claimId: id } : {}),
    ...(shiftId === undefined ? {} : { shiftId }),
    ...(note === undefined ? {} : { note }),
    ...(permission.overrides.length > 0 ? { overrides: permission.overrides } : {}),
  }
  return { ok: true as const, body }
}

export const returnGoods = (memory: Memory, options: SalesOptions): Command => ({
  decide: async (input: Input, context) => {
    const outcome = await takeBack(input, context, options)
    if (!outcome.ok) return outcome
    const { till, completedAtMs } = outcome.body
    const receiptNumber = memory.takeReceiptNumber(context.node.store, till)
    const body = { ...outcome.body, receiptNumber }
    return { ok: true, facts: [{ id: '', type: 'sale.returned', atMs: completedAtMs, body }] }
  },
  answer: fact => {
    const { returnId, till, receiptNumber, totals } = bodyOf(fact, 'sale.returned')
    return { returnId, till, receiptNumber, refundMinor: 0 - totals.dueMinor, position: fact.position }
  },
})
