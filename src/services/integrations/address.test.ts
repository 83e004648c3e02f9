import { expect, test } from 'vitest'
import { urlFault } from './address.ts'

const rows: Array<[url: string, fault: string | null]> = [
  ['https://erp.example.com/hooks', null],
  ['https://93.184.216.34/', null],
  ['http://erp.example.com/', 'url-invalid'],
  ['ftp://erp.example.com/', 'url-invalid'],
  ['https://user:secret@erp.example.com/', 'url-invalid'],
  ['not an address', 'url-invalid'],
  ['https://localhost/', 'url-private'],
  ['https://a.localhost/', 'url-private'],
  ['https://localhost./', 'url-private'],
  ['https://127.0.0.1/', 'url-private'],
  ['https://127.1/', 'url-private'],
  ['https://2130706433/', 'url-private'],
  ['https://0x7f.0.0.1/', 'url-private'],
  ['https://10.0.0.8/', 'url-private'],
  ['https://172.16.9.9/', 'url-private'],
  ['https://192.168.1.1/', 'url-private'],
  ['https://100.64.0.1/', 'url-private'],
  ['https://169.254.169.254/latest/meta-data', 'url-private'],
  ['https://0.0.0.0/', 'url-private'],
  ['https://224.0.0.1/', 'url-private'],
  ['https://255.255.255.255/', 'url-private'],
  ['https://[::1]/', 'url-private'],
  ['https://[::]/', 'url-private'],
  ['https://[fe80::1]/', 'url-private'],
  ['https://[fc00::1]/', 'url-private'],
  ['https://[::ffff:10.0.0.1]/', 'url-private'],
  ['https://[64:ff9b::a00:1]/', 'url-private'],
  ['https://intranet/', 'url-private'],
  ['https://metadata.google.internal/', 'url-private'],
]
test.each(rows)('%s: %s', (url, fault) => {
  expect(urlFault(url, false)).toBe(fault)
})

test('where private addresses are allowed, so is plain http', () => {
  expect(urlFault('http://127.0.0.1:9000/', true)).toBeNull()
  expect(urlFault('file:///etc/passwd', true)).toBe('url-invalid')
})
