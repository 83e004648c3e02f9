import { facts } from './api.ts'
import type { Fact } from './fact.ts'

/** One version of a fact's body to the next. */
type Step = (body: Record<string, unknown>) => Record<string, unknown>

/**
 * What older versions of facts mean today: for a type, the steps from version 1 on, one for each version since. A fact in a journal
 * is never edited; it is read as if it had been written today. Every step that a released version needs stays for good.
 */
const steps: Readonly<Record<string, readonly Step[]>> = {}

/** A fact of any version that was ever released, as the newest. One of a version that is not known here is left as it is. */
export const upcast = <T extends Pick<Fact, 'type' | 'version' | 'body'>>(fact: T): T => {
  const newest = facts[fact.type]?.version ?? fact.version
  if (fact.version >= newest) return fact
  const body = (steps[fact.type] ?? []).slice(fact.version - 1).reduce((before, step) => step(before), fact.body)
  return { ...fact, version: newest, body }
}
