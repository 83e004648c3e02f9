import ipaddr from 'ipaddr.js'

/**
 * Whether an IP address is one of the public internet's. Private, loopback, link-local (where clouds keep their metadata),
 * carrier-grade, multicast and reserved ranges are not (IANA special-purpose address registries); neither is an IPv6 form of
 * an IPv4 address that is not.
 */
export const isPublicAddress = (address: string): boolean =>
  ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast'
