import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { isAddress } from './names.ts'
import type { Span } from './renewal.ts'

/** A certificate (PEM, followed by those between it and its authority) with its private key (PEM). */
export type KeyedCertificate = { certificate: string; key: string }

/** Why a certificate or key can't be used, in words for who runs the shop; to go after the file's name. */
export class WrongCertificate extends Error {
  override name = 'WrongCertificate'
}

export const readCertificate = (pem: string): X509Certificate => {
  try {
    return new X509Certificate(pem)
  } catch {
    throw new WrongCertificate('holds no certificate in PEM form')
  }
}

export const readKey = (pem: string): KeyObject => {
  if (/ENCRYPTED/.test(pem))
    throw new WrongCertificate('is locked by a passphrase; take it off, a shop starts by itself')
  try {
    return createPrivateKey(pem)
  } catch {
    throw new WrongCertificate('holds no private key in PEM form')
  }
}

export const spanOf = (certificate: X509Certificate): Span => ({
  fromMs: certificate.validFromDate.getTime(),
  toMs: certificate.validToDate.getTime(),
})

/** Whether a browser that was sent to this name or address would take the certificate for the right one. */
export const covers = (certificate: X509Certificate, name: string): boolean =>
  (isAddress(name) ? certificate.checkIP(name) : certificate.checkHost(name, { subject: 'never' })) !== undefined

/** What a certificate calls itself: its common name. */
export const titleOf = (certificate: X509Certificate): string => {
  const { CN: name = '' } = certificate.toLegacyObject().subject
  return Array.isArray(name) ? name.join(' ') : name
}
