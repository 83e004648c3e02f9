import type { z } from 'zod'
import type { RecordedFact } from '../../contracts/fact.ts'
import type { staffFacts } from '../../contracts/staff.ts'
import type { Transaction } from '../../platform/database/database.ts'

type Body<T extends keyof typeof staffFacts> = z.infer<(typeof staffFacts)[T]['body']>
const bodyOf = <T extends keyof typeof staffFacts>(fact: RecordedFact, _type: T): Body<T> => fact.body as Body<T>

const personColumns = ['person_id', 'number', 'name', 'role', 'active'] as const

export const project = async (tx: Transaction, facts: readonly RecordedFact[]): Promise<void> => {
  for (const fact of facts) {
    if (fact.type === 'staff.person-added') {
      const { personId, number, name, role } = bodyOf(fact, 'staff.person-added')
      await tx.bulk({ table: 'staff_person', columns: personColumns, rows: [[personId, number, name, role, 1]] })
    } else if (fact.type === 'staff.person-changed') {
      const { personId, number, name, role, active } = bodyOf(fact, 'staff.person-changed')
      await tx.bulk({
        table: 'staff_person',
        columns: personColumns,
        rows: [[personId, number, name, role, active ? 1 : 0]],
        conflict: { keys: ['person_id'], set: ['name', 'role', 'active'] },
      })
    } else if (fact.type === 'staff.token-created') {
      const { tokenId, name, scopes } = bodyOf(fact, 'staff.token-created')
      await tx.bulk({
        table: 'staff_token',
        columns: ['token_id', 'name', 'scopes', 'created_at_ms', 'revoked_at_ms'],
        rows: [[tokenId, name, scopes.join(','), fact.atMs, null]],
      })
    } else if (fact.type === 'staff.token-revoked') {
      const { tokenId } = bodyOf(fact, 'staff.token-revoked')
      await tx.bulk({
        table: 'staff_token',
        columns: ['token_id', 'name', 'scopes', 'created_at_ms', 'revoked_at_ms'],
        rows: [[tokenId, '', '', 0, fact.atMs]],
        conflict: { keys: ['token_id'], set: ['revoked_at_ms'] },
      })
    }
  }
}
