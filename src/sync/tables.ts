/** All are state: how this node stands to those around it, which no fact says. */
export type SyncTables = {
  /** One row, where there is a node above. */
  sync_link: {
    only: number
    parent_url: string
    /** Empty until it was reached once. */
    parent_node: string
    parent_epoch: number
    /** The parent's position up to which all that comes down is here. */
    heard_to: number
    /** This journal's position up to which all that goes up is acknowledged. */
    sent_to: number
    /** For whom facts came down so far: handles with a comma between. */
    audiences: string
    state: 'connected' | 'alone' | 'forked' | 'epoch-old' | 'revoked'
    since_ms: number
    last_contact_ms: number | null
    /** 1 where the parent said that it reaches its own; null where it has none, or did not say. */
    parent_connected: number | null
  }
  /** What each node below last said of itself. */
  sync_node: {
    node_id: string
    last_heard_ms: number
    program: string
    wire: number
    clock_offset_ms: number
    waiting: number
    heard_to: number
  }
  /** A snapshot on its way, kept until it is whole. */
  sync_staged: { position: number; hash: string; text: string }
  /** One row while a snapshot is on its way: which one, and how far it has come. */
  sync_staging: {
    only: number
    parent_node: string
    parent_epoch: number
    audiences: string
    to_position: number
    after_position: number
  }
}
