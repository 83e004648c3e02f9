import { connect, type Socket } from 'node:net'
import { v7 } from 'uuid'
import { monotonicUs } from '../statistics.ts'
import type { AnsweredSale, LoadOrder, LoadResult, Work } from './messages.ts'
import { readResponse } from './response.ts'

/**
 * The load generator: a process of its own that does as little as it can for each request, because it shares the cores with
 * what it measures. Takes one order from its parent, answers one result, and ends when the
 * parent has it.
 */
type Client = { till: string; socket: Socket; waiting: string; template: number; id: string; sentUs: number }

const positionHeader = /\r\ntillwire-position: *(\d+)/i
const refusalsKept = 5

const requestOf = (work: Work, index: number, client: Client): string => {
  if (work.kind === 'requests') return work.requests[index]!
  const { head, tail } = work.templates[index]!
  client.id = v7()
  return `${head}{"id":"${client.id}","till":"${client.till}",${tail}`
}

const connected = (host: string, port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true })
    socket.once('connect', () => resolve(socket))
    socket.once('error', reject)
  })

const generate = async ({ host, port, work, pace, keepSales }: LoadOrder): Promise<LoadResult> => {
  const choices = work.kind === 'sales' ? work.templates.length : work.requests.length
  const tookUs: number[] = []
  const statuses: Record<string, number> = {}
  const refusals: string[] = []
  const answered = new Array<number>(choices).fill(0)
  const sales: AnsweredSale[] = []
  const startUs = monotonicUs()
  const measureFromUs = startUs + pace.warmUpMs * 1_000
  const untilUs = measureFromUs + pace.measuredMs * 1_000
  let cpuAtMeasure = process.cpuUsage()
  setTimeout(() => {
    cpuAtMeasure = process.cpuUsage()
  }, pace.warmUpMs)
  let next = 0
  let underWay = 0
  let due = 0
  let allSent = false
  const idle: Client[] = []
  const late: number[] = []
  let finish: () => void = () => {}
  const finished = new Promise<void>(resolve => {
    finish = resolve
  })

  const send = (client: Client, sentUs: number): void => {
    client.template = next % choices
    next += 1
    client.sentUs = sentUs
    underWay += 1
    client.socket.write(requestOf(work, client.template, client), 'latin1')
  }

  const take = (client: Client, status: number, head: string, body: string): void => {
    const nowUs = monotonicUs()
    underWay -= 1
    statuses[status] = (statuses[status] ?? 0) + 1
    answered[client.template]! += 1
    if (status !== 200 && refusals.length < refusalsKept) refusals.push(`${status} ${body}`)
    if (client.sentUs >= measureFromUs && client.sentUs < untilUs) tookUs.push(nowUs - client.sentUs)
    if (keepSales) {
      const position = Number(positionHeader.exec(head)?.[1] ?? 0)
      sales.push({ id: client.id, template: client.template, position, sentUs: client.sentUs, answeredUs: nowUs })
    }
    if (pace.kind === 'closed') {
      if (nowUs < untilUs && next < (pace.atMost ?? Number.POSITIVE_INFINITY)) send(client, nowUs)
      else if (underWay === 0) finish()
      return
    }
    const dueUs = late.shift()
    if (dueUs !== undefined) send(client, dueUs)
    else {
      idle.push(client)
      if (allSent && underWay === 0) finish()
    }
  }

  const listen = (client: Client): void => {
    client.socket.setEncoding('latin1')
    client.socket.on('data', text => {
      client.waiting += text
      const response = readResponse(client.waiting)
      if (!response) return
      client.waiting = client.waiting.slice(response.bytes)
      take(client, response.status, response.head, response.body)
    })
    client.socket.on('error', error => {
      throw error
    })
    client.socket.on('close', () => {
      if (underWay > 0) throw new Error('the server closed a connection under load')
    })
  }

  /** Sends what has come due since the last look; a timer is late by up to a millisecond, which counts as the server's. */
  const tick = (perSecond: number): void => {
    const nowUs = monotonicUs()
    for (;;) {
      const dueUs = startUs + (due * 1_000_000) / perSecond
      if (dueUs >= untilUs) {
        allSent = true
        if (underWay === 0) finish()
        return
      }
      if (dueUs > nowUs) break
      due += 1
      const client = idle.pop()
      if (client) send(client, dueUs)
      else late.push(dueUs)
    }
    setTimeout(tick, 1, perSecond)
  }

  const sockets = await Promise.all(Array.from({ length: pace.clients }, () => connected(host, port)))
  const clients = sockets.map((socket, index): Client => {
    const named = work.kind === 'sales' ? work.till : undefined
    const till = named ?? `bench-${String(index).padStart(3, '0')}`
    return { till, socket, waiting: '', template: 0, id: '', sentUs: 0 }
  })
  for (const client of clients) listen(client)
  if (pace.kind === 'closed') for (const client of clients) send(client, monotonicUs())
  else {
    idle.push(...clients)
    tick(pace.perSecond)
  }
  await finished
  const measuredUs = monotonicUs() - measureFromUs
  const cpu = process.cpuUsage(cpuAtMeasure)
  for (const socket of sockets) socket.destroy()
  return {
    tookUs: Float64Array.from(tookUs),
    measuredUs,
    statuses,
    refusals,
    answered,
    sales,
    coreShare: (cpu.user + cpu.system) / measuredUs,
  }
}

process.on('message', async (order: LoadOrder) => {
  process.send?.(await generate(order))
})
