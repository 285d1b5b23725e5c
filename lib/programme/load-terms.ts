import 'server-only'
import { sql, type SQL } from 'drizzle-orm'
import { terms, type Querying } from '@/db'
import type { TermsScope } from './change'
import { inOrder, readVersion, type TermsVersion } from './terms'

/** Every version there is, in the order in which they take effect, for `termsAt`. */
export function loadTerms(db: Querying): Promise<TermsVersion[]> {
  return load(db, undefined)
}

/** As `terms_one_version_an_instant` has it: the programme's is empty. */
const whose = sql`coalesce(${terms.affiliateId}, ${terms.groupId}, '')`

/**
 * Those by which these affiliates were, are and will be judged: the programme's, their own, and those of every group that they are ever
 * in.
 * @param groupIds groups whose versions are wanted besides
 */
export function loadTermsOf(
  db: Querying,
  affiliateIds: readonly string[],
  groupIds: readonly string[] = [],
): Promise<TermsVersion[]> {
  const named = sql`${sql.param(['', ...affiliateIds, ...groupIds])}::text[]`
  if (affiliateIds.length === 0) return load(db, sql`${whose} = any(${named})`)
  const theirGroups = sql`array(select own."values" ->> 'group' from terms own
    where coalesce(own.affiliate_id, own.group_id, '') = any(${sql.param([...affiliateIds])}::text[]))`
  return load(db, sql`${whose} = any(${named} || ${theirGroups})`)
}

/** As `loadTermsOf`, for a page or a change about the programme, a group or an affiliate. */
export function loadTermsOfScope(
  db: Querying,
  { affiliateId, groupId }: TermsScope,
): Promise<TermsVersion[]> {
  return loadTermsOf(db, affiliateId === null ? [] : [affiliateId], groupId === null ? [] : [groupId])
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
