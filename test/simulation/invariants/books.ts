import type { Selectable } from 'kysely'
import type { Fact, RecordedFact } from '../../../src/contracts/fact.ts'
import type { NodeIdentity } from '../../../src/platform/journal/journal.ts'
import type { JournalTables } from '../../../src/platform/journal/tables.ts'
import type { Machine } from '../machine.ts'
import type { World } from '../world.ts'

export type Quarantined = Selectable<JournalTables['quarantine']>

/** All that one node has written down, read past every service. */
export type Books = {
  machine: Machine
  node: NodeIdentity
  /** In the order of its journal. */
  facts: RecordedFact[]
  byId: Map<string, RecordedFact>
  /** What its services believe. */
  believed: RecordedFact[]
  quarantine: Quarantined[]
}

export type AllBooks = Map<Machine, Books>

const readBooks = async (machine: Machine): Promise<Books> => {
  const process = machine.process
  if (!process) throw new Error(`${machine.name} does not run`)
  const tables = process.database.tables<JournalTables>()
  const rows = await tables.selectFrom('journal').selectAll().orderBy('position').execute()
  const facts = rows.map(
    (row): RecordedFact => ({
      ...(JSON.parse(row.text) as Fact),
      position: row.position,
      recordedAtUs: row.recorded_at_us,
      hash: row.hash,
      fromAbove: row.from_above === 1,
      quarantined: row.quarantined === 1,
    }),
  )
  return {
    machine,
    node: process.identity,
    facts,
    byId: new Map(facts.map(fact => [fact.id, fact])),
    believed: facts.filter(fact => !fact.quarantined),
    quarantine: await tables.selectFrom('quarantine').selectAll().orderBy('number').execute(),
  }
}

export const readAllBooks = async (world: World): Promise<AllBooks> => {
  const all: AllBooks = new Map()
  for (const machine of world.machines) if (machine.process?.isAlive()) all.set(machine, await readBooks(machine))
  return all
}

/** The books of a machine and of those above it, its own first. */
export const upwards = (books: AllBooks, from: Machine): Books[] => {
  const found: Books[] = []
  for (let machine: Machine | null = from; machine; machine = machine.parent) {
    const here = books.get(machine)
    if (here) found.push(here)
  }
  return found
}

export const chainOf = ({ node, epoch }: Pick<Fact, 'node' | 'epoch'>): string => `${node} ${epoch}`
export const placeOf = (fact: Pick<Fact, 'node' | 'epoch' | 'seq'>): string => `${chainOf(fact)} ${fact.seq}`
