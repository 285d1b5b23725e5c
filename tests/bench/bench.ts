import type { PostgresServer } from '@/lib/postgres'
import type { Figure } from './figure'

/** What every measurement is given. */
export interface Bench {
  server: PostgresServer
  /** Turns of each comparison. */
  rounds: number
  /** Fewer customers and lines, so that all of it takes minutes; the ratios are the same ones. */
  quick: boolean
  /** How many objects Stripe shows to the sweep, where that is said. */
  objects?: number | undefined
}

export type Measure = (bench: Bench) => Promise<Figure[]>
