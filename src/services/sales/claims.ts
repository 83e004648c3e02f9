import { hqHandle } from '../../contracts/devices.ts'
import type { RecordedFact } from '../../contracts/fact.ts'
import { isFact } from '../../contracts/known-facts.ts'
import type { returnClaimRoutes } from '../../contracts/return-claims.ts'
import type { InputOf } from '../../contracts/route.ts'
import type { Outcome } from '../../domain/basket.ts'
import type { Transaction } from '../../platform/database/database.ts'
import type { Command, CommandContext, Decision, WorkContext } from '../../platform/host/service.ts'
import type { NodeIdentity } from '../../platform/journal/journal.ts'
import { type Claim, isRecorded, readClaim, readWaiting } from './claim-rows.ts'
import type { SalesOptions } from './options.ts'
import { checkOwner } from './return-goods.ts'
import { type Original, readOriginals } from './returned.ts'
import { priceClaim } from './take-back.ts'
import { readNodeOfTill } from './view.ts'

type Input<Name extends keyof typeof returnClaimRoutes> = InputOf<(typeof returnClaimRoutes)[Name]>
type Asked = Pick<Claim, 'claimId' | 'saleId' | 'lines' | 'claimedBy'>

const record = (type: string, audience: string | undefined, body: Record<string, unknown>): Decision => ({
  ok: true,
  facts: [{ id: '', type, body, ...(audience === undefined ? {} : { audience }) }],
})
const nothing: Decision = { ok: true, facts: [] }

const readOriginal = async (tx: Transaction, saleId: string): Promise<Original | undefined> =>
  (await readOriginals(tx, [saleId])).get(saleId)

/** Lets goods come back elsewhere, where this node decides it. Refused with the codes of `checkOwner` and `priceReturn`. */
const grant = (
  asked: Asked,
  original: Original | undefined,
  node: NodeIdentity,
  options: SalesOptions,
): Outcome<{ decision: Decision }> => {
  const owned = checkOwner(asked.saleId, original, { node, options })
  if (!owned.ok) return owned
  if (!original) return { ok: false, code: 'sale-unknown', detail: { saleId: asked.saleId } }
  const priced = priceClaim(asked.saleId, asked.lines, original)
  if (!priced.ok) return priced
  const body = { ...asked, saleStore: node.store, goods: priced.goods }
  return { ok: true, decision: record('return.claimed', asked.claimedBy.store, body) }
}

/** Asks for goods to come back at a till: the store answers for what it sold itself, and sends other questions up. */
const claimReturn = (options: SalesOptions): Command => ({
  decidedBy: 'store',
  decide: async ({ claimId, till, saleId, lines }: Input<'claimReturn'>, context) => {
    const { tx, node, store } = context
    if (node.kind === 'hq' && store === node.store) return { ok: false, code: 'store-needed' }
    if (node.kind !== 'hq' && store !== node.store) {
      return { ok: false, code: 'store-elsewhere', detail: { store, expected: node.store } }
    }
    await context.catchUp()
    if ((await readClaim(tx, claimId)) ?? (await isRecorded(tx, claimId))) {
      return { ok: false, code: 'claim-used', detail: { claimId } }
    }
    const own = (await readNodeOfTill(tx, store, till)) ?? (node.kind === 'store' ? node.id : undefined)
    const claimedBy = own === undefined ? { store, till } : { store, till, node: own }
    const asked: Asked = { claimId, saleId, lines, claimedBy }
    const original = await readOriginal(tx, saleId)
    if (original?.store === node.store) {
      const granted = grant(asked, original, node, options)
      return granted.ok ? granted.decision : granted
    }
    if (original && node.kind === 'hq') {
      return record('return.passed-on', original.store, { ...asked, saleStore: original.store })
    }
    if (node.top) return { ok: false, code: 'sale-unknown', detail: { saleId } }
    return record('return.asked', undefined, asked)
  },
  answer: fact => {
    if (isFact(fact, 'return.claimed')) {
      const { claimId, goods } = fact.body
      return { claimId, state: 'open', goods }
    }
    return { claimId: fact.body.claimId, state: 'asked', goods: null }
  },
})

/**
 * Gives a claim up. Only the node that it was given to knows that the goods did not come back; it may also give up one of which
 * it has not heard yet.
 */
const releaseClaim: Command = {
  decide: async ({ claimId, saleId }: Input<'releaseClaim'>, { tx, node }) => {
    const claim = await readClaim(tx, claimId)
    if (!claim) {
      if (node.kind !== 'till') return { ok: false, code: 'claim-unknown' }
      return record('return.claim-released', hqHandle, { claimId, saleId })
    }
    if (claim.state !== 'asked' && claim.state !== 'open') return { ok: false, code: 'claim-over' }
    const { claimedBy, saleStore } = claim
    if (claimedBy.store !== node.store || (claimedBy.node ?? node.id) !== node.id) {
      return { ok: false, code: 'claim-elsewhere', detail: { till: claimedBy.till } }
    }
    return record('return.claim-released', saleStore ?? hqHandle, { claimId, saleId: claim.saleId })
  },
  answer: fact => ({ claimId: fact.body.claimId, state: 'released' }),
}

/** A question as old as this finds nobody waiting any more. Longer than clocks differ. */
const answeredWithinMs = 86_400_000

const answerAtHq = async (claim: Claim, { tx }: CommandContext): Promise<Decision> => {
  const { claimId, saleId, lines, claimedBy } = claim
  if (claim.state === 'released') {
    if (claim.releasedTo !== hqHandle || claim.saleStore === null) return nothing
    return record('return.claim-released', claim.saleStore, { claimId, saleId })
  }
  if (claim.state !== 'asked' || claim.passedBy !== null) return nothing
  const original = await readOriginal(tx, saleId)
  if (!original) {
    return record('return.claim-refused', claimedBy.store, { claimId, saleId, code: 'sale-unknown', claimedBy })
  }
  return record('return.passed-on', original.store, { claimId, saleId, lines, claimedBy, saleStore: original.store })
}

const answerAtStore = async (claim: Claim, context: CommandContext, options: SalesOptions): Promise<Decision> => {
  const { tx, node, nowMs } = context
  if (claim.state !== 'asked' || claim.passedBy === null || claim.saleStore !== node.store) return nothing
  const { claimId, saleId, lines, claimedBy } = claim
  const refuse = (code: string): Decision =>
    record('return.claim-refused', claimedBy.store, { claimId, saleId, code, claimedBy })
  if (nowMs - claim.askedAtMs > answeredWithinMs) return refuse('claim-too-late')
  const granted = grant({ claimId, saleId, lines, claimedBy }, await readOriginal(tx, saleId), node, options)
  if (granted.ok) return granted.decision
  // It can be answered in a moment.
  return granted.code === 'sale-arriving' ? granted : refuse(granted.code)
}

/** Says what this node has to say about a claim, if anything. Internal: `answerClaims` calls it. */
const answerClaim = (options: SalesOptions): Command => ({
  decidedBy: 'store',
  decide: async ({ claimId }: { claimId: string }, context) => {
    await context.catchUp()
    const claim = await readClaim(context.tx, claimId)
    if (!claim) return nothing
    return context.node.kind === 'hq' ? answerAtHq(claim, context) : answerAtStore(claim, context, options)
  },
})

export const claimCommands = (options: SalesOptions): Record<string, Command> => ({
  claimReturn: claimReturn(options),
  releaseClaim,
  answerClaim: answerClaim(options),
})

const retryMs = 1_000
const questions = new Set(['return.asked', 'return.passed-on', 'return.claim-released'])

/**
 * Answers questions about claims that come from other nodes: as soon as they are here, and at the start those that came before.
 * Where nobody is above or below there are none.
 */
export const answerClaims = ({ db, node, execute, onCommit, timers, log }: WorkContext): (() => Promise<void>) => {
  const isAsked = node.kind === 'hq' || (node.kind === 'store' && !node.top)
  if (!isAsked) return async () => {}
  let ended = false
  let again = false
  let cancelRetry = (): void => {}
  let running: Promise<void> | undefined

  const answerAll = async (): Promise<void> => {
    for (const claimId of await readWaiting(db, node)) {
      if (ended) return
      const principal = { actor: 'system', name: 'Tillwire', scopes: [] }
      const answer = await execute({ service: 'sales', command: 'answerClaim', input: { claimId }, principal })
      if (!answer.ok) retryLater()
    }
  }
  const run = async (): Promise<void> => {
    do {
      again = false
      await answerAll().catch((error: unknown) => {
        log.warn({ error: String(error) }, 'a claim could not be answered')
        retryLater()
      })
    } while (again && !ended)
    running = undefined
  }
  const look = (): void => {
    again = true
    running ??= run()
  }
  const retryLater = (): void => {
    cancelRetry()
    if (!ended) cancelRetry = timers.after(retryMs, look)
  }
  const isQuestion = ({ type }: RecordedFact): boolean => questions.has(type)
  const unsubscribe = onCommit(facts => {
    if (facts.some(isQuestion)) look()
  })
  look()
  return async () => {
    ended = true
    unsubscribe()
    cancelRetry()
    await running
  }
}
