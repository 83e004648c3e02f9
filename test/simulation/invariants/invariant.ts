import type { World } from '../world.ts'
import type { AllBooks } from './books.ts'

/** One of the numbered sentences of reliability.md. */
export type Invariant = {
  number: number
  says: string
  /** What contradicts it; nothing where it holds. */
  check(world: World, books: AllBooks): string[] | Promise<string[]>
}
