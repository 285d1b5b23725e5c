import 'server-only'
import { eq } from 'drizzle-orm'
import {
  affiliateGroups,
  affiliates,
  database,
  programme,
  termsLetters,
  type Database,
  type Transaction,
} from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { ofScope, planChange, standingAt, type TermsScope } from './change'
import { beginning } from './beginning'
import { loadTermsOfScope } from './load-terms'
import { overridableKeys, publicKey, type Terms, type TermsKey, type TermsValues } from './schemas'
import { insertAffiliateTerms, insertGroupTerms, insertProgrammeTerms } from './write-terms'

export interface Change {
  /** A key without a value takes back what a group or an affiliate had of their own. */
  values: TermsValues
  /** The first day on which they are in force; absent: from the next second on. */
  from?: string | undefined
  /** Whose own terms; null: the programme's, or the group's. */
  affiliateId: string | null
  groupId?: string | null
  /** The last version of these terms that was seen, 0 if there was none: a later one is not overruled unseen. */
  basedOn?: number
  reason?: string
}

/**
 * Records terms that take effect now or later, never earlier: a payment in a second that has begun is judged by the terms that
 * were in force. A change already scheduled for later keeps what it changes and takes over the rest.
 * Whom it concerns is written to (`enqueueTermsLetters`).
 * @returns from when they are in force
 * @throws TributaryError invalid (with its field), not_found for an affiliate or a group that does not exist, conflict where somebody
 * else changed them since they were seen
 */
export async function setTerms(
  actor: Actor,
  change: Change,
  options: { db?: Database; now?: Date } = {},
): Promise<{ effectiveFrom: Date }> {
  requireRole(actor, 'admin')
  requireOverridable(change)
  const { affiliateId, groupId = null, values, reason } = change
  const scope = { affiliateId, groupId }
  return (options.db ?? database()).transaction(async (tx) => {
    await lockTerms(tx, scope)
    await requireGroup(tx, values.group)
    const now = options.now ?? (await programmeNow(tx))
    const effectiveFrom = beginning(change.from, now)
    const versions = ofScope(await loadTermsOfScope(tx, scope), scope)
    if (change.basedOn !== undefined && change.basedOn !== Math.max(0, ...versions.map(({ id }) => id)))
      throw new TributaryError(
        'conflict',
        'Somebody else has changed these terms meanwhile. Look at them again.',
      )
    const written: number[] = []
    for (const planned of planChange(versions, values, effectiveFrom))
      written.push(await insert(tx, actor, scope, { ...planned, recordedAt: now }))
    // Those behind it were told of when they were made.
    for (const termsId of written.slice(0, 1)) await tx.insert(termsLetters).values({ termsId })
    const taken = Object.entries(values).flatMap(([key, value]) => (value === undefined ? [key] : []))
    await writeAudit(tx, {
      actor,
      action: 'terms.set',
      subjectId: affiliateId ?? groupId ?? 'programme',
      before: standingAt(versions, effectiveFrom),
      after: { ...values, ...(taken.length > 0 && { taken_back: taken }), effectiveFrom },
      ...(reason !== undefined && { reason }),
      at: now,
    })
    return { effectiveFrom }
  })
}

function requireOverridable(change: Change): void {
  const entries = Object.entries(change.values)
  if (entries.length === 0) throw new TributaryError('invalid', 'Nothing is to be changed.')
  const isProgramme = change.affiliateId === null && (change.groupId ?? null) === null
  if (isProgramme) {
    const lost = entries.find(([key, value]) => value === undefined || key === 'group')
    if (lost) throw new TributaryError('invalid', 'The programme’s terms are whole.', lost[0])
    return
  }
  const own: readonly string[] = [...overridableKeys, ...(change.affiliateId === null ? [] : ['group'])]
  const foreign = entries.find(([key]) => !own.includes(key))
  if (foreign === undefined) return
  throw new TributaryError(
    'invalid',
    'This term is the same for every affiliate.',
    publicKey(foreign[0] as TermsKey), // a key of Terms
  )
}

/** One writer at a time, so that two changes at once do not each forget the other. */
async function lockTerms(tx: Transaction, { affiliateId, groupId }: TermsScope): Promise<void> {
  if (affiliateId !== null) {
    const { id } = affiliates
    const [row] = await tx.select({ id }).from(affiliates).where(eq(id, affiliateId)).for('update')
    if (!row) throw new TributaryError('not_found', 'There is no such affiliate.', 'affiliate')
    return
  }
  await requireGroup(tx, groupId ?? undefined)
  // Groups are only ever added, so their rows cannot be locked: the programme's stands for them.
  const [row] = await tx.select({ id: programme.id }).from(programme).for('update')
  if (!row) throw new TributaryError('not_found', 'The programme has not been set up yet.')
}

async function requireGroup(tx: Transaction, groupId: string | undefined): Promise<void> {
  if (groupId === undefined) return
  if ((await tx.$count(affiliateGroups, eq(affiliateGroups.id, groupId))) === 0)
    throw new TributaryError('not_found', 'There is no such group.', 'group')
}

async function insert(
  tx: Transaction,
  actor: Actor,
  { affiliateId, groupId }: TermsScope,
  version: { effectiveFrom: Date; recordedAt: Date; values: TermsValues },
): Promise<number> {
  if (affiliateId !== null) return insertAffiliateTerms(tx, actor, { ...version, affiliateId })
  if (groupId !== null) return insertGroupTerms(tx, actor, { ...version, groupId })
  // Whole: the programme's versions are, and a change only replaces keys of one.
  return insertProgrammeTerms(tx, actor, { ...version, values: version.values as Terms })
}
