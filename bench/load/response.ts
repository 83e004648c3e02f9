/** One HTTP/1.1 response as the load generator needs it. `bytes`: how much of the text it took. */
export type Response = { status: number; head: string; body: string; bytes: number }

const headEnd = '\r\n\r\n'
const lengthHeader = /\r\ncontent-length: *(\d+)/i
const chunked = /\r\ntransfer-encoding: *chunked/i

const chunksOf = (text: string, from: number): { body: string; end: number } | null => {
  let body = ''
  let at = from
  for (;;) {
    const line = text.indexOf('\r\n', at)
    if (line < 0) return null
    const size = Number.parseInt(text.slice(at, line), 16)
    const start = line + 2
    if (text.length < start + size + 2) return null
    if (size === 0) return { body, end: start + 2 }
    body += text.slice(start, start + size)
    at = start + size + 2
  }
}

/** The first response of a Latin-1 text (a character is a byte), or null while some of it is still to come. */
export const readResponse = (text: string): Response | null => {
  const end = text.indexOf(headEnd)
  if (end < 0) return null
  const head = text.slice(0, end)
  const status = Number(head.slice(9, 12))
  const from = end + headEnd.length
  const length = lengthHeader.exec(head)?.[1]
  if (length !== undefined) {
    const bytes = from + Number(length)
    return text.length < bytes ? null : { status, head, body: text.slice(from, bytes), bytes }
  }
  if (!chunked.test(head)) return { status, head, body: '', bytes: from }
  const read = chunksOf(text, from)
  return read && { status, head, body: read.body, bytes: read.end }
}
