import { createHash, X509Certificate } from 'node:crypto'
import * as asn1 from 'asn1js'
import ipaddr from 'ipaddr.js'
import * as pki from 'pkijs'
import type { KeyedCertificate } from './keyed-certificate.ts'
import { isAddress, type Permitted } from './names.ts'
import type { Span } from './renewal.ts'

/** ECDSA on P-256: what every browser and device of the last ten years takes. */
const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
const { subtle } = globalThis.crypto

const oid = {
  commonName: '2.5.4.3',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  alternativeName: '2.5.29.17',
  nameConstraints: '2.5.29.30',
  subjectKeyIdentifier: '2.5.29.14',
  authorityKeyIdentifier: '2.5.29.35',
}

/** Bits of KeyUsage (RFC 5280, 4.2.1.3) from the left: digitalSignature is 0, keyCertSign 5, cRLSign 6. */
const usage = { server: { bits: 0b1000_0000, unused: 7 }, authority: { bits: 0b0000_0110, unused: 1 } } as const

type Extension = { id: string; critical: boolean; value: asn1.BaseBlock }

const octets = (bytes: Uint8Array | readonly number[]) =>
  new asn1.OctetString({ valueHex: new Uint8Array(bytes).buffer })

const nameTypes = { dns: 2, address: 7 } as const
const generalName = (name: string): pki.GeneralName =>
  isAddress(name)
    ? new pki.GeneralName({ type: nameTypes.address, value: octets(ipaddr.parse(name).toByteArray()) })
    : new pki.GeneralName({ type: nameTypes.dns, value: name })

/** A range as its network followed by its mask. */
const rangeName = (range: string): pki.GeneralName => {
  const [network, bits] = ipaddr.parseCIDR(range)
  const mask = network.toByteArray().map((_byte, at) => 0xff & (0xff00 >> Math.min(8, Math.max(0, bits - 8 * at))))
  return new pki.GeneralName({ type: nameTypes.address, value: octets([...network.toByteArray(), ...mask]) })
}

const subjectOf = (commonName: string): pki.RelativeDistinguishedNames =>
  new pki.RelativeDistinguishedNames({
    typesAndValues: [
      new pki.AttributeTypeAndValue({ type: oid.commonName, value: new asn1.Utf8String({ value: commonName }) }),
    ],
  })

const time = (atMs: number): pki.Time => {
  const value = new Date(atMs)
  // RFC 5280, 4.1.2.5: two digits of the year until 2049, four from then on.
  return new pki.Time({ type: value.getUTCFullYear() < 2050 ? 0 : 1, value })
}

const pem = (kind: string, der: ArrayBuffer): string => {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${kind}-----\n${lines.join('\n')}\n-----END ${kind}-----\n`
}

const parse = (certificate: string): pki.Certificate =>
  pki.Certificate.fromBER(new Uint8Array(new X509Certificate(certificate).raw).buffer)

/** RFC 7093, method 1. */
const identifierOf = ({ subjectPublicKeyInfo }: pki.Certificate): Uint8Array =>
  createHash('sha256').update(subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView).digest().subarray(0, 20)

/** A serial number that is positive and that nobody can guess (RFC 5280, 4.1.2.2). */
const serial = (): asn1.Integer => {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16))
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return new asn1.Integer({ valueHex: bytes.buffer })
}

/** Makes a key and a certificate for it, signed by `issuer`, or by itself where there is none. */
const issue = async (
  commonName: string,
  span: Span,
  extensions: readonly Extension[],
  issuer: KeyedCertificate | null,
): Promise<KeyedCertificate> => {
  const keys = await subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = new pki.Certificate({
    version: 2,
    serialNumber: serial(),
    subject: subjectOf(commonName),
    notBefore: time(span.fromMs),
    notAfter: time(span.toMs),
  })
  await certificate.subjectPublicKeyInfo.importKey(keys.publicKey)
  const above = issuer ? parse(issuer.certificate) : certificate
  certificate.issuer = above.subject
  const all: Extension[] = [
    ...extensions,
    { id: oid.subjectKeyIdentifier, critical: false, value: octets(identifierOf(certificate)) },
    {
      id: oid.authorityKeyIdentifier,
      critical: false,
      value: new pki.AuthorityKeyIdentifier({ keyIdentifier: octets(identifierOf(above)) }).toSchema(),
    },
  ]
  certificate.extensions = all.map(
    ({ id, critical, value }) => new pki.Extension({ extnID: id, critical, extnValue: value.toBER(false) }),
  )
  await certificate.sign(issuer ? await signingKey(issuer) : keys.privateKey, 'SHA-256')
  return {
    certificate: pem('CERTIFICATE', certificate.toSchema(true).toBER(false)),
    key: pem('PRIVATE KEY', await subtle.exportKey('pkcs8', keys.privateKey)),
  }
}

const signingKey = ({ key }: KeyedCertificate): Promise<CryptoKey> => {
  const der = Buffer.from(key.replace(/-----[^-]+-----|\s/g, ''), 'base64')
  return subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
}

const keyUsage = ({ bits, unused }: (typeof usage)[keyof typeof usage]): Extension => ({
  id: oid.keyUsage,
  critical: true,
  value: new asn1.BitString({ valueHex: new Uint8Array([bits]).buffer, unusedBits: unused }),
})

/** RFC 5280's upper bound of a common name. */
const longestCommonName = 64

/** An authority that vouches for nothing but what is permitted, and for no other authority. */
export const makeAuthority = (host: string, permitted: Permitted, span: Span): Promise<KeyedCertificate> => {
  const [before, after] = ['Tillwire ', ' local authority']
  const subtrees = [...permitted.domains.map(generalName), ...permitted.ranges.map(rangeName)].map(
    base => new pki.GeneralSubtree({ base }),
  )
  return issue(
    `${before}${host.slice(0, longestCommonName - before.length - after.length)}${after}`,
    span,
    [
      {
        id: oid.basicConstraints,
        critical: true,
        value: new pki.BasicConstraints({ cA: true, pathLenConstraint: 0 }).toSchema(),
      },
      keyUsage(usage.authority),
      {
        id: oid.nameConstraints,
        critical: true,
        value: new pki.NameConstraints({ permittedSubtrees: subtrees }).toSchema(),
      },
    ],
    null,
  )
}

/** A certificate of a server with these names. Devices refuse it for names that its authority may not vouch for. */
export const makeServerCertificate = (
  authority: KeyedCertificate,
  names: readonly string[],
  span: Span,
): Promise<KeyedCertificate> =>
  issue(
    'Tillwire store',
    span,
    [
      { id: oid.basicConstraints, critical: true, value: new pki.BasicConstraints({ cA: false }).toSchema() },
      keyUsage(usage.server),
      {
        id: oid.extendedKeyUsage,
        critical: false,
        value: new pki.ExtKeyUsage({ keyPurposes: [oid.serverAuth] }).toSchema(),
      },
      {
        id: oid.alternativeName,
        critical: false,
        value: new pki.AltName({ altNames: names.map(generalName) }).toSchema(),
      },
    ],
    authority,
  )

const rangeOf = (bytes: Uint8Array): string => {
  const half = bytes.length / 2
  const network = ipaddr.fromByteArray([...bytes.subarray(0, half)])
  const bits = [...bytes.subarray(half)].reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0)
  return `${network.toString()}/${bits}`
}

/** What this authority said of itself, when it was made, that it may vouch for. */
export const permittedBy = (authority: string): Permitted => {
  const constraints = parse(authority).extensions?.find(({ extnID }) => extnID === oid.nameConstraints)?.parsedValue
  const bases = constraints instanceof pki.NameConstraints ? (constraints.permittedSubtrees ?? []) : []
  return {
    domains: bases.flatMap(({ base }) => (base.type === nameTypes.dns ? [String(base.value)] : [])),
    ranges: bases.flatMap(({ base }) =>
      base.value instanceof asn1.OctetString ? [rangeOf(base.value.valueBlock.valueHexView)] : [],
    ),
  }
}
