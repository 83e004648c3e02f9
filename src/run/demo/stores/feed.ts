import { EventSourceParserStream } from 'eventsource-parser/stream'
import type { RecordedFact } from '../../../contracts/fact.ts'

export type Heard = {
  fact(fact: RecordedFact): void
  /** A service has applied all facts up to this position. */
  progress(service: string, position: number): void
}

/** Hears what a node records, after a position of its journal, until it is no more reached or `signal` ends it. Throws then. */
export const hearFacts = async (
  node: { url: string; key: string },
  after: number,
  heard: Heard,
  signal: AbortSignal,
): Promise<void> => {
  const response = await fetch(`${node.url}/api/v1/live?after=${after}`, {
    headers: { authorization: `Bearer ${node.key}` },
    signal,
  })
  if (!response.ok || !response.body) throw new Error(`it answered ${response.status}`)
  const events = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream())
  for await (const { event, data } of events) {
    if (event === 'fact') heard.fact(JSON.parse(data) as RecordedFact)
    if (event !== 'progress') continue
    for (const { service, position } of JSON.parse(data) as Array<{ service: string; position: number }>)
      heard.progress(service, position)
  }
  throw new Error('it ended')
}
