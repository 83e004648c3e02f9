import type { Client } from '../contracts/client.ts'
import { type SentFact, syncRoutes } from '../contracts/sync.ts'
import { sha256 } from '../platform/canonical.ts'
import type { Reader, Transaction } from '../platform/database/database.ts'
import { systemPrincipal } from '../platform/host/host.ts'
import type { Command, CommandContext, Decision, WorkContext } from '../platform/host/service.ts'
import type { JournalTables } from '../platform/journal/tables.ts'

/** Few at a time and with a rest between: a disk is read through within minutes, and no sale notices. */
const factsAtOnce = 200
const restMs = 50
const everyMs = 86_400_000
/** A parent that is not reached, or does not have them either, is asked again. */
const againMs = 600_000

type Row = Pick<JournalTables['journal'], 'position' | 'node' | 'epoch' | 'seq' | 'hash' | 'text'>

const rowsAfter = (db: Reader, after: number): Promise<Row[]> =>
  db
    .tables<JournalTables>()
    .selectFrom('journal')
    .select(['position', 'node', 'epoch', 'seq', 'hash', 'text'])
    .where('position', '>', after)
    .orderBy('position')
    .limit(factsAtOnce)
    .execute()

/** The fact as the parent has it; undefined where that has another one, or none. */
const wholeOne = async (
  parent: Pick<Client, 'call'>,
  { node, epoch, seq, hash }: Row,
): Promise<SentFact | undefined> => {
  const { facts } = await parent.call(syncRoutes.chain, { nodeId: node, epoch, after: seq - 1, limit: 1 })
  const [fact] = facts
  return fact && fact.hash === hash && sha256(fact.text) === hash ? fact : undefined
}

/**
 * Reads the journal through, at the start and once a day, as long as this node runs. A fact whose text no longer has its hash
 * (a flipped bit, an edit) raises an alarm and is fetched again from the node above. Answers how to end it.
 */
export const keepWhole = (
  { db, timers, log, execute }: Pick<WorkContext, 'db' | 'timers' | 'log' | 'execute'>,
  parent: Pick<Client, 'call'>,
): (() => Promise<void>) => {
  let ended = false
  let cancel: () => void = () => {}
  let running: Promise<void> = Promise.resolve()

  const tell = async (command: string, input: Record<string, unknown>): Promise<void> => {
    await execute({ service: 'sync', command, input, principal: systemPrincipal })
  }
  const look = async (row: Row): Promise<boolean> => {
    if (sha256(row.text) === row.hash) return true
    log.error({ position: row.position, node: row.node, seq: row.seq }, 'a fact in the journal is damaged')
    await tell('tellDamaged', { position: row.position })
    const whole = await wholeOne(parent, row)
    if (whole) await tell('mend', { position: row.position, text: whole.text })
    return whole !== undefined
  }
  const readThrough = async (): Promise<number> => {
    let after = 0
    let isWhole = true
    while (!ended) {
      const rows = await rowsAfter(db, after)
      if (rows.length === 0) break
      for (const row of rows) {
        try {
          isWhole = (await look(row)) && isWhole
        } catch (error) {
          isWhole = false
          log.info({ error: String(error) }, 'a damaged fact could not be fetched')
        }
        after = row.position
      }
      await new Promise<void>(resolve => {
        cancel = timers.after(restMs, resolve)
        if (ended) resolve()
      })
    }
    return isWhole ? everyMs : againMs
  }
  const next = (ms: number): void => {
    if (ended) return
    cancel = timers.after(ms, () => {
      running = readThrough().then(next, error => {
        log.error({ error: String(error) }, 'the journal could not be read through')
        next(againMs)
      })
    })
  }
  next(restMs)
  return async () => {
    ended = true
    cancel()
    await Promise.race([running, timers.turn()])
  }
}

const rowAt = (tx: Transaction, position: number): Promise<Row | undefined> =>
  tx
    .tables<JournalTables>()
    .selectFrom('journal')
    .select(['position', 'node', 'epoch', 'seq', 'hash', 'text'])
    .where('position', '=', position)
    .executeTakeFirst()

/** Shows a damaged fact in the quarantine, once. It stays in the journal: its number and hash are right. */
export const tellDamaged: Command = {
  decide: async ({ position }: { position: number }, { tx }: CommandContext): Promise<Decision> => {
    const row = await rowAt(tx, position)
    if (!row) return { ok: true, facts: [] }
    const { node, epoch, seq, hash, text } = row
    return { ok: true, facts: [], quarantined: [{ position: null, node, epoch, seq, hash, text, reason: 'damaged' }] }
  },
}

/** Puts a fact's text back, where it has the hash that the journal kept. What is derived from it is made anew. */
export const mend: Command = {
  decide: async (
    { position, text }: { position: number; text: string },
    { tx, nowMs }: CommandContext,
  ): Promise<Decision> => {
    const row = await rowAt(tx, position)
    if (!row || sha256(text) !== row.hash || row.text === text) return { ok: true, facts: [] }
    const tables = tx.tables<JournalTables>()
    await tables.updateTable('journal').set({ text }).where('position', '=', position).execute()
    await tables
      .updateTable('quarantine')
      .set({ resolved_at_us: nowMs * 1_000 })
      .where('node', '=', row.node)
      .where('epoch', '=', row.epoch)
      .where('seq', '=', row.seq)
      .where('reason', '=', 'damaged')
      .execute()
    return { ok: true, facts: [], rebuild: true }
  },
}
