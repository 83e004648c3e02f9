import type { RecordedFact } from '../../contracts/fact.ts'
import { isLocal, type Writer, writerOf } from '../../contracts/travel.ts'
import type { NodeIdentity } from '../journal/journal.ts'

/** Whether the services of this node apply a fact: not one in quarantine, nor what concerns another node alone. */
export const concerns = (fact: RecordedFact, node: NodeIdentity): boolean =>
  !fact.quarantined && (fact.node === node.id || !isLocal(fact.type))

/** Whether this node is one that decides what `writer` does. */
export const mayDecide = (node: Pick<NodeIdentity, 'kind' | 'top'>, writer: Writer): boolean =>
  writer === 'any' || (writer === 'top' ? node.top : node.kind !== 'till')

/** Whether this node may record facts of a type. */
export const mayRecord = (node: NodeIdentity, type: string): boolean => mayDecide(node, writerOf(type) ?? 'any')
