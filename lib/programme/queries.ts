import 'server-only'
import { database, programme, type Querying } from '@/db'
import { requireAffiliate, requireViewer, type Actor } from '@/lib/actor'
import { dayOf, type Day } from '@/lib/calendar'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { loadTerms, loadTermsOf } from './load-terms'
import type { Terms } from './schemas'
import { termsAt, versionAt, type TermsVersion } from './terms'

export interface TermsInForce {
  /** What an applicant consents to. */
  termsId: number
  terms: Terms
  /** Null: since the beginning. */
  inForceSince: Day | null
}

/** The programme's terms as they are now: public, since they are what an affiliate signs up to. Throws not_found before setup. */
export async function getTerms(db: Querying = database()): Promise<TermsInForce> {
  const [versions, now] = await Promise.all([loadTermsOf(db, []), programmeNow(db)])
  if (versions.length === 0) throw new TributaryError('not_found', 'The programme has not been set up yet.')
  const { programmeTermsId: termsId, terms } = versionAt(versions, null, Math.floor(now.getTime() / 1000))
  const began = Math.floor((versions.find(({ id }) => id === termsId)?.effectiveFrom.getTime() ?? 0) / 1000)
  // The first terms reach back for ever: to before there was any Stripe.
  return { termsId, terms, inForceSince: began > 0 ? dayOf(began) : null }
}

/** The terms in force for one affiliate, their own and their group's included. */
export async function getTermsOf(
  actor: Actor,
  affiliateId: string,
  db: Querying = database(),
): Promise<Terms> {
  requireAffiliate(actor, affiliateId)
  const [versions, now] = await Promise.all([loadTermsOf(db, [affiliateId]), programmeNow(db)])
  if (versions.length === 0) throw new TributaryError('not_found', 'The programme has not been set up yet.')
  return termsAt(versions, affiliateId, Math.floor(now.getTime() / 1000))
}

/** Terms that are written down and not yet in force. */
export interface UpcomingTerms {
  from: Date
  /** As they are until then. */
  before: Terms
  after: Terms
}

/** What is going to change for everybody, the next first: public, like the terms. */
export async function listUpcomingTerms(db: Querying = database()): Promise<UpcomingTerms[]> {
  return upcoming(await loadTermsOf(db, []), null, await programmeNow(db))
}

/** What is going to change for one affiliate, their own terms and their group's included. */
export async function listUpcomingTermsOf(
  actor: Actor,
  affiliateId: string,
  db: Querying = database(),
): Promise<UpcomingTerms[]> {
  requireAffiliate(actor, affiliateId)
  return upcoming(await loadTermsOf(db, [affiliateId]), affiliateId, await programmeNow(db))
}

function upcoming(versions: readonly TermsVersion[], affiliateId: string | null, now: Date): UpcomingTerms[] {
  const moments = new Set(versions.map(({ effectiveFrom }) => effectiveFrom.getTime()))
  return [...moments]
    .filter((moment) => moment > now.getTime())
    .toSorted((a, b) => a - b)
    .map((moment) => {
      const from = Math.floor(moment / 1000)
      const before = termsAt(versions, affiliateId, from - 1)
      return { from: new Date(moment), before, after: termsAt(versions, affiliateId, from) }
    })
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
