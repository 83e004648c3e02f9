import fc from 'fast-check'
import { createSignature } from 'http-message-sig'
import { beforeAll, describe, expect, test } from 'vitest'
import { fromBase64url, toBase64url } from './bytes.ts'
import { createNonces } from './nonces.ts'
import type { Signer } from './ports.ts'
import { contentDigest, personHeader, signedFetcher, signRequest, verifyRequest } from './signed-request.ts'
import { systemPorts } from './system.ts'
import { type DeviceKeys, makeDeviceKeys, privateKeyText, readDeviceKeys, signerOf, webKeys } from './web-keys.ts'

const nodeId = '01936d2e-7c00-7000-8000-0000000000d1'
const body = new TextEncoder().encode('{"id":"x"}')
const url = 'http://store.test/api/v1/sales?after=3'
let keys: DeviceKeys
let signer: Signer
beforeAll(async () => {
  keys = (await makeDeviceKeys()).keys
  signer = signerOf(nodeId, keys)
})

const request = (headers: Record<string, string> = {}, at = url, method = 'POST') =>
  new Request(at, { method, headers, ...(method === 'POST' ? { body } : {}) })
const signed = async (asked = request(), by = signer) => {
  const headers = new Headers(asked.headers)
  for (const [name, value] of Object.entries(await signRequest(asked, body, { signer: by, keys: webKeys, nonce: 'n' })))
    headers.set(name, value)
  return headers
}
const verify = (headers: Headers, at = url, method = 'POST') =>
  verifyRequest({ url: at, method, headers }, webKeys, async () => ({ ok: true, publicKeys: [keys.publicKey] }))
const wrong = { ok: false, code: 'signature-wrong' }

describe('a signed request', () => {
  test('is known by its key, as RFC 9421 has it', async () => {
    const headers = await signed()
    expect(headers.get('signature-input')).toBe(
      `sig1=("@method" "@path" "@query" "content-digest");keyid="${nodeId}";alg="ed25519";nonce="n"`,
    )
    expect(await verify(headers)).toEqual({
      ok: true,
      nodeId,
      publicKey: keys.publicKey,
      contentDigest: await contentDigest(webKeys, body),
    })
  })

  test('is another one with another path, query, method, digest, nonce, node or person', async () => {
    const headers = await signed()
    expect(await verify(headers, 'http://store.test/api/v1/returns?after=3')).toMatchObject(wrong)
    expect(await verify(headers, 'http://store.test/api/v1/sales?after=4')).toMatchObject(wrong)
    expect(await verify(headers, url, 'PUT')).toMatchObject(wrong)
    const changed = (name: string, from: string | RegExp, to: string) => {
      const other = new Headers(headers)
      other.set(name, (other.get(name) ?? '').replace(from, to))
      return other
    }
    const other = await contentDigest(webKeys, new Uint8Array([1]))
    for (const headers of [
      changed('content-digest', /.*/, other),
      changed('signature-input', 'nonce="n"', 'nonce="m"'),
      changed('signature-input', nodeId, nodeId.replace('d1', 'd2')),
      changed('signature-input', ' "content-digest"', ''),
      changed('signature-input', ';nonce="n"', ''),
      changed('signature-input', 'ed25519', 'hmac-sha256'),
      changed('signature', /:.*:/, ':AAAA:'),
    ])
      expect(await verify(headers)).toMatchObject(wrong)
    const withPerson = new Headers(headers)
    withPerson.set(personHeader, 'someone')
    expect(await verify(withPerson)).toMatchObject(wrong)
  })

  test('names a person, whom nobody changes on the way', async () => {
    const headers = await signed(request({ [personHeader]: 'ana' }))
    expect(await verify(headers)).toMatchObject({ ok: true })
    headers.set(personHeader, 'eve')
    expect(await verify(headers)).toMatchObject(wrong)
    headers.delete(personHeader)
    expect(await verify(headers)).toMatchObject(wrong)
  })

  test('by another key is refused, and host and scheme do not matter', async () => {
    const other = signerOf(nodeId, (await makeDeviceKeys()).keys)
    expect(await verify(await signed(request(), other))).toMatchObject(wrong)
    expect(await verify(await signed(), 'https://elsewhere.test:8443/api/v1/sales?after=3')).toMatchObject({ ok: true })
  })

  test('that was signed well, but not all that counts, is refused', async () => {
    const digest = await contentDigest(webKeys, body)
    const parameters = { keyid: nodeId, alg: 'ed25519', nonce: 'n' }
    const all = ['@method', '@path', '@query', 'content-digest']
    const signing = async (components: string[], given: Record<string, string>) => {
      const { signature, signatureInput } = await createSignature(request({ 'content-digest': digest }), {
        components,
        parameters: given,
        signer: { algorithm: 'ed25519', sign: bytes => signer.sign(bytes) },
      })
      return verify(new Headers({ 'content-digest': digest, signature, 'signature-input': signatureInput }))
    }
    expect(await signing(all, parameters)).toMatchObject({ ok: true })
    for (const left of all)
      expect(
        await signing(
          all.filter(each => each !== left),
          parameters,
        ),
      ).toMatchObject(wrong)
    for (const left of Object.keys(parameters)) {
      const rest = Object.fromEntries(Object.entries(parameters).filter(([name]) => name !== left))
      expect(await signing(all, rest)).toMatchObject(wrong)
    }
    const longAgo = { ...parameters, created: 1, expires: 2 }
    const { signature, signatureInput } = await createSignature(request({ 'content-digest': digest }), {
      components: all,
      parameters: longAgo,
      signer: { algorithm: 'ed25519', sign: bytes => signer.sign(bytes) },
    })
    const headers = new Headers({ 'content-digest': digest, signature, 'signature-input': signatureInput })
    expect(await verify(headers)).toMatchObject({ ok: true })
  })

  test('any headers at all are refused and never thrown at', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 }).map(each => each.replace(/[^\t -~]/g, ''))
    const input = fc.oneof(
      text,
      fc.tuple(text, text, text).map(([a, b, c]) => `${a || 'sig1'}=("@method" "${b}");keyid="${nodeId}"${c}`),
      fc
        .tuple(fc.constantFrom('sf', 'bs', 'tr', 'req', 'key', 'x'), text)
        .map(([name, value]) => `sig1=("@path";${name} "@query" "content-digest");alg="ed25519";nonce="${value}"`),
      fc.json().map(each => each.replace(/[^\t -~]/g, '')),
    )
    const honest = await signed()
    await fc.assert(
      fc.asyncProperty(input, text, text, async (signatureInput, signature, digest) => {
        const headers = new Headers({ 'signature-input': signatureInput, signature, 'content-digest': digest })
        expect(await verify(headers)).toMatchObject(wrong)
        headers.set('signature', honest.get('signature') ?? '')
        headers.set('content-digest', honest.get('content-digest') ?? '')
        expect(await verify(headers)).toMatchObject(wrong)
      }),
      { numRuns: 2_000 },
    )
  })

  test('an outage of whoever knows the keys stays an outage', async () => {
    const headers = await signed()
    const asked = { url, method: 'POST', headers }
    const lookUp = () => Promise.reject(new Error('the disk is gone'))
    await expect(verifyRequest(asked, webKeys, lookUp)).rejects.toThrow('the disk is gone')
    const broken = { ...webKeys, verify: lookUp }
    const known = async () => ({ ok: true as const, publicKeys: [keys.publicKey] })
    await expect(verifyRequest(asked, broken, known)).rejects.toThrow('the disk is gone')
  })
})

describe('keys', () => {
  test('stay inside, unless they are made for a file', async () => {
    await expect(privateKeyText(keys)).rejects.toThrow()
    const { keys: forFile, pinSecret } = await makeDeviceKeys(true)
    const read = await readDeviceKeys({
      privateKey: fromBase64url(await privateKeyText(forFile)),
      publicKey: forFile.publicKey,
      pinSecret: fromBase64url(pinSecret),
    })
    const bytes = new TextEncoder().encode('x')
    const signature = await signerOf(nodeId, read).sign(bytes)
    expect(await webKeys.verify(fromBase64url(forFile.publicKey), bytes, signature)).toBe(true)
    expect(await webKeys.verify(fromBase64url(keys.publicKey), bytes, signature)).toBe(false)
    await expect(privateKeyText(read)).rejects.toThrow()
  })

  test('verify the first test of RFC 8032 (section 7.1), and nothing that is no key', async () => {
    const fromHex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'))
    const publicKey = fromHex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a')
    const signature = fromHex(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    )
    expect(await webKeys.verify(publicKey, new Uint8Array(), signature)).toBe(true)
    expect(await webKeys.verify(publicKey, new Uint8Array([0]), signature)).toBe(false)
    expect(await webKeys.verify(publicKey, new Uint8Array(), signature.subarray(1))).toBe(false)
    expect(await webKeys.verify(new Uint8Array(7), new Uint8Array(), signature)).toBe(false)
  })

  test('bytes as text come back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), bytes => {
        expect(fromBase64url(toBase64url(bytes))).toEqual(Uint8Array.from(bytes))
      }),
    )
  })
})

describe('a nonce', () => {
  let nowMs = Date.parse('2026-01-05T08:00:00Z')
  const { keys: port, secrets } = systemPorts('silent')
  const clock = { nowMs: () => nowMs, nowUs: () => nowMs * 1_000 }

  test('is good for five to ten minutes of the clock of whoever gave it, and for no other', async () => {
    const nonces = createNonces({ clock, keys: port, secrets })
    const nonce = await nonces.next()
    expect(await nonces.isFresh(nonce)).toBe(true)
    nowMs += 5 * 60_000
    expect(await nonces.isFresh(nonce)).toBe(true)
    expect(await nonces.next()).not.toBe(nonce)
    nowMs += 5 * 60_000
    expect(await nonces.isFresh(nonce)).toBe(false)
    const others = createNonces({ clock, keys: port, secrets })
    expect(await nonces.isFresh(await others.next())).toBe(false)
    const late = await nonces.next()
    nowMs -= 365 * 86_400_000
    expect(await nonces.isFresh(late)).toBe(false)
    expect(await nonces.isFresh('')).toBe(false)
  })

  test('is fetched once and then comes along', async () => {
    const seen: string[] = []
    let given = 0
    const server = async (asked: Request): Promise<Response> => {
      const nonce = /nonce="([^"]*)"/.exec(asked.headers.get('signature-input') ?? '')?.[1] ?? ''
      seen.push(`${nonce} ${await asked.text()}`)
      const headers = { 'tillwire-nonce': `n${++given}` }
      const needed = { type: '', title: '', status: 401, code: 'nonce-needed' }
      return nonce === '' ? Response.json(needed, { status: 401, headers }) : Response.json({}, { headers })
    }
    const send = signedFetcher(server, signer, webKeys)
    expect((await send(request())).status).toBe(200)
    expect((await send(request())).status).toBe(200)
    expect(seen).toEqual([' {"id":"x"}', 'n1 {"id":"x"}', 'n2 {"id":"x"}'])
  })

  test('is asked for once only, and a refusal of another kind is handed on', async () => {
    let asked = 0
    const never = (code: string) => async () => {
      asked += 1
      const answer = { type: '', title: '', status: 401, code }
      return Response.json(answer, { status: 401, headers: { 'tillwire-nonce': 'n' } })
    }
    expect((await signedFetcher(never('nonce-needed'), signer, webKeys)(request())).status).toBe(401)
    expect(asked).toBe(2)
    expect((await signedFetcher(never('signature-wrong'), signer, webKeys)(request())).status).toBe(401)
    expect(asked).toBe(3)
  })
})
