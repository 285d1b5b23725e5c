import type { Database } from '@/db'
import { reviewNeighbours } from './review-neighbours'

/** Marks taken together: their neighbours are mostly the same ones, and are judged once. */
const together = 5_000

/** Of the time while there is other work, reviews take a fifth at most. */
const restFactor = 4

/**
 * Reviews as `reviewNeighbours` does, but the seldomer the dearer it is: what a long history's neighbours cost stays a share of all
 * work, however many there are.
 * @returns called with whether there is other work; answers with how many marks were taken
 */
export function reviewInMeasure(db: Database): (busy: boolean) => Promise<number> {
  let notBefore = 0
  return async (busy) => {
    const begun = performance.now()
    if (busy && begun < notBefore) return 0
    const taken = await reviewNeighbours(db, together)
    const ended = performance.now()
    notBefore = ended + restFactor * (ended - begun)
    return taken
  }
}
