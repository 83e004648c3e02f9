/** Projections (`staff_person`, `staff_token`) and state (the others: secrets and attempts, which no fact holds). */
export type StaffTables = {
  staff_person: { person_id: string; number: number; name: string; role: string; active: number }
  staff_token: { token_id: string; name: string; scopes: string; created_at_ms: number; revoked_at_ms: number | null }
  staff_pin: { person_id: string; salt: string; hash: string }
  /** Wrong attempts by what was attempted: a person's PIN, or the set-up code. */
  staff_attempts: { subject: string; failures: number; locked_until_ms: number }
  staff_session: { hash: string; person_id: string; expires_at_ms: number }
  staff_token_hash: { token_id: string; hash: string }
}
