import type { z } from 'zod'
import type { OverrideRight } from '../../contracts/overrides.ts'
import type { usedOverride } from '../../contracts/sales.ts'
import type { Outcome } from '../../domain/basket.ts'
import type { Reader } from '../../platform/database/database.ts'
import type { Principal } from '../../platform/host/service.ts'
import type { SalesTables } from './tables.ts'

export type UsedOverride = z.output<typeof usedOverride>

/** What someone may do in one sale or return: by the rights that they have, and by approvals of just this act. */
export type Permission = {
  /** For the whole act, or for one of its lines (counted from 1). */
  allows(right: OverrideRight, lineNo?: number): boolean
  overrides: UsedOverride[]
}

export const byRights = ({ scopes }: Principal): Permission => ({
  allows: right => scopes.includes(right),
  overrides: [],
})

/**
 * Adds approvals to what someone may do. They count where they were valid when the act was completed: a sale that was paid may
 * arrive long after. Refused: `override-unknown` (also where it is for another act), `override-expired`.
 */
export const withOverrides = async (
  db: Reader,
  principal: Principal,
  asked: { overrideIds: readonly string[] | undefined; kind: 'sale' | 'return'; id: string; completedAtMs: number },
): Promise<Outcome<{ permission: Permission }>> => {
  const ids = [...new Set(asked.overrideIds ?? [])]
  if (ids.length === 0) return { ok: true, permission: byRights(principal) }
  const rows = await db
    .tables<SalesTables>()
    .selectFrom('sales_override')
    .selectAll()
    .where('override_id', 'in', ids)
    .where('target_kind', '=', asked.kind)
    .where('target_id', '=', asked.id)
    .orderBy('override_id')
    .execute()
  for (const overrideId of ids) {
    const row = rows.find(each => each.override_id === overrideId)
    if (!row) return { ok: false, code: 'override-unknown', detail: { overrideId } }
    if (row.expires_at_ms < asked.completedAtMs) return { ok: false, code: 'override-expired', detail: { overrideId } }
  }
  const rights = byRights(principal)
  return {
    ok: true,
    permission: {
      allows: (right, lineNo) =>
        rights.allows(right) ||
        rows.some(row => row.permission === right && (row.line_no === null || row.line_no === lineNo)),
      overrides: rows.map(row => ({
        overrideId: row.override_id,
        right: row.permission as OverrideRight,
        approverId: row.approver_id,
        approverName: row.approver_name,
      })),
    },
  }
}
