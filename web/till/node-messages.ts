/** What the till's page and the worker with its node say to each other, on a port of their own. */

/** Which till this device is. */
export type TillInfo = {
  nodeId: string
  epoch: number
  handle: string
  name: string
  store: string
  storeName: string
}

export type NodeState =
  | { at: 'starting' }
  /** This device is no till yet. */
  | { at: 'none' }
  /** It was one, and the browser has thrown away its data or its keys. */
  | { at: 'lost'; what: 'data' | 'keys' }
  /** Another tab of this browser is the till. */
  | { at: 'taken' }
  /** That tab was closed. */
  | { at: 'free' }
  /** Fetches what it has to know from the store. */
  | { at: 'joining'; till: TillInfo; reached: boolean }
  | { at: 'running'; till: TillInfo }
  | { at: 'failed'; message: string }

/** A fact as it was recorded or came down, without its content. */
export type ToldFact = {
  position: number
  id: string
  type: string
  store: string
  atMs: number
  recordedAtUs: number
  actor: string
}

export type ToNode =
  | { kind: 'begin' }
  | { kind: 'take-over' }
  | {
      kind: 'request'
      number: number
      method: string
      url: string
      headers: Array<[name: string, value: string]>
      body: string | null
    }
  | { kind: 'abort'; number: number }

export type FromNode =
  | { kind: 'state'; state: NodeState }
  | {
      kind: 'response'
      number: number
      status: number
      headers: Array<[name: string, value: string]>
      body: string
    }
  /** Nothing answered: a `fetch` would have thrown. */
  | { kind: 'unanswered'; number: number; message: string }
  | { kind: 'facts'; facts: ToldFact[] }
  /** The node can't go on: whether its last commit happened is found out by starting it anew. */
  | { kind: 'fatal'; message: string }
