import type { Log, Timers } from '../ports.ts'
import type { KeyedCertificate } from './keyed-certificate.ts'

/** Where a server's certificate comes from. */
export type CertificateSource = {
  /** What to answer handshakes with now: made or read anew where it is time. Throws where there is nothing usable. */
  current(): Promise<KeyedCertificate>
}

/** How long a machine's new address, a renewed file or a due renewal may go unseen. */
export const lookEveryMs = 60_000

/**
 * Looks every minute whether there is another certificate, and hands it on. Where the source has nothing usable the one
 * in use stays: a till that is connected must not lose its store to a file that is being written. The answer ends it.
 */
export const keepFresh = (
  source: CertificateSource,
  first: KeyedCertificate,
  apply: (keyed: KeyedCertificate) => void,
  { timers, log }: { timers: Timers; log: Log },
): (() => void) => {
  let inUse = first
  let complaint = ''
  let cancel = () => {}
  let ended = false
  const look = async (): Promise<void> => {
    try {
      const found = await source.current()
      if (ended) return
      if (found.certificate !== inUse.certificate || found.key !== inUse.key) {
        apply(found)
        inUse = found
        log.info({}, 'HTTPS goes on with another certificate')
      }
      complaint = ''
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      if (text !== complaint) log.error({ error: text }, 'HTTPS goes on with the certificate that it had')
      complaint = text
    }
    next()
  }
  const next = (): void => {
    if (!ended) cancel = timers.after(lookEveryMs, () => void look())
  }
  next()
  return () => {
    ended = true
    cancel()
  }
}
