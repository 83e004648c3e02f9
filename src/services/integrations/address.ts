import ipaddr from 'ipaddr.js'

/**
 * Whether an IP address is one of the public internet's. Private, loopback, link-local (where clouds keep their metadata),
 * carrier-grade, multicast and reserved ranges are not (IANA special-purpose address registries); neither is an IPv6 form of
 * an IPv4 address that is not.
 */
export const isPublicAddress = (address: string): boolean => {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  return parsed.range() === 'unicast'
}

/** What is wrong with the address of a receiver, as a refusal's code. Names are looked at again when they are resolved. */
export const urlFault = (text: string, allowPrivate: boolean): 'url-invalid' | 'url-private' | null => {
  if (!URL.canParse(text)) return 'url-invalid'
  const url = new URL(text)
  const isHttp = url.protocol === 'http:' && allowPrivate
  if ((url.protocol !== 'https:' && !isHttp) || url.username !== '' || url.password !== '') return 'url-invalid'
  if (allowPrivate) return null
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (ipaddr.isValid(host)) return isPublicAddress(host) ? null : 'url-private'
  return host === 'localhost' ||
    host.endsWith('.localhost') ||
    host.endsWith('.internal') ||
    host.endsWith('.local') ||
    !host.includes('.')
    ? 'url-private'
    : null
}
