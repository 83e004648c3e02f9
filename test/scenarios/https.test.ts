import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hostNames } from '../../src/platform/tls/names.ts'
import { dataFolder } from '../../src/run/data-folder.ts'
import {
  ask,
  authorityFileOf,
  broughtCertificate,
  handshake,
  handshakeFailure,
  presentCertificate,
} from '../support/https.ts'
import { type NodeProcess, runCommand, startShopProcess, temporaryFolder } from '../support/node-process.ts'

const dayMs = 86_400_000
let folder: ReturnType<typeof temporaryFolder>
let shop: NodeProcess | undefined
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(async () => {
  await shop?.end('SIGKILL')
  shop = undefined
  folder.remove()
})
const start = async (...args: string[]) => {
  shop = await startShopProcess(folder.path, '--empty', ...args)
  return shop
}
const httpsPort = (): number => dataFolder(folder.path).running()?.httpsPort ?? 0
const authority = (): string => authorityFileOf(join(folder.path, 'tls')).certificate
const fingerprint = (): string => new X509Certificate(authority()).fingerprint256

describe('a shop with an authority of its own', () => {
  test('is reached with HTTPS by who trusts it, under every name that it has, from its first start', async () => {
    const { printed, url } = await start('--https-names', 'shop.lan,192.168.77.7')
    for (const name of ['localhost', '127.0.0.1', '::1', 'shop.lan', '192.168.77.7', ...hostNames(hostname())]) {
      const { socket } = await handshake(httpsPort(), name, authority())
      expect(await ask(socket, '/health/live'), name).toBe('HTTP/1.1 200 OK')
      socket.destroy()
    }
    expect(await handshakeFailure(httpsPort(), 'bank.example.com', authority())).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
    expect(await handshakeFailure(httpsPort(), 'localhost', undefined)).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE')
    expect(printed()).toContain(`SHA-256: ${fingerprint()}`)
    expect(printed()).toMatch(new RegExp(`https://\\S+:${httpsPort()}/till`))
    expect(printed()).toMatch(/to trust this shop: http:\/\/\S+\/trust/)
    const page = await (await fetch(`${url}/trust`)).text()
    expect(page).toContain(fingerprint().slice(0, 23))
  })

  test('keeps its authority over restarts, crashes included', async () => {
    await start()
    const first = fingerprint()
    await shop?.end('SIGKILL')
    await start()
    expect(fingerprint()).toBe(first)
    await shop?.end()
    const trust = await runCommand('trust', '--json', '--data', folder.path)
    expect(JSON.parse(trust.out)).toMatchObject({ sha256: first })
    const { socket } = await (async () => {
      await start()
      return handshake(httpsPort(), 'localhost', authority())
    })()
    socket.destroy()
  })

  test('says by a command what devices know it by, and renews on demand', async () => {
    const before = JSON.parse((await runCommand('trust', '--json', '--data', folder.path)).out)
    expect(before).toMatchObject({ sha256: fingerprint(), authority: expect.stringContaining('local authority') })
    const server = readFileSync(join(folder.path, 'tls', 'server.pem'), 'utf8')
    expect(await runCommand('trust', '--data', folder.path)).toMatchObject({
      code: 0,
      out: expect.stringContaining(fingerprint()),
    })
    expect(readFileSync(join(folder.path, 'tls', 'server.pem'), 'utf8')).toBe(server)
    await start()
    const running = await runCommand('trust', '--renew', '--data', folder.path)
    expect(running).toMatchObject({ code: 0, out: expect.stringContaining(`:${httpsPort()}/till`) })
    expect(readFileSync(join(folder.path, 'tls', 'server.pem'), 'utf8')).not.toBe(server)
    expect(before.sha256).toBe(fingerprint())
  })

  test('a damaged authority is refused before anything opens, in one line, and stays as it is', async () => {
    await start()
    await shop?.end()
    const file = join(folder.path, 'tls', 'authority.pem')
    const damaged = readFileSync(file, 'utf8').slice(0, 300)
    writeFileSync(file, damaged)
    for (const args of [['shop', '--port', '0'], ['trust'], ['trust', '--renew']]) {
      const { code, err } = await runCommand(...args, '--data', folder.path)
      expect(code, args.join(' ')).toBe(65)
      expect(err.trim().split('\n'), args.join(' ')).toEqual([expect.stringContaining(`${file} holds no certificate`)])
    }
    expect(readFileSync(file, 'utf8')).toBe(damaged)
    expect(await runCommand('doctor', '--port', '0', '--data', folder.path)).toMatchObject({
      code: 1,
      out: expect.stringContaining('WRONG https: '),
    })
    // Whatever else one does with the shop needs no authority.
    expect(await runCommand('verify', '--data', folder.path)).toMatchObject({ code: 0 })
    await start('--https', 'off')
    await shop?.end()
    rmSync(join(folder.path, 'tls'), { recursive: true })
    await start()
    expect(httpsPort()).toBeGreaterThan(0)
  })

  test('a name that it may not vouch for ends it with 78', async () => {
    await runCommand('trust', '--data', folder.path)
    const { code, err } = await runCommand(
      'shop',
      '--port',
      '0',
      '--https-names',
      'www.example.com',
      '--data',
      folder.path,
    )
    expect({ code, err }).toEqual({
      code: 78,
      err: expect.stringContaining(
        'wrong configuration: --https-names: the authority of this shop may not vouch for www.example.com',
      ),
    })
  })

  test('a taken port of HTTPS, or one that it may not have, ends it with 69 and says which option helps', async () => {
    const blocker = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => blocker.once('listening', resolve))
    const { port } = blocker.address() as AddressInfo
    const args = ['shop', '--empty', '--port', '0', '--data', folder.path]
    expect(await runCommand(...args, '--host', '127.0.0.1', '--https-port', String(port))).toMatchObject({
      code: 69,
      err: `port ${port} is taken; choose another with --https-port, or go without by --https off\n`,
    })
    blocker.close()
    // TEST-NET-3 (RFC 5737) is no address of any machine.
    const { code, err } = await runCommand(...args, '--host', '203.0.113.77')
    expect({ code, err }).toEqual({ code: 69, err: expect.stringMatching(/^listen EADDRNOTAVAIL[^\n]*\n$/) })
  })

  test('off means off', async () => {
    const { printed, url } = await start('--https', 'off')
    expect(dataFolder(folder.path).running()?.httpsPort).toBeNull()
    expect(existsSync(join(folder.path, 'tls'))).toBe(false)
    expect(printed()).not.toContain('https:')
    expect((await fetch(`${url}/trust`)).status).toBe(404)
  })

  test('the doctor tells how long it lasts', async () => {
    await runCommand('trust', '--data', folder.path)
    const { code, out } = await runCommand('doctor', '--json', '--port', '0', '--data', folder.path)
    const findings: Array<{ check: string; ok: boolean; says: string }> = JSON.parse(out).findings
    const said = (check: string) => findings.find(finding => finding.check === check)
    expect(said('https authority')).toEqual({
      check: 'https authority',
      ok: true,
      says: expect.stringMatching(/^36\d\d days left/),
    })
    expect(said('https certificate')).toMatchObject({ ok: true, says: expect.stringMatching(/^(?:89|90) days left/) })
    expect(said('https names')).toMatchObject({ ok: true })
    expect(code).toBe(0)
  })
})

describe('a certificate of one’s own', () => {
  const files = () => ({ certificate: join(folder.path, 'own.pem'), key: join(folder.path, 'own.key') })
  const given = () => ['--certificate', files().certificate, '--key', files().key]
  const bring = (keyed: { certificate: string; key: string }) => {
    writeFileSync(files().certificate, keyed.certificate)
    writeFileSync(files().key, keyed.key)
  }

  test('is what devices see, and no authority is made', async () => {
    const own = await presentCertificate(['shop.example.com', 'localhost'], Date.now())
    bring(own)
    const { printed, url } = await start(...given())
    const { socket, server } = await handshake(httpsPort(), 'shop.example.com', own.authority)
    expect(server.fingerprint256).toBe(new X509Certificate(own.certificate).fingerprint256)
    socket.destroy()
    expect(existsSync(join(folder.path, 'tls'))).toBe(false)
    expect(printed()).not.toContain('SHA-256')
    expect(await (await fetch(`${url}/trust`)).text()).toContain('Nothing to do here')
    const { out } = await runCommand('doctor', ...given(), '--port', '0', '--data', folder.path)
    expect(out).toMatch(/ok {4}https certificate: \d+ days left/)
  })

  test('that can’t be right ends the shop with 78 in one line, before there is a data folder', async () => {
    const present = await presentCertificate(['shop.lan'], Date.now())
    const over = await broughtCertificate(['shop.lan'], { fromMs: Date.now() - 20 * dayMs, toMs: Date.now() - dayMs })
    const data = join(folder.path, 'data')
    const cases: Array<[{ certificate: string; key: string }, RegExp]> = [
      [over, /own\.pem ended on \d{4}-\d\d-\d\d$/],
      [{ ...present, key: over.key }, /own\.key is not the key of the first certificate in .*own\.pem$/],
      [{ ...present, certificate: 'nonsense' }, /own\.pem holds no certificate in PEM form$/],
    ]
    for (const [keyed, line] of cases) {
      bring(keyed)
      const { code, err } = await runCommand('shop', '--port', '0', '--data', data, ...given())
      expect(code).toBe(78)
      expect(err.trim()).toMatch(/^wrong configuration: --certificate: \S+ [^\n]*$/)
      expect(err.trim()).toMatch(line)
      expect(existsSync(data)).toBe(false)
    }
    rmSync(files().key)
    expect(await runCommand('shop', '--port', '0', '--data', data, ...given())).toMatchObject({
      code: 78,
      err: expect.stringContaining("own.key can't be read (ENOENT)"),
    })
  })
})
