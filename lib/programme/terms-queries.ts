import 'server-only'
import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import { administrators, affiliateGroups, affiliates, database, terms, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { ofScope, standingAt, type TermsScope } from './change'
import { loadTermsOf, loadTermsOfScope } from './load-terms'
import type { Terms, TermsValues } from './schemas'
import { readVersion, termsAt } from './terms'

export interface TermsVersionSummary {
  id: number
  effectiveFrom: Date
  /** In force since the beginning. */
  reachesBack: boolean
  recordedAt: Date
  /** An administrator's address, else what else wrote it down. */
  recordedBy: string
  /** Null: none was given. */
  reason: string | null
  state: 'past' | 'in_force' | 'scheduled' | 'replaced'
  values: TermsValues
  /** What stood before it; null: nothing. */
  former: TermsValues | null
}

export interface TermsOfScope {
  now: Date
  /** What stands now; empty for a group or an affiliate without terms of their own. */
  values: TermsValues
  /** What comes of them, with all that stands above. */
  inForce: Terms
  /** For the next form: see `Change.basedOn`. */
  lastId: number
  /** The latest to take effect first. */
  versions: TermsVersionSummary[]
}

/** The terms of the programme, of a group or of an affiliate, as they stood, stand and will stand. */
export async function getTermsOfScope(
  actor: Actor,
  scope: TermsScope,
  db: Querying = database(),
): Promise<TermsOfScope> {
  requireViewer(actor)
  const { affiliateId, groupId } = scope
  const [all, now, rows] = await Promise.all([
    loadTermsOfScope(db, scope),
    programmeNow(db),
    loadRecords(db, scope),
  ])
  const own = ofScope(all, scope)
  const values = standingAt(own, now)
  const last = (at: Date) => own.findLast((version) => version.effectiveFrom <= at)?.id
  const inForceId = last(now)
  // Somebody of whom only the group is known.
  const member = { id: 0, effectiveFrom: new Date(0), affiliateId: 'of the group', groupId: null }
  const supposed = groupId === null ? all : [...all, { ...member, values: { group: groupId } }]
  const subject = groupId === null ? affiliateId : member.affiliateId
  return {
    now,
    values,
    inForce: termsAt(supposed, subject, Math.floor(now.getTime() / 1000)),
    lastId: Math.max(0, ...own.map(({ id }) => id)),
    versions: rows.map((row): TermsVersionSummary => {
      const { effectiveFrom } = row
      const former = own.findLast((each) => each.effectiveFrom < effectiveFrom)
      const state =
        last(effectiveFrom) !== row.id
          ? 'replaced'
          : effectiveFrom > now
            ? 'scheduled'
            : row.id === inForceId
              ? 'in_force'
              : 'past'
      return {
        id: row.id,
        effectiveFrom,
        reachesBack: effectiveFrom.getTime() === 0,
        recordedAt: row.recordedAt,
        recordedBy: row.email ?? row.recordedBy.replace(/^\w+:/, ''),
        reason: row.reason,
        state,
        values: readVersion(row).values,
        former: former?.values ?? ((affiliateId ?? groupId) ? {} : null),
      }
    }),
  }
}

async function loadRecords(db: Querying, { affiliateId, groupId }: TermsScope) {
  const subject = affiliateId ?? groupId ?? 'programme'
  return db
    .select({
      id: terms.id,
      affiliateId: terms.affiliateId,
      groupId: terms.groupId,
      effectiveFrom: terms.effectiveFrom,
      recordedAt: terms.recordedAt,
      recordedBy: terms.recordedBy,
      email: administrators.email,
      values: terms.values,
      reason: sql<string | null>`(
        select reason from audit_entries where subject_id = ${subject} and action = 'terms.set' and at = ${terms.recordedAt}
        order by id desc limit 1)`,
    })
    .from(terms)
    .leftJoin(administrators, sql`${terms.recordedBy} = 'person:' || ${administrators.id}`)
    .where(
      affiliateId !== null
        ? eq(terms.affiliateId, affiliateId)
        : and(
            isNull(terms.affiliateId),
            groupId === null ? isNull(terms.groupId) : eq(terms.groupId, groupId),
          ),
    )
    .orderBy(desc(terms.effectiveFrom), desc(terms.id))
}

export interface GroupSummary {
  id: string
  name: string
  /** Who is in it now. */
  members: number
  /** What it has of its own now. */
  values: TermsValues
}

/** Every group, by name. */
export async function listGroups(actor: Actor, db: Querying = database()): Promise<GroupSummary[]> {
  requireViewer(actor)
  const { id, name } = affiliateGroups
  const groups = await db
    .select({ id, name })
    .from(affiliateGroups)
    .orderBy(sql`lower(${name})`)
  if (groups.length === 0) return []
  const ids = groups.map((group) => group.id)
  const [versions, now] = await Promise.all([loadTermsOf(db, [], ids), programmeNow(db)])
  const counted = await db.execute<{ id: string; members: number }>(sql`
    select "group" as id, count(*)::int as members from (${ownGroups(now)}) g where "group" is not null group by 1`)
  const membersOf = new Map(counted.map((row) => [row.id, row.members]))
  return groups.map((group) => ({
    ...group,
    members: membersOf.get(group.id) ?? 0,
    values: standingAt(ofScope(versions, { affiliateId: null, groupId: group.id }), now),
  }))
}

export interface Group {
  id: string
  name: string
  /** Now, by name, the first hundred. */
  members: { id: string; displayName: string }[]
}

/** @throws TributaryError not_found */
export async function getGroup(actor: Actor, groupId: string, db: Querying = database()): Promise<Group> {
  requireViewer(actor)
  const { id, name } = affiliateGroups
  const [group] = await db.select({ id, name }).from(affiliateGroups).where(eq(id, groupId))
  if (!group) throw new TributaryError('not_found', 'There is no such group.')
  const now = await programmeNow(db)
  const members = await db
    .select({ id: affiliates.id, displayName: affiliates.displayName })
    .from(affiliates)
    .where(
      sql`${affiliates.id} in (select affiliate_id from (${ownGroups(now)}) g where "group" = ${groupId})`,
    )
    .orderBy(affiliates.displayName, affiliates.id)
    .limit(100)
  return { ...group, members }
}

/** Of every affiliate with terms of their own: the group that they name. */
function ownGroups(now: Date) {
  return sql`
    select distinct on (affiliate_id) affiliate_id, "values"->>'group' as "group" from terms
    where affiliate_id is not null and effective_from <= ${now.toISOString()}::timestamptz
    order by affiliate_id, effective_from desc, id desc`
}
