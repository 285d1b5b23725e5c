import 'server-only'
import { isNull, or } from 'drizzle-orm'
import { terms, type Querying } from '@/db'
import { inOrder, readVersion, type TermsVersion } from './terms'
import { among } from '@/lib/rows'

/**
 * Versions of the terms in the order in which they take effect, for `termsAt`.
 * @param affiliateIds only these affiliates' own besides the programme's and the groups'; absent: everybody's
 */
export async function loadTerms(db: Querying, affiliateIds?: readonly string[]): Promise<TermsVersion[]> {
  const rows = await db
    .select({
      id: terms.id,
      affiliateId: terms.affiliateId,
      groupId: terms.groupId,
      effectiveFrom: terms.effectiveFrom,
      values: terms.values,
    })
    .from(terms)
    .where(
      affiliateIds === undefined
        ? undefined
        : or(isNull(terms.affiliateId), among(terms.affiliateId, affiliateIds)),
    )
  return inOrder(rows.map(readVersion))
}
