import { refusalText } from '../../src/contracts/api.ts'
import { ApiRefusal } from '../../src/contracts/client.ts'
import { returnClaimRoutes } from '../../src/contracts/return-claims.ts'
import type { InputOf, ResponseOf } from '../../src/contracts/route.ts'
import { salesRoutes } from '../../src/contracts/sales.ts'
import { client, codeOf, newId } from '../shared/api.ts'

type Request = InputOf<typeof salesRoutes.returnGoods>
type Recorded = ResponseOf<typeof salesRoutes.returnGoods>

const looksAtMost = 40
const betweenLooksMs = 250

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

const refused = (code: string): ApiRefusal => {
  const { status, sentence } = refusalText(code)
  return new ApiRefusal({ type: `/api/docs#${code}`, title: sentence, status, code })
}

const linesOf = ({ lines }: Request) =>
  lines.flatMap(line =>
    'saleId' in line ? [{ saleId: line.saleId, lineNo: line.lineNo, quantityMicro: line.quantityMicro }] : [],
  )

/** Has the store let the goods come back here, and nowhere else: it knows what came back of a receipt before. */
const claim = async (request: Request, saleId: string): Promise<void> => {
  const lines = linesOf(request)
  const claimId = request.id
  const asked = {
    id: newId(),
    claimId,
    till: request.till,
    saleId,
    lines: lines.map(({ lineNo, quantityMicro }) => ({ lineNo, quantityMicro })),
  }
  let { state } = await client.call(returnClaimRoutes.claimReturn, asked)
  // Goods of another store are asked for through headquarters.
  for (let looks = 0; state === 'asked' && looks < looksAtMost; looks++) {
    await pause(betweenLooksMs)
    const answered = await client.call(returnClaimRoutes.getReturnClaim, { claimId })
    state = answered.state
    if (state === 'refused') throw refused(answered.code ?? 'claim-unknown')
  }
}

/**
 * Takes goods back. A till with a node of its own asks the store first, unless it alone knows of the sale; what the store allows
 * is heard a moment later. Throws the refusal; then the claim is given up, and a new attempt needs a new id.
 */
export const takeBack = async (request: Request): Promise<Recorded> => {
  const attempt = () => client.call(salesRoutes.returnGoods, request)
  const needsStore = (error: unknown) => codeOf(error) === 'store-needed-for-return'
  try {
    return await attempt()
  } catch (error) {
    if (!needsStore(error)) throw error
  }
  const saleId = linesOf(request)[0]?.saleId ?? ''
  await claim(request, saleId)
  for (let looks = 1; ; looks++) {
    try {
      return await attempt()
    } catch (error) {
      if (needsStore(error) && looks < looksAtMost) {
        await pause(betweenLooksMs)
        continue
      }
      await client
        .call(returnClaimRoutes.releaseClaim, { id: newId(), claimId: request.id, saleId })
        // It may not have come down yet: the store then keeps it as given out, and the manager sees it there.
        .catch(() => {})
      throw error
    }
  }
}
