import 'server-only'
import { and, isNull, or, sql, type SQL } from 'drizzle-orm'
import { terms, type Querying } from '@/db'
import { inOrder, readVersion, type TermsVersion } from './terms'
import { among } from '@/lib/rows'

/**
 * Versions of the terms in the order in which they take effect, for `termsAt`.
 * @param affiliateIds only these affiliates' own besides the programme's and the groups'; absent: everybody's
 */
export function loadTerms(db: Querying, affiliateIds?: readonly string[]): Promise<TermsVersion[]> {
  return load(
    db,
    affiliateIds === undefined
      ? undefined
      : or(isNull(terms.affiliateId), among(terms.affiliateId, affiliateIds)),
  )
}

/** As `loadTerms`, without the groups in which none of these affiliates ever was: what settling their payments needs. */
export function loadTermsOf(db: Querying, affiliateIds: readonly string[]): Promise<TermsVersion[]> {
  const programmes = and(isNull(terms.affiliateId), isNull(terms.groupId))
  if (affiliateIds.length === 0) return load(db, programmes)
  const theirs = among(terms.affiliateId, affiliateIds)
  const groups = db
    .select({ id: sql`${terms.values} ->> 'group'` })
    .from(terms)
    .where(theirs)
  return load(db, or(programmes, theirs, sql`${terms.groupId} in ${groups}`))
}

async function load(db: Querying, where: SQL | undefined): Promise<TermsVersion[]> {
  const rows = await db
    .select({
      id: terms.id,
      affiliateId: terms.affiliateId,
      groupId: terms.groupId,
      effectiveFrom: terms.effectiveFrom,
      values: terms.values,
    })
    .from(terms)
    .where(where)
  return inOrder(rows.map(readVersion))
}
