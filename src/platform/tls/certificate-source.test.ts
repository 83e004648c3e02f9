import { expect, test } from 'vitest'
import { keptLog, standingTime } from '../../../test/support/https.ts'
import { keepFresh, lookEveryMs } from './certificate-source.ts'
import type { KeyedCertificate } from './keyed-certificate.ts'

const named = (name: string): KeyedCertificate => ({ certificate: name, key: `${name}'s key` })

/** A source whose answers a test gives, one a look; a text is what it fails with. */
const startWatch = () => {
  const time = standingTime(0)
  const { log, lines } = keptLog()
  const applied: string[] = []
  let answer: (value: KeyedCertificate) => void = () => {}
  let fail: (error: Error) => void = () => {}
  let looks = 0
  const source = {
    current: () => {
      looks++
      return new Promise<KeyedCertificate>((resolve, reject) => {
        answer = resolve
        fail = reject
      })
    },
  }
  const end = keepFresh(source, named('first'), ({ certificate }) => applied.push(certificate), { ...time, log })
  const look = async (found: KeyedCertificate | string) => {
    time.pass(lookEveryMs)
    if (typeof found === 'string') fail(new Error(found))
    else answer(found)
    await new Promise(resolve => setImmediate(resolve))
  }
  return { look, end, applied, lines, time, looks: () => looks, answer: (found: KeyedCertificate) => answer(found) }
}

test('hands on what is new, once', async () => {
  const { look, applied } = startWatch()
  for (const name of ['first', 'second', 'second', 'third']) await look(named(name))
  expect(applied).toEqual(['second', 'third'])
})

test('keeps what it has while there is nothing usable, says why once, and goes on looking', async () => {
  const { look, applied, lines } = startWatch()
  await look('half a file')
  await look('half a file')
  await look('no file')
  await look(named('second'))
  await look('half a file')
  expect(applied).toEqual(['second'])
  expect(lines.filter(line => line.startsWith('error')).map(line => /"error":"(.*?)"/.exec(line)?.[1])).toEqual([
    'half a file',
    'no file',
    'half a file',
  ])
})

test('looks once a minute, never twice at a time, and not after its end', async () => {
  const { end, applied, time, looks, answer } = startWatch()
  time.pass(lookEveryMs - 1)
  expect(looks()).toBe(0)
  time.pass(1)
  time.pass(10 * lookEveryMs)
  expect(looks()).toBe(1)
  end()
  answer(named('late'))
  await new Promise(resolve => setImmediate(resolve))
  time.pass(lookEveryMs)
  expect({ looks: looks(), waiting: time.waiting(), applied }).toEqual({ looks: 1, waiting: 0, applied: [] })
})
