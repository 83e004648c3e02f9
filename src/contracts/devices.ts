import { z } from 'zod'
import type { FactCatalogue } from './fact.ts'
import { atMs, handle, id, name, position } from './primitives.ts'
import { defineRoutes, type RefusalTexts, type Scope } from './route.ts'

/** The handle that HQ has in place of a store's. No store may have it. */
export const hqHandle = 'hq'

/** What may be a node below another: a till at its store, a store at HQ. */
export const deviceKind = z.enum(['till', 'store'])
export type DeviceKind = z.infer<typeof deviceKind>

/** 32 bytes in base64url: the raw Ed25519 public key of RFC 8032, or a secret of that length. */
export const key32 = z.string().regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/, '32 bytes in base64url')
/** The life of a node's key. Far below where versions made from it would leave the safe integers. */
export const epoch = z.int().min(1).max(1_000_000)
/** Any node, also one that was never enrolled. */
const anyNode = z.string().min(1).max(64)
const reason = z.string().min(1).max(200)

/** What a device may do where nobody who is signed in at it is named: look things up, and send and hear facts. */
export const deviceScopes: Record<DeviceKind, Scope[]> = {
  till: ['sync', 'catalogue:read', 'sales:read', 'stock:read'],
  store: ['sync', 'catalogue:read', 'stock:read'],
}

/** Who may do what is decided in the office and never on a till's word. */
const neverByTill: readonly Scope[] = ['people:write', 'tokens:write', 'devices:write', 'webhooks:write', 'operations']
/** What someone may do of whom a till says that it saw the PIN. */
export const vouchedScopes = (own: readonly Scope[]): Scope[] => own.filter(scope => !neverByTill.includes(scope))

export const device = z.object({
  nodeId: id,
  epoch,
  kind: deviceKind,
  store: handle,
  handle,
  name,
  enrolledAtMs: atMs,
  revokedAtMs: atMs.nullable(),
  /** Why it was revoked. */
  reason: z.string().nullable(),
})
export type Device = z.infer<typeof device>

export const deviceFacts = {
  'device.enrolled': {
    version: 1,
    summary: 'A device became a node of this shop, or got a new key',
    body: z.object({
      nodeId: id,
      kind: deviceKind,
      store: handle,
      handle,
      name,
      publicKey: key32,
      /** The epoch of this key: facts of an earlier one are taken no more. */
      epoch,
      /** Who made the code by which it was enrolled. */
      grantedBy: z.string(),
    }),
  },
  'device.revoked': {
    version: 1,
    summary: "A device's key ended; what it recorded until then stays",
    body: z.object({
      nodeId: id,
      epoch,
      reason,
      /** The newest of its facts that was known when it was revoked; later ones are not believed. */
      acceptedSeq: position,
    }),
  },
} satisfies FactCatalogue

export const deviceRoutes = defineRoutes({
  createEnrolmentCode: {
    kind: 'command',
    name: 'createEnrolmentCode',
    method: 'POST',
    path: '/devices/codes',
    summary: 'Make a code by which one device is enrolled once within ten minutes; it is shown this once',
    scope: 'devices:write',
    body: z.object({
      id,
      kind: deviceKind,
      /** A till's handle within the store, or a store's own. One that is known gets a new key and epoch. */
      handle,
      name,
    }),
    response: z.object({
      code: z.string(),
      expiresAtMs: atMs,
      /** Whether a device has this handle, whose key ends when the code is used. */
      replaces: z.boolean(),
    }),
    example: {
      body: { id: '01936d2e-7c00-7000-8000-000000000004', kind: 'till', handle: 'till-1', name: 'Front till' },
    },
  },
  enrol: {
    kind: 'command',
    name: 'enrol',
    method: 'POST',
    path: '/devices',
    summary: 'Become a node of this shop by a code that was made here',
    scope: null,
    body: z.object({
      id,
      code: z.string().max(40),
      publicKey: key32,
      /** A second secret of the device, by which it alone can verify PINs that it is given. Sent this once. */
      pinSecret: key32,
      /** The node that it is already, where that has recorded facts; another id is given where absent. */
      node: z.object({ nodeId: id, epoch }).optional(),
    }),
    response: z.object({
      nodeId: id,
      epoch,
      kind: deviceKind,
      store: handle,
      storeName: z.string(),
      handle,
      name,
      parent: z.object({ nodeId: anyNode, epoch }),
    }),
    example: {
      body: {
        id: '01936d2e-7c00-7000-8000-000000000005',
        code: 'K7QM-2F9D',
        publicKey: 'JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs',
        pinSecret: 'uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YU',
      },
    },
  },
  listDevices: {
    kind: 'query',
    name: 'listDevices',
    method: 'GET',
    path: '/devices',
    summary: 'Devices with their newest key, by store and handle',
    scope: 'devices:write',
    response: z.object({ rows: z.array(device) }),
  },
  revokeDevice: {
    kind: 'command',
    name: 'revokeDevice',
    method: 'POST',
    path: '/devices/:nodeId/revoke',
    summary: "End a device's key at once: what it sold until now stays, what it says from now on is not believed",
    scope: 'devices:write',
    params: z.object({ nodeId: id }),
    body: z.object({ id, reason }),
    response: device,
  },
  pins: {
    kind: 'raw',
    name: 'pins',
    method: 'GET',
    path: '/sync/pins',
    summary: 'What the calling device verifies the PINs of its people by',
    scope: 'sync',
    response: z.object({
      rows: z.array(z.object({ personId: id, salt: z.string(), hash: z.string() })),
      /** Whether each `hash` can be compared with by this device alone, by its second secret. */
      keyed: z.boolean(),
      /** How long they may be used without hearing from here again; for good where null. */
      goodForMs: z.int().nullable(),
    }),
  },
})

export const deviceRefusals: RefusalTexts = {
  'nonce-needed': { status: 401, sentence: 'This request is not fresh. Sign it again with the nonce that came along.' },
  'signature-wrong': { status: 401, sentence: 'This request was not signed by the device that it names.' },
  'digest-wrong': { status: 400, sentence: 'The body is not the one that was signed. Send it again whole.' },
  'device-unknown': { status: 401, sentence: 'This device is not known here. Enrol it first.' },
  'device-revoked': { status: 403, sentence: 'This device was shut out. Ask the manager to enrol it again.' },
  'device-epoch-old': {
    status: 403,
    sentence: 'This device was enrolled again and its old key no longer counts. Use the new one, or enrol it again.',
  },
  'person-not-here': { status: 403, sentence: 'You may not work in this store. Ask headquarters.' },
  'enrolment-code-wrong': {
    status: 403,
    sentence: 'This code is not valid, or its ten minutes are over. Have a new one made in the office.',
  },
  'enrolment-locked': { status: 429, sentence: 'Too many wrong codes. Wait a few minutes and try again.' },
  'enrolled-elsewhere': {
    status: 409,
    sentence: 'A till is enrolled at its store and a store at headquarters. Do it there.',
  },
  'handle-taken': { status: 409, sentence: 'This short name belongs to something else. Choose another.' },
  'node-known': {
    status: 409,
    sentence: 'This device is known here under another name. Enrol it under that, or wipe it first.',
  },
  'key-known': { status: 409, sentence: 'This key was used before. The device has to make a new one.' },
}
