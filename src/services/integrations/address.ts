import ipaddr from 'ipaddr.js'
import { isPublicAddress } from '../../platform/http/public-address.ts'

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
