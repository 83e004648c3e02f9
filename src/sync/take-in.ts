import type { InputOf } from '../contracts/route.ts'
import type { KnownTip, QuarantineReason, syncRoutes } from '../contracts/sync.ts'
import { writerOf } from '../contracts/travel.ts'
import type { Transaction } from '../platform/database/database.ts'
import { mayDecide } from '../platform/host/concerns.ts'
import type { Command, CommandContext, Decision, Refusal } from '../platform/host/service.ts'
import { factsById, genesis, type Quarantined, type Taken } from '../platform/journal/journal.ts'
import type { JournalTables } from '../platform/journal/tables.ts'
import { type Below, type Device, noteSending } from './device.ts'
import { type ReadFact, readSentFact } from './sent-fact.ts'

type Input = InputOf<(typeof syncRoutes)['upload']>
type Apart = Omit<Quarantined, 'atUs'>

/** Uploads that wait for a commit: each may be a megabyte, and thousands may come back at once. */
const uploadsAtMost = 64

const keyOf = ({ node, epoch }: { node: string; epoch: number }): string => `${node} ${epoch}`

const tipOf = async (tx: Transaction, node: string, epoch: number): Promise<KnownTip> => {
  const row = await tx
    .tables<JournalTables>()
    .selectFrom('chain')
    .select(['seq', 'hash'])
    .where('node', '=', node)
    .where('epoch', '=', epoch)
    .executeTakeFirst()
  return { node, epoch, seq: row?.seq ?? 0, hash: row?.hash ?? genesis }
}

const isKnown = async (tx: Transaction, { fact, hash }: ReadFact): Promise<boolean> => {
  const row = await tx
    .tables<JournalTables>()
    .selectFrom('journal')
    .select('hash')
    .where('node', '=', fact.node)
    .where('epoch', '=', fact.epoch)
    .where('seq', '=', fact.seq)
    .executeTakeFirst()
  return row?.hash === hash
}

/** A till speaks for itself alone, a store for all that happens in it. */
const isItsOwn = (device: Device, { fact }: ReadFact): boolean =>
  fact.store === device.store && (device.kind === 'store' || fact.node === device.nodeId)

/** Who records what no such node decides is not believed, whatever it says. */
const hasWriter = (device: Device, { fact }: ReadFact): boolean => {
  const kind = device.kind === 'store' && fact.node === device.nodeId ? 'store' : 'till'
  return mayDecide({ kind, top: false }, writerOf(fact.type) ?? 'any')
}

const apartOf = ({ fact, text, hash }: ReadFact, reason: QuarantineReason): Apart => {
  const { node, epoch, seq } = fact
  return { position: null, node, epoch, seq, hash, text, reason }
}

const readAll = (sent: Input['facts']): { ok: true; facts: ReadFact[] } | Refusal => {
  const facts: ReadFact[] = []
  for (const each of sent) {
    const read = readSentFact(each)
    if (!read.ok) return read
    facts.push(read)
  }
  return { ok: true, facts }
}

/**
 * Judges facts of a node below by their chains: the next one is taken, one that is here already changes nothing, another one
 * under a number that is known is a fork and kept apart, and before a gap the sender is told from where to send. A fork or a gap
 * ends its own chain here and no other.
 */
const judge = async (tx: Transaction, device: Device, facts: readonly ReadFact[]) => {
  const tips = new Map<string, KnownTip>()
  const ids = await factsById(
    tx,
    facts.map(({ fact }) => fact.id),
  )
  const taken: Taken[] = []
  const quarantined: Apart[] = []
  const forks = new Map<string, KnownTip>()
  const gaps = new Map<string, KnownTip>()
  for (const read of facts) {
    const { fact, hash, text, doubt } = read
    const key = keyOf(fact)
    if (gaps.has(key)) continue
    const tip = tips.get(key) ?? (await tipOf(tx, fact.node, fact.epoch))
    tips.set(key, tip)
    const isNext = fact.seq === tip.seq + 1 && fact.prev === tip.hash
    if (fact.seq <= tip.seq && (await isKnown(tx, read))) continue
    if (forks.has(key) || !isNext || ids.has(fact.id)) {
      if (!forks.has(key) && fact.seq > tip.seq + 1) {
        gaps.set(key, tip)
        continue
      }
      forks.set(key, tip)
      quarantined.push(apartOf(read, isNext ? 'id-known' : 'fork'))
      continue
    }
    const reason = doubt ?? (hasWriter(device, read) ? null : 'not-its-writer')
    taken.push({ fact, text, hash, fromAbove: false, quarantined: reason })
    tips.set(key, { node: fact.node, epoch: fact.epoch, seq: fact.seq, hash })
  }
  return { taken, quarantined, tips: [...tips.values()], forks: [...forks.values()], gaps: [...gaps.values()] }
}

const decide = async (
  { devices, sending }: Below,
  input: Input,
  { tx, principal }: CommandContext,
): Promise<Decision> => {
  const device = principal.nodeId === undefined ? undefined : await devices.find(tx, principal.nodeId)
  if (!device) return { ok: false, code: 'node-unknown' }
  const read = readAll(input.facts)
  if (!read.ok) return read
  const foreign = read.facts.find(each => !isItsOwn(device, each))
  if (foreign) return { ok: false, code: 'sync-store-wrong', detail: { store: foreign.fact.store } }
  if (device.revoked) {
    const quarantined = read.facts.map(each => apartOf(each, 'revoked'))
    return { ok: true, facts: [], quarantined, once: { tips: [], taken: 0, revoked: true, forks: [], gaps: [] } }
  }
  const judged = await judge(tx, device, read.facts)
  const isClosed = ({ fact }: Taken) => fact.node === device.nodeId && fact.epoch !== device.epoch
  const closed = judged.taken.find(isClosed)
  if (closed)
    return { ok: false, code: 'sync-epoch-wrong', detail: { epoch: closed.fact.epoch, expected: device.epoch } }
  const { taken, quarantined, tips, forks, gaps } = judged
  noteSending(sending, device.nodeId, input.more)
  const [gap] = gaps
  if (gap && taken.length === 0 && quarantined.length === 0) {
    const { node, epoch, seq } = gap
    return { ok: false, code: 'sync-gap', detail: { node, epoch, expected: seq + 1 } }
  }
  return { ok: true, facts: [], taken, quarantined, once: { tips, taken: taken.length, revoked: false, forks, gaps } }
}

/** Takes in what nodes below recorded. See the table of uploads in ARCHITECTURE.md. */
export const takeIn = (below: Below): Command => ({
  waitAtMost: uploadsAtMost,
  decide: (input: Input, context) => decide(below, input, context),
})
