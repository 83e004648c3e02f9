import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import type { Clock } from '../ports.ts'
import type { CertificateSource } from './certificate-source.ts'
import { type KeyedCertificate, readCertificate, readKey, spanOf, WrongCertificate } from './keyed-certificate.ts'
import { dayOf } from './renewal.ts'

/** RFC 5280, 4.2.1.12. */
const serverAuth = '1.3.6.1.5.5.7.3.1'

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new WrongCertificate(`${file} can't be read (${code})`)
  }
}

const inFile = <T>(file: string, run: () => T): T => {
  try {
    return run()
  } catch (error) {
    if (error instanceof WrongCertificate) throw new WrongCertificate(`${file} ${error.message}`)
    throw error
  }
}

/** A certificate of one's own. Throws WrongCertificate with one line that names the file where a browser would not take it. */
export const readCertificateFiles = (certificateFile: string, keyFile: string, nowMs: number): KeyedCertificate => {
  const certificate = read(certificateFile)
  const key = read(keyFile)
  const parsed = inFile(certificateFile, () => readCertificate(certificate))
  const privateKey = inFile(keyFile, () => readKey(key))
  if (!parsed.checkPrivateKey(privateKey))
    throw new WrongCertificate(`${keyFile} is not the key of the first certificate in ${certificateFile}`)
  const { fromMs, toMs } = spanOf(parsed)
  if (nowMs >= toMs) throw new WrongCertificate(`${certificateFile} ended on ${dayOf(toMs)}`)
  if (nowMs < fromMs) throw new WrongCertificate(`${certificateFile} begins on ${dayOf(fromMs)} only`)
  if (parsed.keyUsage && !parsed.keyUsage.includes(serverAuth))
    throw new WrongCertificate(`${certificateFile} is not for servers`)
  if (!parsed.subjectAltName) throw new WrongCertificate(`${certificateFile} names no host (subjectAltName)`)
  try {
    createSecureContext({ cert: certificate, key })
  } catch (error) {
    throw new WrongCertificate(`${certificateFile} can't be used: ${error instanceof Error ? error.message : error}`)
  }
  return { certificate, key }
}

/** Reads the files at every look, so that whatever renews them has to tell no one. */
export const certificateFiles = (certificateFile: string, keyFile: string, clock: Clock): CertificateSource => ({
  current: async () => readCertificateFiles(certificateFile, keyFile, clock.nowMs()),
})
