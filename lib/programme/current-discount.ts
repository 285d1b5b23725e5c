import 'server-only'
import type { Querying } from '@/db'
import { TributaryError } from '@/lib/errors'
import { loadTermsOf } from './load-terms'
import type { Discount } from './schemas'
import { termsAt } from './terms'

/**
 * What a new code gives where nothing else is said.
 * @throws TributaryError not_found before the programme was set up
 */
export async function currentDiscount(db: Querying, now: Date): Promise<Discount> {
  const versions = await loadTermsOf(db, [])
  if (versions.length === 0) throw new TributaryError('not_found', 'The programme has not been set up yet.')
  return termsAt(versions, null, Math.floor(now.getTime() / 1000)).discount
}
