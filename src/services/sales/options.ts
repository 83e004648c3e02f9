/** What only whoever starts the node can tell sales. */
export type SalesOptions = {
  /** The handle of the till that this node is, where it is one: it sells under no other. */
  till?: string
  /** The number of that till's last receipt before it became this node; its next one follows on it. */
  lastReceipt?: number
  /**
   * On a till: the number of the newest of its own facts that the node above may know, because it was handed over, whether or not
   * that was acknowledged. Where nobody tells, all of them may be known there.
   */
  sentSeq?(): number
  /** Whether a node below has recorded more than has arrived from it, as far as that is known. */
  isSending?(node: string): boolean
  /** False where nothing is ever sold: then nothing is kept in memory for it. */
  sells?: boolean
}
