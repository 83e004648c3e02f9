import type { ServiceName } from '../../src/contracts/api.ts'
import { systemPrincipal } from '../../src/platform/host/host.ts'
import type { Answer, Service } from '../../src/platform/host/service.ts'
import type { TestShop } from './shop.ts'

/** Stands in for another service: puts its facts into the journal, and does nothing else. */
export const factOwner = (name: ServiceName, owns: readonly string[]): Service => ({
  name,
  migrations: [],
  projections: [],
  owns,
  consumes: [],
  project: async () => {},
  commands: {
    record: {
      decide: ({ facts }: { facts: Array<{ id: string; type: string; body: Record<string, unknown> }> }) => ({
        ok: true,
        facts,
      }),
      answer: fact => ({ id: fact.id }),
    },
  },
})

/** Records one fact through its stand-in, and answers its position. */
export const recordFact = async (
  shop: TestShop,
  service: ServiceName,
  type: string,
  body: Record<string, unknown>,
): Promise<number> => {
  const answer: Answer = await shop.host.execute({
    service,
    command: 'record',
    input: { facts: [{ id: shop.ports.ids.next(), type, body }] },
    principal: systemPrincipal,
  })
  if (!answer.ok) throw new Error(answer.code)
  return answer.position
}
