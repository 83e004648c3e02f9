import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hostNames, isPermitted, nameOf, namesOfMachine, permittedAtFirst, reachableAddresses } from './names.ts'

const address = (text: string, internal = false) => ({ address: text, internal })

describe('nameOf', () => {
  test.each([
    ['Till-PC.Local', 'till-pc.local'],
    [' shop.lan. ', 'shop.lan'],
    ['192.168.001.5', null],
    ['192.168.1.5', '192.168.1.5'],
    ['FD00:0:0:0:0:0:0:2', 'fd00::2'],
    ['fe80::1%eth0', 'fe80::1'],
    ['my_shop', null],
    ['käse', null],
    ['-till', null],
    ['', null],
    ['a..b', null],
    ['*.shop.lan', null],
    [`${'a'.repeat(64)}.lan`, null],
  ])('%j is %j', (text, name) => expect(nameOf(text)).toBe(name))
})

test.each([
  ['till-pc', ['till-pc.local', 'till-pc']],
  ['Till-PC.local', ['till-pc.local', 'till-pc']],
  ['till.shop.example', ['till.local', 'till.shop.example', 'till']],
  ['localhost', []],
  ['my_shop', []],
])('a host called %j has the names %j', (hostname, names) => expect(hostNames(hostname)).toEqual(names))

test('what a till can reach comes first, what nobody can reach not at all', () => {
  const interfaces = {
    lo: [address('127.0.0.1', true), address('::1', true)],
    docker0: [address('172.17.0.1')],
    wlan0: [address('fe80::1'), address('fd00::7'), address('192.168.1.5'), address('192.168.1.5')],
    gone: undefined,
  }
  expect(reachableAddresses(interfaces)).toEqual(['192.168.1.5', 'fd00::7', '172.17.0.1'])
  expect(namesOfMachine('till', interfaces, ['shop.lan'])).toEqual([
    'shop.lan',
    'till.local',
    'till',
    '192.168.1.5',
    'fd00::7',
    '172.17.0.1',
    'localhost',
    '127.0.0.1',
    '::1',
  ])
})

describe('what an authority may vouch for', () => {
  const permitted = permittedAtFirst([
    'till',
    'till.local',
    'shop.example.com',
    '203.0.113.9',
    '2001:db8::5',
    '10.0.0.1',
  ])

  test('is private, and beyond that this host as it is now', () => {
    expect(permitted.domains).toEqual([
      'localhost',
      'local',
      'home.arpa',
      'internal',
      'lan',
      'till',
      'shop.example.com',
    ])
    expect(permitted.ranges.slice(-2)).toEqual(['fe80::/10', '203.0.113.9/32'])
  })

  test.each([
    ['other.local', true],
    ['local', true],
    ['notlocal', false],
    ['till', true],
    ['a.till', true],
    ['attill', false],
    ['shop.example.com', true],
    ['example.com', false],
    ['evilshop.example.com', false],
    ['10.255.255.255', true],
    ['172.31.0.1', true],
    ['172.32.0.1', false],
    ['8.8.8.8', false],
    ['203.0.113.9', true],
    ['203.0.113.10', false],
    ['fd12::1', true],
    ['2001:db8::5', false],
    ['::ffff:8.8.8.8', false],
  ])('%s: %s', (name, allowed) => expect(isPermitted(permitted, name)).toBe(allowed))

  test('never a public address, as the slow way counts them', () => {
    const octet = fc.integer({ min: 0, max: 255 })
    fc.assert(
      fc.property(octet, octet, octet, octet, (a, b, c, d) => {
        const isPrivate =
          a === 127 ||
          a === 10 ||
          (a === 172 && b >= 16 && b < 32) ||
          (a === 192 && b === 168) ||
          (a === 169 && b === 254) ||
          (a === 100 && b >= 64 && b < 128)
        expect(isPermitted(permittedAtFirst([]), `${a}.${b}.${c}.${d}`)).toBe(isPrivate)
      }),
      { numRuns: 2_000 },
    )
  })
})
