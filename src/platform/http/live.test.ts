import { afterEach, beforeEach, expect, test } from 'vitest'
import { startTestShop, type TestShop } from '../../../test/support/shop.ts'
import type { Service } from '../host/service.ts'
import { liveResponse } from './live.ts'

const notes = (): Service => ({
  name: 'purchasing',
  migrations: [],
  projections: [],
  owns: ['supplier.saved'],
  consumes: [],
  project: async () => {},
  commands: {
    saveSupplier: {
      decide: (input: { n: number }) => ({
        ok: true,
        facts: [{ id: '', type: 'supplier.saved', body: { n: input.n } }],
      }),
    },
  },
})

let shop: TestShop
beforeEach(async () => {
  shop = await startTestShop(() => ({ services: [notes()], fronts: [] }))
})
afterEach(() => shop.close())

const record = async (from: number, count: number) => {
  const principal = { actor: 'system', name: '', scopes: [] }
  await Promise.all(
    Array.from({ length: count }, (_each, index) =>
      shop.host.execute({ service: 'purchasing', command: 'saveSupplier', input: { n: from + index }, principal }),
    ),
  )
}

/** Event ids of the stream, read one after the other. */
async function* eventIds(path: string, headers: Record<string, string> = {}): AsyncGenerator<number> {
  yield* idsIn(await shop.request(path, { headers: { authorization: 'Bearer all', ...headers } }))
}
async function* idsIn(response: Response): AsyncGenerator<number> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    const whole = text.split('\n\n')
    text = whole.pop() ?? ''
    for (const event of whole) {
      const id = /^id: (\d+)$/m.exec(event)?.[1]
      if (id) yield Number(id)
    }
  }
}

test('a reader gets all that was recorded before it came, and all that comes after, in order and once', async () => {
  await record(1, 2_500)
  const seen: number[] = []
  for await (const id of eventIds('/live?after=0')) {
    seen.push(id)
    if (id === 2_500) await record(2_501, 10)
    if (id === 2_510) break
  }
  expect(seen).toEqual(Array.from({ length: 2_510 }, (_each, index) => index + 1))
})

test('a commit of which nothing more is told is read from the journal, in order and once', async () => {
  const { host, database: db, ports } = shop
  let told = 0
  const response = liveResponse({
    db,
    feed: {
      ...host,
      // As it is while the thread that writes has not heard yet that someone listens: each second commit is told in full.
      onCommit: listener =>
        host.onCommit(facts => {
          told += 1
          listener(told % 2 === 1 ? null : facts)
        }),
    },
    timers: ports.timers,
    after: 0,
    types: undefined,
    bodies: false,
    sees: () => true,
    signal: new AbortController().signal,
  })
  const seen: number[] = []
  await record(1, 1)
  for await (const id of idsIn(response)) {
    seen.push(id)
    if (id === 10) break
    await record(id + 1, 1)
  }
  expect(seen).toEqual(Array.from({ length: 10 }, (_each, index) => index + 1))
})

test('a browser that reconnects goes on where it was', async () => {
  await record(1, 5)
  for await (const id of eventIds('/live', { 'last-event-id': '3' })) {
    expect(id).toBe(4)
    break
  }
})

test('without the right to read facts only what happened is told, not its content', async () => {
  await record(1, 1)
  const read = async (token: string) => {
    const response = await shop.request('/live?after=0', { headers: { authorization: `Bearer ${token}` } })
    const decoder = new TextDecoder()
    let text = ''
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true })
      if (text.includes('event: fact') && text.endsWith('\n\n')) break
    }
    return text
  }
  expect(await read('all')).toContain('"body":{"n":1}')
  const without = await read('only:sales:write')
  expect(without).toContain('"type":"supplier.saved"')
  expect(without).not.toContain('"body"')
})
