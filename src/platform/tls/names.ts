import ipaddr from 'ipaddr.js'

/** As `os.networkInterfaces()` answers, in as far as it matters here. */
export type Interfaces = Record<string, readonly { address: string; internal: boolean }[] | undefined>

/** What an authority may vouch for: domains with all below them, and ranges of addresses as CIDR. */
export type Permitted = { domains: string[]; ranges: string[] }

/**
 * Addresses that nobody on the internet has: loopback, RFC 1918, link-local, RFC 6598 (also private overlay networks),
 * unique local and link-local of IPv6.
 */
const privateRanges = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '100.64.0.0/10',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
]

/** Names that no registrar sells: RFC 6761, RFC 6762, RFC 8375, and what ICANN and routers keep for inside. */
const privateDomains = ['localhost', 'local', 'home.arpa', 'internal', 'lan']

const loopback = ['localhost', '127.0.0.1', '::1']

export const isAddress = (name: string): boolean =>
  ipaddr.IPv4.isValidFourPartDecimal(name) || ipaddr.IPv6.isValid(name)

const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** A name or address in the one form that is kept, or null where no certificate could name it. */
export const nameOf = (text: string): string | null => {
  const plain = text.trim().toLowerCase().replace(/\.$/, '')
  if (isAddress(plain)) return ipaddr.parse(plain.replace(/%.*$/, '')).toString()
  // Browsers take a name that ends in a number for a wrong address (WHATWG URL, 3.5).
  if (/(?:^|\.)\d+$/.test(plain)) return null
  return plain.length <= 253 && plain.split('.').every(part => label.test(part)) ? plain : null
}

/** Bridges and tunnels that a machine makes for itself: a till on the network can't reach their addresses. */
const isInside = (name: string): boolean => /^(?:docker|br-|veth|virbr|vmnet|vboxnet|cni|flannel|utun)/.test(name)

const isLinkLocal = (address: string): boolean => ipaddr.parse(address).range() === 'linkLocal'

/** Where other devices may reach this machine, those first that a till most likely can. */
export const reachableAddresses = (interfaces: Interfaces): string[] => {
  const all = Object.entries(interfaces).flatMap(([name, addresses]) =>
    (addresses ?? [])
      .filter(({ internal }) => !internal)
      .flatMap(({ address }) => nameOf(address) ?? [])
      // A browser can't say through which network card it means to reach a link-local address of IPv6.
      .filter(address => !(address.includes(':') && isLinkLocal(address)))
      .map(address => ({ address, rank: (isInside(name) ? 2 : 0) + (address.includes(':') ? 1 : 0) })),
  )
  return [...new Set(all.sort((a, b) => a.rank - b.rank).map(({ address }) => address))]
}

/** The host's own names: as it calls itself, and how it is found by multicast DNS. */
export const hostNames = (hostname: string): string[] => {
  const whole = nameOf(hostname)
  if (whole === null || isAddress(whole) || whole === 'localhost') return []
  const [first = whole] = whole.split('.')
  return [...new Set([`${first}.local`, whole, first])]
}

/** Everything that a certificate of this machine should name. `more` is what its owner adds. */
export const namesOfMachine = (hostname: string, interfaces: Interfaces, more: readonly string[]): string[] => [
  ...new Set([...more, ...hostNames(hostname), ...reachableAddresses(interfaces), ...loopback]),
]

/**
 * What a new authority may vouch for: what is private anyway, and beyond that only what this machine is called now.
 * A public IPv6 address is left out, because the provider gives another one tomorrow.
 */
export const permittedAtFirst = (names: readonly string[]): Permitted => {
  const beyond = names.filter(name => !isPermitted({ domains: privateDomains, ranges: privateRanges }, name))
  return {
    domains: [...privateDomains, ...beyond.filter(name => !isAddress(name))],
    ranges: [...privateRanges, ...beyond.filter(name => ipaddr.IPv4.isValid(name)).map(name => `${name}/32`)],
  }
}

const isInRange = (address: string, range: string): boolean => {
  const [network, bits] = ipaddr.parseCIDR(range)
  const parsed = ipaddr.parse(address)
  return parsed.kind() === network.kind() && parsed.match(network, bits)
}

/** RFC 5280, 4.2.1.10: a domain permits itself and every name made by adding labels on its left. */
export const isPermitted = ({ domains, ranges }: Permitted, name: string): boolean =>
  isAddress(name)
    ? ranges.some(range => isInRange(name, range))
    : domains.some(domain => name === domain || name.endsWith(`.${domain}`))

/** A name as it stands in a URL. */
export const inUrl = (name: string): string => (name.includes(':') ? `[${name}]` : name)
