import type { InputOf } from '../contracts/route.ts'
import type { syncRoutes } from '../contracts/sync.ts'
import { oldestWire } from '../contracts/wire-history.ts'
import type { Command } from '../platform/host/service.ts'
import { ownTips, tipsBelow, tipsFromAbove } from './chain-tips.ts'
import { audiencesOf, type Below, noteSending } from './device.ts'
import { readLink } from './link.ts'

/** A node below says how it is. Answers what it needs to go on: which of its facts are here, and what this node knows of above. */
export const hello = ({ devices, sending }: Below): Command => ({
  decide: async (input: InputOf<(typeof syncRoutes)['hello']>, { tx, principal, node, nowMs, head }) => {
    const device = principal.nodeId === undefined ? undefined : await devices.find(tx, principal.nodeId)
    if (!device) return { ok: false, code: 'node-unknown' }
    const { program, wire, clockMs, waiting, heardTo } = input
    if (wire < oldestWire) return { ok: false, code: 'program-too-old', detail: { wire, oldest: oldestWire } }
    noteSending(sending, device.nodeId, waiting > 0)
    await tx.bulk({
      table: 'sync_node',
      columns: ['node_id', 'last_heard_ms', 'program', 'wire', 'clock_offset_ms', 'waiting', 'heard_to'],
      rows: [[device.nodeId, nowMs, program, wire, clockMs - nowMs, waiting, heardTo]],
      conflict: {
        keys: ['node_id'],
        set: ['last_heard_ms', 'program', 'wire', 'clock_offset_ms', 'waiting', 'heard_to'],
      },
    })
    const link = await readLink(tx)
    return {
      ok: true,
      facts: [],
      once: {
        node: node.id,
        epoch: node.epoch,
        nowMs,
        head: head(),
        below: await tipsBelow(tx, device),
        above: [...(await ownTips(tx, node)), ...(await tipsFromAbove(tx))],
        audiences: await audiencesOf(tx, devices, device),
        parentConnected: link ? link.state === 'connected' : null,
      },
    }
  },
})
