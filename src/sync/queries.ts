import type { InputOf, ResponseOf } from '../contracts/route.ts'
import type { LinkState, syncRoutes } from '../contracts/sync.ts'
import type { Reader } from '../platform/database/database.ts'
import type { Query, QueryContext, RawContext, RawHandler, Refusal } from '../platform/host/service.ts'
import type { JournalTables } from '../platform/journal/tables.ts'
import { audiencesOf, type Device, type Devices } from './device.ts'
import { readLink } from './link.ts'
import { chainFor, snapshotPart, tailFor } from './send-down.ts'
import type { SyncTables } from './tables.ts'
import type { WaitingReaders } from './waiting-readers.ts'
import { waitingToGoUp } from './waiting-up.ts'

type Routes = typeof syncRoutes
type Answer<Name extends keyof Routes> = Promise<ResponseOf<Routes[Name]> | Refusal>

/** No reader is kept waiting longer; it asks again. Shorter than what proxies and browsers wait for an answer. */
const longestWaitMs = 25_000

const deviceOf = async (devices: Devices, { db, principal }: QueryContext): Promise<Device | undefined> => {
  const device = principal?.nodeId === undefined ? undefined : await devices.find(db, principal.nodeId)
  return device?.revoked ? undefined : device
}

export const download =
  (devices: Devices, readers: WaitingReaders): RawHandler =>
  async (request, context: RawContext<InputOf<Routes['download']>>) => {
    const { db, input, node, respond } = context
    const device = await deviceOf(devices, context)
    if (!device) return respond.refuse({ ok: false, code: 'node-unknown' })
    const audiences = await audiencesOf(db, devices, device)
    let { left: _left, ...tail } = await tailFor(db, device, audiences, input)
    if (tail.facts.length === 0 && tail.snapshotTo === null && input.waitMs > 0) {
      await readers.wait(db, tail.to, Math.min(input.waitMs, longestWaitMs), request.signal)
      ;({ left: _left, ...tail } = await tailFor(db, device, audiences, input))
    }
    return respond.json({ node: node.id, epoch: node.epoch, audiences, ...tail })
  }

const snapshot =
  (devices: Devices): Query =>
  async (input: InputOf<Routes['snapshot']>, context): Answer<'snapshot'> => {
    const device = await deviceOf(devices, context)
    if (!device) return { ok: false, code: 'node-unknown' }
    return snapshotPart(context.db, device, await audiencesOf(context.db, devices, device), input)
  }

/** A device gets back its own facts, a store also those of its tills, and each what came down to it from above. */
const chain =
  (devices: Devices): Query =>
  async (input: InputOf<Routes['chain']>, context): Answer<'chain'> => {
    const { db } = context
    const device = await deviceOf(devices, context)
    if (!device) return { ok: false, code: 'node-unknown' }
    const owner = await db
      .tables<JournalTables>()
      .selectFrom('chain')
      .select('store')
      .where('node', '=', input.nodeId)
      .where('epoch', '=', input.epoch)
      .executeTakeFirst()
    const isOwn = input.nodeId === device.nodeId || (device.kind === 'store' && owner?.store === device.store)
    if (!isOwn) {
      const facts = await chainFor(db, device, await audiencesOf(db, devices, device), input)
      return { facts, more: facts.length === input.limit }
    }
    const rows = await db
      .tables<JournalTables>()
      .selectFrom('journal')
      .select(['hash', 'text'])
      .where('node', '=', input.nodeId)
      .where('epoch', '=', input.epoch)
      .where('seq', '>', input.after)
      .orderBy('seq')
      .limit(input.limit + 1)
      .execute()
    return { facts: rows.slice(0, input.limit), more: rows.length > input.limit }
  }

/** For a node at the top all is reached, and nothing waits. */
const linkState: Query = async (_input, { db, node }): Promise<LinkState> => {
  const link = await readLink(db)
  const { id, kind, store } = node
  if (!link) {
    return {
      node: { id, kind, store },
      top: node.top,
      parent: null,
      state: 'connected',
      sinceMs: 0,
      lastContactMs: null,
      waiting: 0,
      waitingSales: 0,
      parentConnected: null,
    }
  }
  return {
    node: { id, kind, store },
    top: node.top,
    parent: { url: link.parent_url, node: link.parent_node },
    state: link.state,
    sinceMs: link.since_ms,
    lastContactMs: link.last_contact_ms,
    waiting: await waitingToGoUp(db, link.sent_to),
    waitingSales: await waitingToGoUp(db, link.sent_to, ['sale.completed', 'sale.returned']),
    parentConnected: link.parent_connected === null ? null : link.parent_connected === 1,
  }
}

const newestFactOf = (db: Reader, nodeId: string, epoch: number) =>
  db
    .tables<JournalTables>()
    .selectFrom('journal')
    .select(['seq', 'recorded_at_us'])
    .where('node', '=', nodeId)
    .where('epoch', '=', epoch)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()

const listNodes =
  (devices: Devices): Query =>
  async (_input, { db, nowMs, store }: QueryContext): Answer<'listNodes'> => {
    const heard = new Map(
      (await db.tables<SyncTables>().selectFrom('sync_node').selectAll().execute()).map(row => [row.node_id, row]),
    )
    const rows: ResponseOf<Routes['listNodes']>['rows'] = []
    for (const device of await devices.list(db)) {
      if (store !== null && device.store !== store) continue
      const said = heard.get(device.nodeId)
      const newest = await newestFactOf(db, device.nodeId, device.epoch)
      const audiences = said ? await audiencesOf(db, devices, device) : []
      const tail = said && (await tailFor(db, device, audiences, { after: said.heard_to, limit: 1 }))
      rows.push({
        ...device,
        lastHeardMs: said?.last_heard_ms ?? null,
        program: said?.program ?? null,
        wire: said?.wire ?? null,
        clockOffsetMs: said?.clock_offset_ms ?? null,
        waiting: said?.waiting ?? null,
        behind: tail?.left ?? null,
        seq: newest?.seq ?? 0,
        lastFactAtMs: newest ? Math.floor(newest.recorded_at_us / 1_000) : null,
      })
    }
    return { rows, nowMs }
  }

const typeOf = (text: string): string | null => /"type":"([a-z0-9.-]+)"/.exec(text)?.[1] ?? null

const listQuarantine: Query = async (
  input: InputOf<Routes['listQuarantine']>,
  { db, node, store }: QueryContext,
): Answer<'listQuarantine'> => {
  const unresolved = db.tables<JournalTables>().selectFrom('quarantine').selectAll().where('resolved_at_us', 'is', null)
  // At HQ one store's: of the nodes whose chains are that store's.
  const asked =
    node.kind === 'hq' && store !== null
      ? unresolved.where(({ exists, selectFrom }) =>
          exists(
            selectFrom('chain')
              .select('chain.node')
              .whereRef('chain.node', '=', 'quarantine.node')
              .where('chain.store', '=', store),
          ),
        )
      : unresolved
  const rows = await asked.orderBy('number', 'desc').limit(input.limit).execute()
  return {
    rows: rows.map(({ number, node, epoch, seq, reason, at_us, text }) => ({
      number,
      node,
      epoch,
      seq,
      reason,
      type: typeOf(text),
      atMs: Math.floor(at_us / 1_000),
      text,
    })),
  }
}

export const syncQueries = (devices: Devices): Record<string, Query> => ({
  snapshot: snapshot(devices),
  chain: chain(devices),
  linkState,
  listNodes: listNodes(devices),
  listQuarantine,
})
