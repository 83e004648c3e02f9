/** Pieces of a request between which the generator puts what is new each time: a UUIDv7 and the till's handle. */
export type SaleTemplate = { head: string; tail: string }

/**
 * What is sent. Sales: the templates in turn, each under an id of its own, each client as a till of its own, or all at the one
 * that is named, whose handle is as long as theirs.
 */
export type Work =
  | { kind: 'sales'; templates: readonly SaleTemplate[]; till?: string }
  | { kind: 'requests'; requests: readonly string[] }

/**
 * When it is sent. Closed: each client sends its next request when it has its answer, `atMost` in all where that is given. Open: so many a second come due whatever
 * the answers do, and a request's time counts from when it was due. Either way what comes in the warm-up is not counted.
 */
export type Pace = ({ kind: 'closed'; atMost?: number } | { kind: 'open'; perSecond: number }) & {
  clients: number
  warmUpMs: number
  measuredMs: number
}

export type LoadOrder = { host: string; port: number; work: Work; pace: Pace; keepSales: boolean }

/** A sale that was answered. Times are of the monotonic clock. */
export type AnsweredSale = { id: string; template: number; position: number; sentUs: number; answeredUs: number }

export type LoadResult = {
  /** Of each measured request. */
  tookUs: Float64Array
  measuredUs: number
  /** All answers by status, the warm-up's included. */
  statuses: Record<string, number>
  /** The first answers that were not 200. */
  refusals: string[]
  /** How often each template or request was answered, the warm-up included. */
  answered: number[]
  sales: AnsweredSale[]
  /** Share of one core that the generator itself used while measuring. */
  coreShare: number
}
