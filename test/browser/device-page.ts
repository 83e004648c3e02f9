import { signRequest } from '../../src/platform/signed-request.ts'
import { type DeviceKeys, deviceSecretOf, makeDeviceKeys, signerOf, webKeys } from '../../src/platform/web-keys.ts'

/** What a till's page does with its keys; the test calls it in a browser. Keys stay in IndexedDB as they are. */
const openStore = (): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const asked = indexedDB.open('device', 1)
    asked.onupgradeneeded = () => asked.result.createObjectStore('keys')
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(asked.error)
  })

const ask = async <T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
  const store = (await openStore()).transaction('keys', mode).objectStore('keys')
  return new Promise((resolve, reject) => {
    const asked = act(store)
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(asked.error)
  })
}

const kept = (): Promise<DeviceKeys> => ask('readonly', store => store.get('device'))

export const devicePage = {
  make: async () => {
    const { keys, pinSecret } = await makeDeviceKeys()
    await ask('readwrite', store => store.put(keys, 'device'))
    return { publicKey: keys.publicKey, pinSecret }
  },
  sign: async (nodeId: string, url: string, body: string, nonce: string) =>
    signRequest(new Request(url, { method: 'POST', body }), new TextEncoder().encode(body), {
      signer: signerOf(nodeId, await kept()),
      keys: webKeys,
      nonce,
    }),
  mac: async (text: string) => [...(await deviceSecretOf(await kept()).mac(new TextEncoder().encode(text)))],
  /** What the browser answers whoever tries to read a key out. */
  steal: async () => {
    const { privateKey, pinKey } = await kept()
    const tried = await Promise.allSettled([
      crypto.subtle.exportKey('pkcs8', privateKey),
      crypto.subtle.exportKey('jwk', privateKey),
      crypto.subtle.exportKey('raw', pinKey),
    ])
    return tried.map(each => each.status)
  },
}
export type DevicePage = typeof devicePage
