import { z } from 'zod'
import type { FactCatalogue } from './fact.ts'
import { currency, handle, id, micro, minor } from './primitives.ts'
import { defineRoutes, type RefusalTexts } from './route.ts'
import { completedReturn, taxTotal } from './sales.ts'

/** Who will take the goods back: a till of a store, and the node that records it where that is known. */
export const claimant = z.object({ store: handle, till: handle, node: z.string().min(1).max(64).optional() })

const claimLines = z
  .array(z.object({ lineNo: z.int().min(1), quantityMicro: micro.min(1) }))
  .min(1)
  .max(10_000)

const asked = z.object({ claimId: id, saleId: id, lines: claimLines, claimedBy: claimant })

/** What goods of one sale give back, priced by the store that sold them: all amounts flow back, as in a return. */
export const claimedGoods = z.object({
  currency,
  taxMode: z.enum(['included', 'excluded']),
  lines: completedReturn.shape.lines,
  subtotalMinor: minor,
  discountMinor: minor,
  netMinor: minor,
  taxMinor: minor,
  totalMinor: minor,
  taxes: z.array(taxTotal),
})
export type ClaimedGoods = z.infer<typeof claimedGoods>

/** `claimId` is the id that the return will have. */
export const returnClaimFacts = {
  'return.asked': {
    version: 1,
    summary: 'A store that does not know a sale asks above who sold it',
    body: asked,
  },
  'return.passed-on': {
    version: 1,
    summary: 'HQ passes on to the store that sold the goods that another wants to take them back',
    body: asked.extend({ saleStore: handle }),
  },
  'return.claimed': {
    version: 1,
    summary: 'The store that sold the goods lets them come back elsewhere; they count as come back from now on',
    body: asked.extend({ saleStore: handle, goods: claimedGoods }),
  },
  'return.claim-refused': {
    version: 1,
    summary: 'Goods may not come back',
    body: z.object({ claimId: id, saleId: id, code: z.string().max(64), claimedBy: claimant }),
  },
  'return.claim-released': {
    version: 1,
    summary: 'Whoever had a claim gives it up: the goods did not come back',
    body: z.object({ claimId: id, saleId: id }),
  },
} satisfies FactCatalogue

export const claimState = z.enum(['asked', 'open', 'refused', 'returned', 'released'])

export const returnClaim = z.object({
  claimId: id,
  saleId: id,
  /** Null while it is not known who sold it. */
  saleStore: handle.nullable(),
  state: claimState,
  claimedBy: claimant,
  lines: claimLines,
  /** Why it was refused; null where it was not. */
  code: z.string().nullable(),
  /** What comes back, and what it gives back before cash is rounded; null until the store that sold it has said so. */
  goods: claimedGoods.nullable(),
})

const exampleClaim = {
  id: '01936d2e-7c00-7000-8000-000000000022',
  claimId: '01936d2e-7c00-7000-8000-000000000021',
  till: 'till-2',
  saleId: '01936d2e-7c00-7000-8000-000000000020',
  lines: [{ lineNo: 1, quantityMicro: 1_000_000 }],
}

export const returnClaimRoutes = defineRoutes({
  claimReturn: {
    kind: 'command',
    name: 'claimReturn',
    method: 'POST',
    path: '/return-claims',
    summary:
      'Ask the store whether goods may come back at a till; where another store sold them, it is asked through HQ',
    scope: 'returns:write',
    body: z.object({ id, claimId: id, till: handle, saleId: id, lines: claimLines }),
    response: returnClaim.pick({ claimId: true, state: true, goods: true }),
    example: { body: exampleClaim },
  },
  getReturnClaim: {
    kind: 'query',
    name: 'getReturnClaim',
    method: 'GET',
    path: '/return-claims/:claimId',
    summary: 'How a claim stands; the till can take the goods back as soon as it is open there',
    scope: 'returns:write',
    params: z.object({ claimId: id }),
    response: returnClaim,
  },
  releaseClaim: {
    kind: 'command',
    name: 'releaseClaim',
    method: 'POST',
    path: '/return-claims/:claimId/release',
    summary: 'Give up a claim, at the node that it was given to: the goods did not come back',
    scope: 'returns:write',
    params: z.object({ claimId: id }),
    body: z.object({ id, saleId: id }),
    response: z.object({ claimId: id, state: claimState }),
  },
})

export const returnClaimRefusals: RefusalTexts = {
  'store-needed-for-return': {
    status: 409,
    sentence: 'Only the store knows what came back of this receipt. Try again when the store is reached.',
  },
  'sale-elsewhere': { status: 422, sentence: 'Another store sold this. It has to be asked first.' },
  'sale-arriving': {
    status: 409,
    sentence: 'The till that sold this is still sending what it did. Try again in a moment.',
  },
  'claim-used': { status: 409, sentence: 'This id was used for a claim already. Begin the return again.' },
  'claim-unknown': { status: 404, sentence: 'There is no such claim. Ask the store again.' },
  'claim-other': { status: 422, sentence: 'The store let something else come back. Ask for what is here.' },
  'claim-elsewhere': { status: 409, sentence: 'This claim belongs to another till. Give it up there.' },
  'claim-over': { status: 409, sentence: 'This claim is used or given up already.' },
  'claim-too-late': { status: 422, sentence: 'The question was too old when it arrived. Ask again.' },
  'tax-mode-wrong': {
    status: 422,
    sentence: 'These goods were sold by other tax rules. Take them back in a return of their own.',
  },
}
