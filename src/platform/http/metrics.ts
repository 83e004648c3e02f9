import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Progress } from '../host/projector.ts'

export type Metrics = {
  request(service: string, route: string, status: number, tookUs: number): void
  facts(count: number): void
  /** The Prometheus text format. */
  text(): Promise<string>
  readonly contentType: string
}

/** Figures of this process for Prometheus. `head` and `progress` are asked whenever it scrapes. */
export const createMetrics = (head: () => number, progress: () => readonly Progress[]): Metrics => {
  const register = new Registry()
  collectDefaultMetrics({ register })
  const requests = new Histogram({
    name: 'tillwire_http_request_seconds',
    help: 'Time to answer a request, by service and route',
    labelNames: ['service', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
    registers: [register],
  })
  const facts = new Counter({
    name: 'tillwire_facts_total',
    help: 'Facts recorded since the start',
    registers: [register],
  })
  new Gauge({
    name: 'tillwire_journal_position',
    help: 'Newest position of the journal',
    registers: [register],
    collect() {
      this.set(head())
    },
  })
  new Gauge({
    name: 'tillwire_service_waiting_facts',
    help: 'Facts that a service has not applied yet',
    labelNames: ['service'],
    registers: [register],
    collect() {
      for (const { service, position } of progress()) this.set({ service }, head() - position)
    },
  })
  return {
    request: (service, route, status, tookUs) => requests.observe({ service, route, status }, tookUs / 1_000_000),
    facts: count => facts.inc(count),
    text: () => register.metrics(),
    contentType: register.contentType,
  }
}
