/** `integrations_endpoint` is a projection; the others are state: secrets, and what became of each delivery. */
export type IntegrationsTables = {
  integrations_endpoint: {
    endpoint_id: string
    url: string
    types: string
    description: string
    active: number
    removed: number
  }
  integrations_secret: { endpoint_id: string; secret: string }
  integrations_delivery: {
    delivery_id: string
    endpoint_id: string
    fact: string
    type: string
    position: number
    /** The CloudEvent as it is sent. */
    event: string
    state: 'waiting' | 'delivered' | 'dead'
    attempts: number
    next_attempt_at_ms: number | null
    last_status: number | null
    last_error: string | null
    created_at_ms: number
    delivered_at_ms: number | null
    first_byte_at_us: number | null
  }
}
