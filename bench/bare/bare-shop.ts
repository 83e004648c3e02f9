import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type BareRow, openBareJournal } from './bare-journal.ts'

/**
 * The path of a sale with everything of Tillwire's left out: HTTP, JSON.parse, and one commit for all that wait. What a shop
 * on this stack could do at the most. A process of its own, started with the database's path and the length of a fact's text.
 */
const [path = '', textLength = '0'] = process.argv.slice(2)
const journal = openBareJournal(path)
const hash = '0'.repeat(64)
let position = 0
let waiting: Array<{ id: string; text: string; answer(position: number): void }> = []

const commit = () => {
  const batch = waiting
  waiting = []
  const nowUs = Date.now() * 1_000
  const rows = batch.map(({ id, text }): BareRow => {
    position += 1
    return [position, id, 'node-1', 1, position, 'sale.completed', null, nowUs, text, hash, 0, 0]
  })
  const first = position - rows.length + 1
  journal.insert(rows)
  batch.forEach(({ answer }, index) => {
    answer(first + index)
  })
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', chunk => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString('utf8')
    const { id } = JSON.parse(body) as { id: string }
    if (waiting.length === 0) setImmediate(commit)
    waiting.push({
      id,
      text: body.padEnd(Number(textLength)),
      answer: at => {
        const text = `{"saleId":"${id}","position":${at}}`
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length }).end(text)
      },
    })
  })
})
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.once('disconnect', () => {
  journal.close()
  process.exit(0)
})
