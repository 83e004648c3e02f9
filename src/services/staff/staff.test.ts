import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { refusalOf } from '../../../test/support/refusal.ts'
import type { TestShop } from '../../../test/support/shop.ts'
import { startWholeShop, testSetupCode } from '../../../test/support/whole-shop.ts'
import { platformRoutes } from '../../contracts/platform.ts'
import { staffRoutes } from '../../contracts/staff.ts'
import { createAuthenticator } from './authenticator.ts'

/** A clock that a test moves. */
let nowMs = Date.parse('2026-01-05T08:00:00Z')
const ports = { clock: { nowMs: () => nowMs, nowUs: () => nowMs * 1_000 } }

let folder: string
let shop: TestShop
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tillwire-staff-'))
  shop = await startWholeShop({ folder, ports })
})
afterEach(async () => {
  await shop.close()
  rmSync(folder, { recursive: true })
})
const reopen = async () => {
  await shop.close()
  shop = await startWholeShop({ folder, ports })
}
const id = () => shop.ports.ids.next()
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  shop.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
const owner = { name: 'Ana', pin: '204816' }
const setUp = (code = testSetupCode) => shop.client.call(staffRoutes.setUpOwner, { id: id(), code, ...owner })
const add = (name: string, role: 'cashier' | 'manager' | 'owner', pin: string) =>
  shop.client.call(staffRoutes.addPerson, { id: id(), name, role, pin })
const signIn = (number: number, pin: string) => shop.client.call(staffRoutes.signIn, { number, pin })
const who = (secret: string) =>
  createAuthenticator(shop.database, shop.ports.clock, shop.ports.secrets, shop.host.node).authenticate(secret)

describe('the first owner', () => {
  test('is set up once, by the code, which can be guessed at a few times only', async () => {
    for (let attempt = 0; attempt < 4; attempt++)
      expect((await refusalOf(setUp('GUESS'))).code).toBe('setup-code-wrong')
    expect((await refusalOf(setUp('GUESS'))).code).toBe('setup-code-wrong')
    expect(await refusalOf(setUp())).toMatchObject({ code: 'pin-locked', status: 429 })
    nowMs += 60_000
    expect((await setUp()).person).toMatchObject({ number: 1, name: 'Ana', role: 'owner', active: true })
    expect((await refusalOf(setUp())).code).toBe('setup-done')
    expect(await shop.client.call(staffRoutes.setupState, {})).toEqual({ needed: false })
  })

  test('sent again under the same id answers the same', async () => {
    const body = { id: id(), code: testSetupCode, ...owner }
    const first = await shop.client.call(staffRoutes.setUpOwner, body)
    expect(await shop.client.call(staffRoutes.setUpOwner, body)).toEqual(first)
    expect((await refusalOf(shop.client.call(staffRoutes.setUpOwner, { ...body, name: 'Eve' }))).code).toBe('id-reused')
  })
})

describe('signing in', () => {
  beforeEach(async () => {
    await setUp()
  })

  test('gives a session that ends by time, by signing out and by a new PIN', async () => {
    const { token, person } = await signIn(1, owner.pin)
    expect(await who(token)).toMatchObject({ name: 'Ana', personId: person.personId })
    const out = await shop.request('/sessions/current', { method: 'DELETE', headers: { authorization: 'Bearer all' } })
    expect(out.status).toBe(200)
    nowMs += 13 * 3_600_000
    expect(await who(token)).toBeNull()
    const { token: next } = await signIn(1, owner.pin)
    await shop.client.call(staffRoutes.setPin, { personId: person.personId, id: id(), pin: '971352' })
    expect(await who(next)).toBeNull()
    expect((await refusalOf(signIn(1, owner.pin))).code).toBe('pin-wrong')
    await signIn(1, '971352')
  })

  test('sets a cookie that no script and no other site gets, and only over HTTPS where there is HTTPS', async () => {
    const response = await post('/sessions', { number: 1, pin: owner.pin })
    expect(response.headers.get('set-cookie')).toMatch(
      /^tillwire_session=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=43200$/,
    )
    const secure = await shop.app.fetch(
      new Request('https://shop.test/api/v1/sessions', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ number: 1, pin: owner.pin }),
      }),
    )
    expect(secure.headers.get('set-cookie')).toContain('; Secure')
  })

  test('locks after five wrong PINs, longer each time, and a restart does not open it', async () => {
    for (let attempt = 0; attempt < 5; attempt++) expect((await refusalOf(signIn(1, '000001'))).code).toBe('pin-wrong')
    expect(await refusalOf(signIn(1, owner.pin))).toMatchObject({ code: 'pin-locked', detail: { waitSeconds: 30 } })
    await reopen()
    expect((await refusalOf(signIn(1, owner.pin))).code).toBe('pin-locked')
    nowMs += 30_001
    expect((await refusalOf(signIn(1, '000001'))).code).toBe('pin-wrong')
    expect(await refusalOf(signIn(1, owner.pin))).toMatchObject({ detail: { waitSeconds: 60 } })
    nowMs += 60_001
    await signIn(1, owner.pin)
    expect((await refusalOf(signIn(1, '000001'))).code).toBe('pin-wrong')
  })

  test('guesses made at the same time are all counted', async () => {
    const codes = await Promise.all(
      Array.from({ length: 20 }, (_each, n) =>
        refusalOf(signIn(1, String(n).padStart(6, '0'))).then(refused => refused.code),
      ),
    )
    expect(codes.filter(code => code === 'pin-wrong')).toHaveLength(5)
    expect(codes.filter(code => code === 'pin-locked')).toHaveLength(15)
  })

  test('an unknown number is answered like a wrong PIN, and is locked like one', async () => {
    for (let attempt = 0; attempt < 5; attempt++)
      expect(await refusalOf(signIn(77, '000001'))).toEqual({ code: 'pin-wrong', status: 401 })
    expect((await refusalOf(signIn(77, '000001'))).code).toBe('pin-locked')
  })
})

describe('people', () => {
  beforeEach(async () => {
    await setUp()
  })

  test('have numbers of their own and PINs that are not the first anyone tries', async () => {
    expect(await add('Ben', 'manager', '573920')).toMatchObject({ number: 2 })
    expect(await add('Cleo', 'cashier', '861357')).toMatchObject({ number: 3 })
    expect(
      (
        await refusalOf(
          shop.client.call(staffRoutes.addPerson, { id: id(), name: 'Dan', role: 'cashier', pin: '192837', number: 2 }),
        )
      ).code,
    ).toBe('number-taken')
    for (const pin of ['111111', '123456', '987654'])
      expect((await refusalOf(add('Eve', 'cashier', pin))).code).toBe('pin-too-simple')
    expect((await shop.client.call(staffRoutes.listPeople, {})).rows.map(person => person.name)).toEqual([
      'Ana',
      'Ben',
      'Cleo',
    ])
  })

  test('who is let go is out at once, and the last owner stays', async () => {
    const ben = await add('Ben', 'manager', '573920')
    const { token } = await signIn(2, '573920')
    await shop.client.call(staffRoutes.changePerson, { personId: ben.personId, id: id(), active: false })
    expect(await who(token)).toBeNull()
    expect((await refusalOf(signIn(2, '573920'))).code).toBe('pin-wrong')
    const [ana] = (await shop.client.call(staffRoutes.listPeople, {})).rows
    expect(
      (
        await refusalOf(
          shop.client.call(staffRoutes.changePerson, { personId: ana!.personId, id: id(), role: 'manager' }),
        )
      ).code,
    ).toBe('last-owner')
  })

  test('no one gives rights that they do not have', async () => {
    const manager = shop.clientWith('people:write', 'tokens:write', 'sales:write')
    expect(
      (await refusalOf(manager.call(staffRoutes.addPerson, { id: id(), name: 'Eve', role: 'owner', pin: '573921' })))
        .code,
    ).toBe('scope-exceeds-own')
    expect(
      (await refusalOf(manager.call(staffRoutes.createToken, { id: id(), name: 'x', scopes: ['operations'] }))).code,
    ).toBe('scope-exceeds-own')
    expect(await manager.call(staffRoutes.createToken, { id: id(), name: 'x', scopes: ['sales:write'] })).toMatchObject(
      { name: 'x' },
    )
  })
})

describe('tokens', () => {
  test('work until they are revoked; the secret is shown once', async () => {
    const request = { id: id(), name: 'Web shop', scopes: ['sales:write' as const] }
    const { secret = '', tokenId } = await shop.client.call(staffRoutes.createToken, request)
    expect(secret).toMatch(/^tw_[\w-]{43}$/)
    expect(await who(secret)).toMatchObject({ actor: `token:${tokenId}`, scopes: ['sales:write'] })
    expect((await shop.client.call(staffRoutes.createToken, request)).secret).toBeUndefined()
    await shop.client.call(staffRoutes.revokeToken, { tokenId })
    expect(await who(secret)).toBeNull()
    expect((await shop.client.call(staffRoutes.listTokens, {})).rows).toMatchObject([{ tokenId, revokedAtMs: nowMs }])
  })

  test('are remembered until something changes', async () => {
    const { secret = '', tokenId } = await shop.client.call(staffRoutes.createToken, {
      id: id(),
      name: 'x',
      scopes: ['sales:write'],
    })
    const { authenticate, forget } = createAuthenticator(
      shop.database,
      shop.ports.clock,
      shop.ports.secrets,
      shop.host.node,
    )
    const known = await authenticate(secret)
    expect(await authenticate(secret)).toBe(known)
    await shop.client.call(staffRoutes.revokeToken, { tokenId })
    forget()
    expect(await authenticate(secret)).toBeNull()
  })
})

test('no PIN and no secret is in a file or a fact, and a rebuild changes nothing', async () => {
  await setUp()
  await add('Ben', 'manager', '573920')
  const { token } = await signIn(2, '573920')
  const { secret = '' } = await shop.client.call(staffRoutes.createToken, {
    id: id(),
    name: 'x',
    scopes: ['sales:write'],
  })
  const facts = JSON.stringify((await shop.client.call(platformRoutes.listFacts, { after: 0, limit: 1_000 })).rows)
  const bytes = readdirSync(folder).map(file => readFileSync(join(folder, file)))
  for (const hidden of [owner.pin, '573920', token, secret]) {
    expect(facts).not.toContain(hidden)
    for (const file of bytes) expect(file.includes(hidden)).toBe(false)
  }
  expect((await shop.host.rebuild()).filter(table => !table.same)).toEqual([])
})
