import { ApiRefusal, type Client } from '../contracts/client.ts'
import { wireVersion } from '../contracts/fact.ts'
import type { InputOf, ResponseOf, Route } from '../contracts/route.ts'
import { type KnownTip, syncRoutes } from '../contracts/sync.ts'
import { sha256 } from '../platform/canonical.ts'
import { systemPrincipal } from '../platform/host/host.ts'
import type { WorkContext } from '../platform/host/service.ts'
import type { JournalTables } from '../platform/journal/tables.ts'
import { ownTips, tipsOfAbove } from './chain-tips.ts'
import { readStaging } from './come-down.ts'
import { type Link, readLink } from './link.ts'
import { firstUnknown, nextBatch, waitingToGoUp } from './waiting-up.ts'

/** How often a node says how it is while all is well. */
const helloEveryMs = 15_000
const answerWithinMs = 30_000
const waitForNextMs = 25_000
const firstPauseMs = 250
const longestPauseMs = 8_000
const busyPauseMs = 2_000
/** A refused device looks once in a while whether it was enrolled again. */
const refusedPauseMs = 60_000
const snapshotPartFacts = 1_000
/** Acknowledgements are written down once in so long, so that selling does not wait for their commits. */
const settleMs = 1_000

/** What others in this process ask of the connection. */
export type Standing = {
  /** The newest of this node's own facts that the parent may have, because it was sent. */
  sentSeq: number
  /** The newest of this node's own facts, in its present epoch, that the parent has. */
  acknowledgedSeq: number
}

type Said = ResponseOf<typeof syncRoutes.hello>
type State = Link['state']

/** The parent refuses this device, and trying again does not help. */
class Refused extends Error {
  readonly state: State
  constructor(state: State) {
    super(state)
    this.state = state
  }
}

const stateOfCode: Record<string, State> = {
  'sync-epoch-wrong': 'epoch-old',
  'device-epoch-old': 'epoch-old',
  'device-revoked': 'revoked',
  'node-unknown': 'revoked',
}

/**
 * Keeps this node connected to the one above it for as long as it runs: says how it is, sends up what was recorded here or
 * below, hears what comes down. Whatever fails is tried again from where both sides know that they are. Answers how to end it.
 */
export const keepConnected = (
  work: WorkContext,
  parent: Client,
  standing: Standing,
  program: string,
): (() => Promise<void>) => {
  const { db, node, timers, clock, log, secrets } = work
  /** Chains that the parent believes no more: sending them again changes nothing. */
  const stuck = new Set<string>()
  let ended = false
  let endWait: () => void = () => {}
  let current: AbortController | undefined
  let sentTo = 0
  // What an earlier run of this program sent is not known.
  standing.sentSeq = Number.POSITIVE_INFINITY

  const pause = (ms: number): Promise<void> =>
    new Promise(resolve => {
      const cancel = timers.after(ms, resolve)
      endWait = () => {
        cancel()
        resolve()
      }
      if (ended) endWait()
    })

  const jitter = (ms: number): number => Math.round(ms * (0.5 + (secrets.random(1)[0] ?? 0) / 512))

  const wait = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise(resolve => {
      const settle = () => {
        cancel()
        signal.removeEventListener('abort', settle)
        resolve()
      }
      const cancel = timers.after(ms, settle)
      signal.addEventListener('abort', settle)
      if (signal.aborted) settle()
    })

  /** A call that is given up when the connection ends or the parent does not answer in time. */
  const ask = async <R extends Route>(
    route: R,
    input: InputOf<R>,
    signal: AbortSignal,
    withinMs = answerWithinMs,
  ): Promise<ResponseOf<R>> => {
    const own = new AbortController()
    const give = () => own.abort()
    const cancel = timers.after(withinMs, give)
    signal.addEventListener('abort', give)
    if (signal.aborted) give()
    try {
      return await parent.call(route, input, { signal: own.signal })
    } finally {
      cancel()
      signal.removeEventListener('abort', give)
    }
  }

  const tell = async (command: string, input: Record<string, unknown>): Promise<void> => {
    const answer = await work.execute({ service: 'sync', command, input, principal: systemPrincipal })
    if (!answer.ok) throw new Error(`${command} was refused: ${answer.code}`)
  }

  const change = async (next: Partial<Link>): Promise<void> => {
    const before = await readLink(db)
    const differs = Object.entries(next).some(([name, value]) => before?.[name as keyof Link] !== value)
    if (differs) await tell('changeLink', next)
  }

  const become = async (state: State): Promise<void> => {
    if ((await readLink(db))?.state !== state) await tell('changeLink', { state, since_ms: clock.nowMs() })
  }

  const linkNow = async (): Promise<Link> => {
    const link = await readLink(db)
    if (!link) throw new Error('this node has nobody above it')
    return link
  }

  const sayHello = async (signal: AbortSignal): Promise<Said> => {
    const link = await linkNow()
    return ask(
      syncRoutes.hello,
      {
        program,
        wire: wireVersion,
        clockMs: clock.nowMs(),
        waiting: await waitingToGoUp(db, Math.max(sentTo, link.sent_to)),
        heardTo: link.heard_to,
      },
      signal,
    )
  }

  /** A parent that knows more of this node, or something else, says that this is an old backup or a copy. */
  const checkOwnChain = async (below: readonly KnownTip[]): Promise<void> => {
    const there = below.find(tip => tip.node === node.id && tip.epoch === node.epoch)
    standing.acknowledgedSeq = there?.seq ?? 0
    standing.sentSeq = standing.acknowledgedSeq
    if (!there) return
    const here = await db
      .tables<JournalTables>()
      .selectFrom('journal')
      .select('hash')
      .where('node', '=', node.id)
      .where('epoch', '=', node.epoch)
      .where('seq', '=', there.seq)
      .executeTakeFirst()
    if (here?.hash !== there.hash) throw new Refused('forked')
  }

  const checkAbove = async (above: readonly KnownTip[]): Promise<void> => {
    const lost = (await tipsOfAbove(db, node)).some(
      tip => tip.seq > (above.find(each => each.node === tip.node && each.epoch === tip.epoch)?.seq ?? 0),
    )
    if (lost) await tell('disown', { above })
  }

  let isSaving = false
  let saved: () => void = () => {}
  const saveLater = (): void => {
    if (isSaving) return
    isSaving = true
    saved = timers.after(settleMs, () => {
      isSaving = false
      // What is not written down is found out at the next hello.
      change({ sent_to: sentTo }).catch(() => {})
    })
  }

  const committed = (signal: AbortSignal): Promise<void> =>
    new Promise(resolve => {
      const settle = () => {
        end()
        signal.removeEventListener('abort', settle)
        resolve()
      }
      const end = work.onCommit(facts => {
        if (facts.some(fact => !fact.fromAbove)) settle()
      })
      signal.addEventListener('abort', settle)
      if (signal.aborted) settle()
    })

  /** Undefined where the parent has too much to do just now. All who hear that come again at different times. */
  const upload = async (
    { facts, more }: InputOf<typeof syncRoutes.upload>,
    signal: AbortSignal,
  ): Promise<ResponseOf<typeof syncRoutes.upload> | undefined> => {
    try {
      return await ask(syncRoutes.upload, { facts, more }, signal)
    } catch (error) {
      if (!(error instanceof ApiRefusal) || error.problem.code !== 'sync-busy') throw error
      await wait(jitter(busyPauseMs), signal)
      return undefined
    }
  }

  const sendUp = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const next = committed(signal)
      const batch = await nextBatch(db, sentTo)
      if (!batch) {
        await next
        continue
      }
      for (const chain of batch.chains)
        if (chain.node === node.id && chain.epoch === node.epoch) standing.sentSeq = chain.seq
      const answer = await upload(batch, signal)
      if (!answer) continue
      const { tips, revoked, forks, gaps } = answer
      if (revoked) throw new Refused('revoked')
      for (const fork of forks) {
        if (fork.node === node.id) throw new Refused('forked')
        stuck.add(`${fork.node} ${fork.epoch}`)
        log.error({ node: fork.node, epoch: fork.epoch }, 'the parent knows other facts of this node')
      }
      const [gap] = gaps
      if (gap) throw new Error(`the parent misses facts of ${gap.node} after ${gap.seq}`)
      const own = tips.find(tip => tip.node === node.id && tip.epoch === node.epoch)
      if (own) standing.acknowledgedSeq = own.seq
      sentTo = batch.to
      saveLater()
    }
  }

  /** Takes a snapshot in parts that are kept, so that a broken connection goes on where it was, and swaps it in whole. */
  const takeSnapshot = async (
    said: Said,
    to: number,
    audiences: readonly string[],
    signal: AbortSignal,
  ): Promise<void> => {
    const begun = await readStaging(db)
    // For other groups other facts come down: what was kept for those before is no part of it.
    const isOurs =
      begun?.parent_node === said.node && begun.parent_epoch === said.epoch && begun.audiences === audiences.join(',')
    const goal = isOurs ? begun.to_position : to
    let after = isOurs ? begun.after_position : 0
    for (;;) {
      const part = await ask(syncRoutes.snapshot, { to: goal, after, limit: snapshotPartFacts }, signal)
      if (sha256(part.facts.map(({ hash }) => hash).join('')) !== part.hash)
        throw new Error('a part of the snapshot is damaged')
      after = part.after
      const { facts } = part
      const staging = { parent_node: said.node, parent_epoch: said.epoch, to_position: goal }
      await tell('stage', { ...staging, audiences: audiences.join(','), facts, after })
      if (!part.more) break
    }
    await tell('swapIn', {})
  }

  const hearDown = async (said: Said, signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const link = await linkNow()
      const isSame =
        link.parent_node === said.node &&
        link.parent_epoch === said.epoch &&
        link.audiences === said.audiences.join(',')
      if (!isSame) {
        await takeSnapshot(said, said.head, said.audiences, signal)
        continue
      }
      const asked = { after: link.heard_to, limit: 500, waitMs: waitForNextMs }
      const answer = await ask(syncRoutes.download, asked, signal, waitForNextMs + answerWithinMs)
      if (answer.node !== said.node || answer.epoch !== said.epoch) throw new Error('the parent is another one now')
      if (answer.audiences.join(',') !== link.audiences) throw new Error('this node is in other groups now')
      if (answer.snapshotTo !== null) await takeSnapshot(said, answer.snapshotTo, answer.audiences, signal)
      else if (answer.facts.length > 0) await tell('hear', { facts: answer.facts, to: answer.to })
    }
  }

  const keepSaying = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      await wait(helloEveryMs, signal)
      if (signal.aborted) return
      const said = await sayHello(signal)
      await checkAbove(said.above)
      await change({
        last_contact_ms: clock.nowMs(),
        parent_connected: said.parentConnected === null ? null : said.parentConnected ? 1 : 0,
      })
    }
  }

  /** Runs until something fails. */
  const connect = async (controller: AbortController, connected: () => void): Promise<void> => {
    const { signal } = controller
    const said = await sayHello(signal)
    await checkOwnChain(said.below)
    await checkAbove(said.above)
    const head = work.head()
    sentTo = Math.min(head, await firstUnknown(db, said.below, await ownTips(db, node), stuck))
    await change({
      sent_to: sentTo,
      last_contact_ms: clock.nowMs(),
      parent_connected: said.parentConnected === null ? null : said.parentConnected ? 1 : 0,
    })
    await become('connected')
    connected()
    const parts = [sendUp(signal), hearDown(said, signal), keepSaying(signal)]
    try {
      await Promise.race(parts)
    } finally {
      controller.abort()
      await Promise.allSettled(parts)
    }
  }

  const run = async (): Promise<void> => {
    let failures = 0
    while (!ended) {
      current = new AbortController()
      let pauseMs = 0
      try {
        await connect(current, () => {
          failures = 0
        })
      } catch (error) {
        if (ended) return
        const code = error instanceof ApiRefusal ? error.problem.code : ''
        const refused = error instanceof Refused ? error.state : stateOfCode[code]
        await become(refused ?? 'alone').catch(() => {})
        pauseMs = refused ? refusedPauseMs : jitter(Math.min(longestPauseMs, firstPauseMs * 2 ** failures))
        failures = Math.min(failures + 1, 10)
        log.info(
          { error: error instanceof Error ? error.message : String(error), pauseMs },
          'the parent is not reached',
        )
      }
      if (!ended) await pause(pauseMs)
    }
  }

  const running = run()
  return async () => {
    ended = true
    saved()
    current?.abort()
    endWait()
    await running
  }
}
