import { v7 } from 'uuid'
import type { Client } from '../../src/contracts/client.ts'
import { type Fact, wireVersion } from '../../src/contracts/fact.ts'
import { type SentFact, syncRoutes } from '../../src/contracts/sync.ts'
import { createSaleEntries } from '../sale-facts.ts'
import { monotonicUs } from '../statistics.ts'
import { createChain, type Device, parentOf } from './device.ts'
import type { DeviceOrder, DeviceResult, FromDevices, Heard, ToDevices, Uploads } from './device-messages.ts'

/**
 * Plays devices: a process of its own, because it shares the cores with what it measures. Each keeps its connection as
 * src/sync/connection.ts does: it says hello at first and every quarter of a minute, holds a request open for what comes down, and
 * sends its facts up one batch after the other. Takes one order from its parent and ends when the parent has the result.
 */
const helloEveryMs = 15_000
const waitMs = 25_000
const helloAtOnce = 50

type Connected = { device: Device; parent: Client; heardTo: number }
const say = (message: FromDevices) => process.send?.(message)
const heard = new Map<string, Heard>()
const ending = new AbortController()
/** What has been asked and not answered. */
const underWay = new Set<Promise<unknown>>()
let held = 0
let hellos = 0
let beganUs = 0
let cpuAtBegin = process.cpuUsage()

const hello = async ({ parent, heardTo }: Connected) => {
  hellos += 1
  const clockMs = Date.now()
  return parent.call(syncRoutes.hello, { program: 'bench', wire: wireVersion, clockMs, waiting: 0, heardTo })
}

const hear = (facts: readonly SentFact[]): void => {
  const nowUs = monotonicUs()
  for (const { text } of facts) {
    const { id } = JSON.parse(text) as Pick<Fact, 'id'>
    const before = heard.get(id)
    heard.set(id, { devices: (before?.devices ?? 0) + 1, lastUs: nowUs })
  }
}

/** Holds a request open, one after the other, until the end. */
const listen = async (connected: Connected): Promise<void> => {
  while (!ending.signal.aborted) {
    held += 1
    const asked = { after: connected.heardTo, limit: 500, waitMs }
    const answer = await connected.parent.call(syncRoutes.download, asked, { signal: ending.signal })
    held -= 1
    if (answer.snapshotTo !== null) throw new Error('a snapshot is offered to one who has heard all')
    hear(answer.facts)
    connected.heardTo = answer.to
  }
}

/** Begins like a device that has heard all that came down so far. Hellos are spread as those of many devices are. */
const connect = async (devices: readonly Device[]): Promise<Connected[]> => {
  const all: Connected[] = []
  for (let from = 0; from < devices.length; from += helloAtOnce) {
    const some = devices.slice(from, from + helloAtOnce).map(async device => {
      const connected = { device, parent: await parentOf(device), heardTo: 0 }
      connected.heardTo = (await hello(connected)).head
      return connected
    })
    all.push(...(await Promise.all(some)))
  }
  all.forEach((connected, index) => {
    failing(listen(connected))
    setTimeout(
      () =>
        setInterval(() => {
          if (!ending.signal.aborted) failing(hello(connected))
        }, helloEveryMs).unref(),
      (index * helloEveryMs) / all.length,
    ).unref()
  })
  return all
}

/** Whatever fails before the end fails the load. */
const failing = (work: Promise<unknown>): void => {
  const settled = work
    .catch(error => {
      if (ending.signal.aborted) return
      console.error(error)
      process.exit(1)
    })
    .finally(() => underWay.delete(settled))
  underWay.add(settled)
}

const upload = async ({ parent }: Connected, facts: readonly SentFact[]): Promise<void> => {
  const { taken, gaps, forks } = await parent.call(syncRoutes.upload, { facts: [...facts], more: false })
  if (taken !== facts.length || gaps.length > 0 || forks.length > 0)
    throw new Error(`of ${facts.length} facts ${taken} were taken in`)
}

type Sent = { tookUs: number[]; facts: number; measuredUs: number }

/** A sale every so often, made and linked at that moment, sent as soon as the last batch is acknowledged. */
const sellPaced = async (
  connected: Connected,
  startUs: number,
  { everyMs, salesEach, warmUpSales }: Extract<Uploads, { kind: 'paced' }>,
  catalogueVersion: number,
): Promise<number[]> => {
  const { nodeId: id, epoch, store, handle: till } = connected.device
  const next = createChain(
    { id, epoch, store },
    createSaleEntries({ till, catalogueVersion, firstAtMs: Date.now() - salesEach * everyMs }),
  )
  const dueUs = (index: number) => startUs + index * everyMs * 1_000
  const tookUs: number[] = []
  for (let made = 0; made < salesEach; ) {
    const restMs = (dueUs(made) - monotonicUs()) / 1_000
    if (restMs > 0) await new Promise(resolve => setTimeout(resolve, restMs))
    // A timer is late by up to a millisecond: the sale is made when it rings. One that was due before waited for an answer.
    const madeUs = [restMs > 0 ? monotonicUs() : dueUs(made)]
    while (made + madeUs.length < salesEach && dueUs(made + madeUs.length) <= monotonicUs())
      madeUs.push(dueUs(made + madeUs.length))
    await upload(connected, next(madeUs.length))
    const nowUs = monotonicUs()
    for (const each of madeUs) tookUs.push(nowUs - each)
    made += madeUs.length
  }
  return tookUs.slice(warmUpSales)
}

const paced = async (
  all: readonly Connected[],
  order: DeviceOrder,
  uploads: Extract<Uploads, { kind: 'paced' }>,
): Promise<Sent> => {
  const startUs = monotonicUs()
  const each = all.map((connected, index) => {
    const firstUs = startUs + (index * uploads.everyMs * 1_000) / all.length
    return sellPaced(connected, firstUs, uploads, order.catalogueVersion)
  })
  const tookUs = (await Promise.all(each)).flat()
  return { tookUs, facts: tookUs.length, measuredUs: monotonicUs() - startUs }
}

/** Batches of a store, made beforehand: sales of its tills in turn, as they lie in its journal. */
const makeBatches = (
  { device }: Connected,
  { factsAtOnce, batchesEach, tillsEach }: Extract<Uploads, { kind: 'batches' }>,
  catalogueVersion: number,
): SentFact[][] => {
  const chains = Array.from({ length: tillsEach }, (_, index) => {
    const till = `till-${index + 1}`
    return createChain(
      { id: v7(), epoch: 1, store: device.store },
      createSaleEntries({ till, catalogueVersion, firstAtMs: Date.now() - 3_600_000 }),
    )
  })
  const next = (index: number): SentFact[] => chains[index % chains.length]?.(1) ?? []
  return Array.from({ length: batchesEach }, () =>
    Array.from({ length: factsAtOnce }, (_, index) => next(index)).flat(),
  )
}

const inBatches = async (
  all: readonly Connected[],
  batches: ReadonlyArray<ReadonlyArray<readonly SentFact[]>>,
  { factsAtOnce, warmUpFacts }: Extract<Uploads, { kind: 'batches' }>,
): Promise<Sent> => {
  const tookUs: number[] = []
  let acknowledged = 0
  let measuredFromUs = Number.NaN
  const send = async (connected: Connected, index: number): Promise<void> => {
    for (const batch of batches[index] ?? []) {
      const sentUs = monotonicUs()
      await upload(connected, batch)
      const nowUs = monotonicUs()
      acknowledged += factsAtOnce
      if (acknowledged === warmUpFacts) measuredFromUs = nowUs
      else if (acknowledged > warmUpFacts) tookUs.push(nowUs - sentUs)
    }
  }
  await Promise.all(all.map(send))
  return { tookUs, facts: acknowledged - warmUpFacts, measuredUs: monotonicUs() - measuredFromUs }
}

const prepare = (order: DeviceOrder, all: readonly Connected[]): (() => Promise<Sent>) => {
  const { uploads, catalogueVersion } = order
  if (uploads?.kind === 'paced') return () => paced(all, order, uploads)
  if (uploads?.kind !== 'batches') return async () => ({ tookUs: [], facts: 0, measuredUs: 0 })
  const batches = all.map(connected => makeBatches(connected, uploads, catalogueVersion))
  return () => inBatches(all, batches, uploads)
}

let run: () => Promise<Sent> = async () => ({ tookUs: [], facts: 0, measuredUs: 0 })
let sent: Sent = { tookUs: [], facts: 0, measuredUs: 0 }

const resultOf = (): DeviceResult => {
  const cpu = process.cpuUsage(cpuAtBegin)
  const coreShare = (cpu.user + cpu.system) / (monotonicUs() - beganUs)
  const { facts, measuredUs } = sent
  return { tookUs: Float64Array.from(sent.tookUs), facts, measuredUs, heard, held, hellos, coreShare }
}

const begin = (): void => {
  beganUs = monotonicUs()
  cpuAtBegin = process.cpuUsage()
}

process.on('message', (message: ToDevices) => {
  switch (message.kind) {
    case 'order':
      failing(
        connect(message.order.devices).then(all => {
          run = prepare(message.order, all)
          begin()
          say({ kind: 'ready' })
        }),
      )
      return
    case 'begin':
      begin()
      failing(
        run().then(all => {
          sent = all
          say({ kind: 'sent' })
        }),
      )
      return
    case 'look':
      say({ kind: 'result', result: resultOf() })
      return
    case 'end': {
      const result = resultOf()
      ending.abort()
      Promise.all(underWay).then(() => say({ kind: 'result', result }))
    }
  }
})
process.once('disconnect', () => process.exit(0))
