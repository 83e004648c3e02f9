import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient } from '../../src/contracts/client.ts'
import { deviceRoutes } from '../../src/contracts/devices.ts'
import { platformRoutes, problem } from '../../src/contracts/platform.ts'
import { syncRoutes } from '../../src/contracts/sync.ts'
import type { Signer } from '../../src/platform/ports.ts'
import { nonceHeader, signedFetcher, signRequest } from '../../src/platform/signed-request.ts'
import { systemPorts } from '../../src/platform/system.ts'
import { makeDeviceKeys, signerOf, webKeys } from '../../src/platform/web-keys.ts'
import { type NodeProcess, startShopProcess, temporaryFolder } from '../support/node-process.ts'

/** What devices and strangers send to a real process over a real socket. */
const folder = temporaryFolder()
const { ids } = systemPorts('silent')
let shop: NodeProcess
let signer: Signer
let nodeId: string
beforeAll(async () => {
  shop = await startShopProcess(folder.path, '--empty')
  const { code } = await shop.client.call(deviceRoutes.createEnrolmentCode, {
    id: ids.next(),
    kind: 'till',
    handle: 'till-1',
    name: 'Front till',
  })
  const { keys, pinSecret } = await makeDeviceKeys()
  const enrolled = await shop.client.call(deviceRoutes.enrol, {
    id: ids.next(),
    code,
    publicKey: keys.publicKey,
    pinSecret,
  })
  nodeId = enrolled.nodeId
  signer = signerOf(nodeId, keys)
}, 60_000)
afterAll(async () => {
  await shop.end()
  folder.remove()
})

const sendSigned = () => signedFetcher(request => fetch(request), signer, webKeys)

test('a device is known by its signature, and no more from when it was revoked', async () => {
  const device = createClient(sendSigned(), shop.url)
  expect(await device.call(platformRoutes.services, {})).toHaveProperty('rows')
  const report = { program: 'test', wire: 1, clockMs: 0, waiting: 0, heardTo: 0 }
  expect(await device.call(syncRoutes.hello, report)).toMatchObject({ audiences: ['store-1'] })
  await shop.client.call(deviceRoutes.revokeDevice, { nodeId, id: ids.next(), reason: 'lost' })
  await expect(device.call(platformRoutes.services, {})).rejects.toMatchObject({ problem: { code: 'device-revoked' } })
  // It may still bring what it sold, to be looked at.
  expect(await device.call(syncRoutes.hello, report)).toMatchObject({ audiences: ['store-1'] })
})

test('a hundred megabytes, and half a body, end without harm', async () => {
  const nonce = (await sendSigned()(new Request(`${shop.url}/api/v1/services`))).headers.get(nonceHeader) ?? ''
  const url = `${shop.url}/api/v1/sync/facts`
  const asked = new Request(url, { method: 'POST', body: 'x' })
  const added = await signRequest(asked, new TextEncoder().encode('x'), { signer, keys: webKeys, nonce })
  const headers = { ...added, 'content-type': 'application/json' }
  const chunk = new Uint8Array(1_048_576)
  let sent = 0
  const huge = new ReadableStream<Uint8Array>({
    pull: controller => {
      sent += 1
      if (sent > 100) controller.close()
      else controller.enqueue(chunk)
    },
  })
  const streaming: RequestInit & { duplex: 'half' } = { method: 'POST', headers, body: huge, duplex: 'half' }
  const streamed = await fetch(url, streaming).then(
    async response => problem.parse(await response.json()).code,
    () => 'cut off',
  )
  expect(['body-too-large', 'cut off']).toContain(streamed)
  const whole = await fetch(url, { method: 'POST', headers, body: new Uint8Array(100 * 1_048_576) }).then(
    async response => problem.parse(await response.json()).code,
    () => 'cut off',
  )
  expect(['body-too-large', 'cut off']).toContain(whole)

  const { hostname, port } = new URL(shop.url)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const head = ['POST /api/v1/sync/facts HTTP/1.1', `host: ${hostname}`, ...lines, 'content-length: 500', '', '{"fa']
  socket.end(head.join('\r\n'))
  socket.resume()
  await once(socket, 'close')
  expect((await fetch(`${shop.url}/health/live`)).status).toBe(200)
})
