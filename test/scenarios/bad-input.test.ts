import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { routesByService } from '../../src/contracts/api.ts'
import { problem } from '../../src/contracts/platform.ts'
import type { Route } from '../../src/contracts/route.ts'
import { maxBodyBytes } from '../../src/platform/http/input.ts'
import type { TestShop } from '../support/shop.ts'
import { startWholeShop } from '../support/whole-shop.ts'

const routes = Object.values(routesByService).flatMap(each => Object.values(each) as Route[])
const someId = '01936d2e-7c00-7000-8000-00000000ffff'
const pathOf = (route: Route, value = someId) => route.path.replace(/:[a-zA-Z]+/g, encodeURIComponent(value))
const named = (list: readonly Route[]) => list.map(route => [`${route.method} ${route.path}`, route] as const)
const withBody = named(routes.filter(route => route.body))

let shop: TestShop
beforeAll(async () => {
  shop = await startWholeShop()
})
afterAll(() => shop.close())

const authorization = 'Bearer all'
const json = 'application/json'
const send = (
  route: Route,
  body: string | undefined,
  headers: Record<string, string> = { authorization, 'content-type': json },
  path = pathOf(route),
) => shop.request(path, { method: route.method, headers, ...(body === undefined ? {} : { body }) })

/** Every refusal is a problem of the 400s with a code, never a 500. */
const refusedBy = async (response: Response): Promise<string> => {
  const text = await response.text()
  expect(response.status, text).toBeGreaterThanOrEqual(400)
  expect(response.status, text).toBeLessThan(500)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  return problem.parse(JSON.parse(text)).code
}

describe('what a stranger may send', () => {
  test.each(named(routes.filter(route => route.scope !== null)))('%s needs a sign-in', async (_name, route) => {
    expect(await refusedBy(await send(route, undefined, {}))).toBe('not-signed-in')
    expect(await refusedBy(await send(route, undefined, { authorization: 'Bearer tw_nobody' }))).toBe('not-signed-in')
  })

  test.each(named(routes.filter(route => route.scope !== null && route.scope !== 'signed-in')))(
    '%s needs its right',
    async (_name, route) => {
      const other = route.scope === 'sales:read' ? 'stock:read' : 'sales:read'
      const body = route.method === 'GET' ? undefined : '{}'
      const sent = await send(route, body, { authorization: `Bearer only:${other}`, 'content-type': json })
      expect(await refusedBy(sent)).toBe('not-allowed')
    },
  )

  test('an unknown address, and a method that an address does not take', async () => {
    expect(await refusedBy(await shop.request('/nothing', { headers: { authorization } }))).toBe('route-unknown')
    const wrong = await shop.request('/sales', { method: 'PUT', headers: { authorization } })
    expect(wrong.status).toBe(405)
    expect(await refusedBy(wrong)).toBe('method-unknown')
  })

  test('a request that another site made with our cookie', async () => {
    const headers = { cookie: 'tillwire_session=all', 'content-type': json, 'sec-fetch-site': 'cross-site' }
    expect(await refusedBy(await shop.request('/suppliers', { method: 'POST', headers, body: '{}' }))).toBe(
      'origin-foreign',
    )
  })
})

describe('bodies that are not what they should be', () => {
  const wholes: Array<[what: string, body: string]> = [
    ['nothing', ''],
    ['half of it', '{"id":'],
    ['a word', 'null'],
    ['a list', '[]'],
    ['an empty object', '{}'],
    ['NaN', '{"id":NaN}'],
    ['a number beyond all', '{"id":1e308,"quantityMicro":9007199254740993}'],
    ['much nesting', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['a prototype', '{"__proto__":{"id":"x"},"constructor":{"prototype":{}}}'],
  ]
  test.each(withBody)('%s refuses them and records nothing', async (_name, route) => {
    const head = shop.host.head()
    for (const [what, body] of wholes) {
      // An empty object is all that some acts need.
      if (what === 'an empty object' && route.body?.safeParse({}).success) continue
      const code = await refusedBy(await send(route, body))
      expect(['json-invalid', 'body-invalid', 'parameters-invalid', 'not-found'], `${what}: ${code}`).toContain(code)
    }
    expect(await refusedBy(await send(route, '<a/>', { authorization, 'content-type': 'text/xml' }))).toMatch(
      /media-type-wrong|parameters-invalid/,
    )
    expect(await refusedBy(await send(route, `"${'x'.repeat((route.maxBodyBytes ?? maxBodyBytes) + 1)}"`))).toMatch(
      /body-too-large|parameters-invalid/,
    )
    expect(shop.host.head()).toBe(head)
  })

  test('any JSON at all, sent anywhere, is answered and never a 500', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...withBody.map(([, route]) => route)),
        fc.json({ maxDepth: 4 }),
        async (route, body) => {
          const { status } = await send(route, body)
          expect(status).toBeLessThan(500)
        },
      ),
      { numRuns: 400 },
    )
  })

  test('any text in an address is answered and never a 500', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...routes.filter(route => route.path.includes(':'))),
        fc.string({ unit: 'binary', minLength: 1 }),
        async (route, text) => {
          let path: string
          try {
            path = pathOf(route, text)
          } catch {
            return // A lone surrogate has no place in an address; no client can send it.
          }
          const { status } = await send(
            route,
            route.body ? '{}' : undefined,
            { authorization, 'content-type': json },
            path,
          )
          expect(status).toBeLessThan(500)
        },
      ),
      { numRuns: 400 },
    )
  })
})

describe('a card number in a free text', () => {
  test('is refused wherever it stands, and not recorded', async () => {
    const head = shop.host.head()
    const supplier = (note: string) => JSON.stringify({ id: someId, supplierId: someId, name: 'Mill', note })
    for (const note of ['4111 1111 1111 1111', 'card 5500-0000-0000-0004 exp 12/29', '378282246310005']) {
      const response = await shop.request('/suppliers', {
        method: 'POST',
        headers: { authorization, 'content-type': json },
        body: supplier(note),
      })
      expect(await refusedBy(response)).toBe('card-number-in-text')
    }
    expect(shop.host.head()).toBe(head)
  })
})

test('names with NUL, right-to-left marks and control characters are kept as they are', async () => {
  const name = 'A\u0000B \u202Eevil\u202C \u0007\u001b[31m'
  const body = JSON.stringify({ id: '01936d2e-7c00-7000-8000-00000000fffe', supplierId: someId, name })
  const response = await shop.request('/suppliers', {
    method: 'POST',
    headers: { authorization, 'content-type': json },
    body,
  })
  expect(response.status).toBe(200)
  expect(((await response.json()) as { name: string }).name).toBe(name)
})
