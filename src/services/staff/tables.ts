/** Projections (`staff_person`, `staff_token`, `staff_device`, `staff_store`, `staff_override`) and state (the others: secrets and attempts, which no fact holds). */
export type StaffTables = {
  /** `stores`: handles with a comma between, or null for all. */
  staff_person: {
    person_id: string
    number: number
    name: string
    role: string
    active: number
    stores: string | null
  }
  staff_token: { token_id: string; name: string; scopes: string; created_at_ms: number; revoked_at_ms: number | null }
  /** A row for each key that a device has had. */
  staff_device: {
    node_id: string
    epoch: number
    kind: 'till' | 'store'
    store: string
    handle: string
    name: string
    public_key: string
    enrolled_at_ms: number
    revoked_at_ms: number | null
    reason: string | null
  }
  /** What stores are called, and the groups that they are in, as handles with a comma between. */
  staff_store: { store: string; name: string | null; store_groups: string }
  staff_override: {
    override_id: string
    store: string
    approver_id: string
    approver_name: string
    scope: string
    target_kind: 'sale' | 'return' | 'drawer' | 'shift'
    target_id: string
    line_no: number | null
    reason: string
    requester_id: string | null
    granted_at_ms: number
    expires_at_ms: number
    signed: number
  }
  /**
   * `hash` is argon2id of PIN and salt; where `keyed` is 1, an HMAC of that by this device's second secret, so that it can be
   * compared with here alone. `good_until_ms`: a till may not use it for longer; null for good.
   */
  staff_pin: { person_id: string; salt: string; hash: string; keyed: number; good_until_ms: number | null }
  /** Wrong attempts by what was attempted: a person's PIN, the set-up code, or codes of enrolment. */
  staff_attempts: { subject: string; failures: number; locked_until_ms: number }
  staff_session: { hash: string; person_id: string; expires_at_ms: number }
  staff_token_hash: { token_id: string; hash: string }
  /** Codes that can still be used, one for each handle. */
  staff_enrolment: {
    handle: string
    code_hash: string
    kind: 'till' | 'store'
    name: string
    created_by: string
    created_at_ms: number
  }
  /** A device's second secret, by which its PINs are made its own. */
  staff_device_secret: { node_id: string; epoch: number; secret: string }
}
