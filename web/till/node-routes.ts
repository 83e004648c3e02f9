import { z } from 'zod'
import { id } from '../../src/contracts/primitives.ts'
import { defineRoutes } from '../../src/contracts/route.ts'

/** What the page asks of its own node about this device: answered in the worker and nowhere else. */
export const thisTillRoutes = defineRoutes({
  /** Makes this device a till, or the same till in its next epoch, by a code from the office. */
  enrolHere: {
    kind: 'raw',
    name: 'enrolHere',
    method: 'POST',
    path: '/this-till',
    summary: 'Make this device a till by a code',
    scope: null,
    body: z.object({ code: z.string().min(1).max(40) }),
    response: z.object({ handle: z.string(), name: z.string() }),
  },
  /** Whether this till has recorded a sale, found out without the store. */
  saleHere: {
    kind: 'raw',
    name: 'saleHere',
    method: 'GET',
    path: '/this-till/sales/:saleId',
    summary: 'The receipt number of a sale that this till recorded, or null',
    scope: 'sales:write',
    params: z.object({ saleId: id }),
    response: z.object({ receiptNumber: z.int().nullable() }),
  },
  removeHere: {
    kind: 'raw',
    name: 'removeHere',
    method: 'DELETE',
    path: '/this-till',
    summary: 'Wipe this till from this device; refused while it holds what no one else has',
    scope: 'devices:write',
    response: z.object({}),
  },
})
