import 'server-only'
import { database, programme, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { dayOf, type Day } from '@/lib/calendar'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { loadTerms } from './load-terms'
import type { Terms } from './schemas'
import { versionAt, type TermsVersion } from './terms'

export interface TermsInForce {
  /** What an applicant consents to. */
  termsId: number
  terms: Terms
  /** Null: since the beginning. */
  inForceSince: Day | null
}

/** The programme's terms as they are now: public, since they are what an affiliate signs up to. Throws not_found before setup. */
export async function getTerms(db: Querying = database()): Promise<TermsInForce> {
  const [versions, now] = await Promise.all([loadTerms(db, []), programmeNow(db)])
  if (versions.length === 0) throw new TributaryError('not_found', 'The programme has not been set up yet.')
  const { programmeTermsId: termsId, terms } = versionAt(versions, null, Math.floor(now.getTime() / 1000))
  const began = Math.floor((versions.find(({ id }) => id === termsId)?.effectiveFrom.getTime() ?? 0) / 1000)
  // The first terms reach back for ever: to before there was any Stripe.
  return { termsId, terms, inForceSince: began > 0 ? dayOf(began) : null }
}

/** Every version, past, present and scheduled, in the order in which they take effect. */
export async function listTermsVersions(actor: Actor, db: Querying = database()): Promise<TermsVersion[]> {
  requireViewer(actor)
  return loadTerms(db)
}

export interface ProgrammeIdentity {
  name: string
  booksMode: 'sandbox' | 'test' | 'live'
  stripeAccountId: string | null
}

/** Null before the first start. */
export async function findProgrammeIdentity(db: Querying = database()): Promise<ProgrammeIdentity | null> {
  const [row] = await db
    .select({
      name: programme.name,
      booksMode: programme.booksMode,
      stripeAccountId: programme.stripeAccountId,
    })
    .from(programme)
  return row ?? null
}
