import { describe, expect, test } from 'vitest'
import { readConfig, WrongConfig } from './config.ts'

describe('HTTPS', () => {
  test.each([
    [{}, 7443],
    [{ port: '8080' }, 8453],
    [{ port: '65300' }, 64_927],
    [{ port: '0' }, 0],
    [{ port: '8080', httpsPort: '443' }, 443],
    [{ port: '8080', httpsPort: '0' }, 0],
  ])('%j listens with HTTPS on %i', (options, port) => expect(readConfig(options, {}).httpsPort).toBe(port))

  test('is on with an authority of its own, and each option is a variable too', () => {
    expect(readConfig({}, {})).toMatchObject({ https: 'own', certificate: null, key: null, httpsNames: [] })
    const environment = {
      TILLWIRE_HTTPS: 'off',
      TILLWIRE_HTTPS_PORT: '9443',
      TILLWIRE_HTTPS_NAMES: 'Shop.lan, 192.168.1.5 fd00:0:0::2',
      TILLWIRE_CERTIFICATE: '/etc/shop.pem',
      TILLWIRE_KEY: '/etc/shop.key',
    }
    expect(readConfig({ https: 'own' }, environment)).toMatchObject({
      https: 'own',
      httpsPort: 9443,
      httpsNames: ['shop.lan', '192.168.1.5', 'fd00::2'],
      certificate: '/etc/shop.pem',
      key: '/etc/shop.key',
    })
  })

  test.each([
    [{ https: 'yes' }, /^--https: /],
    [{ httpsPort: '70000' }, /^--https-port: /],
    [{ httpsNames: 'shop_one' }, /^--https-names: shop_one is no name or address$/],
    [{ certificate: 'a.pem' }, /^--certificate and --key go together/],
    [{ key: 'a.key' }, /^--certificate and --key go together/],
    [{ port: '8443', httpsPort: '8443' }, /^--https-port: 8443 is the port of HTTP already$/],
  ])('%j is refused in one line', (options, line) => {
    expect(() => readConfig(options, {})).toThrow(WrongConfig)
    expect(() => readConfig(options, {})).toThrow(line)
  })

  test('off, its port is of no interest', () => {
    expect(readConfig({ port: '8443', httpsPort: '8443', https: 'off' }, {}).https).toBe('off')
  })
})
