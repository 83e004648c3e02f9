import { expect, test } from 'vitest'
import { sessionCookie, sessionOfRequest } from './session-cookie.ts'

const asked = (url: string, cookie = '') => new Request(url, { headers: { cookie } })

test.each([
  ['http://shop.test/till', 'tillwire_session'],
  ['http://shop.test:7070/till', 'tillwire_session_7070'],
  ['http://[::1]:7071/till', 'tillwire_session_7071'],
  ['https://shop.test/till', '__Host-tillwire_session'],
  ['https://shop.test:7443/till', '__Host-tillwire_session_7443'],
])('%s keeps its session in %s', (url, name) => expect(sessionCookie(asked(url))).toBe(name))

test('each address reads its own among those that the browser sends', () => {
  const all =
    'a=1; tillwire_session_7070=one; __Host-tillwire_session_7443=two; tillwire_session=three; tillwire_session_7071='
  expect(sessionOfRequest(asked('http://shop.test:7070/', all))).toBe('one')
  expect(sessionOfRequest(asked('https://shop.test:7443/', all))).toBe('two')
  expect(sessionOfRequest(asked('http://shop.test/', all))).toBe('three')
  expect(sessionOfRequest(asked('http://shop.test:7071/', all))).toBeUndefined()
  expect(sessionOfRequest(asked('https://shop.test/', all))).toBeUndefined()
  expect(sessionOfRequest(asked('http://shop.test/'))).toBeUndefined()
})
