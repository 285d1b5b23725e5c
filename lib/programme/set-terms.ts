import 'server-only'
import { eq } from 'drizzle-orm'
import { affiliates, database, programme, type Database, type Transaction } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { isDay, startOfDay } from '@/lib/calendar'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { loadTerms } from './load-terms'
import { overridesSchema, publicKey, type Terms, type TermsKey, type TermsOverrides } from './schemas'
import { differingKeys, type TermsVersion } from './terms'
import { insertAffiliateTerms, insertProgrammeTerms } from './write-terms'

export interface Change {
  values: Partial<Terms>
  /** The first day on which they are in force; absent: from the next second on. */
  from?: string | undefined
  /** Whose own terms; null: the programme's. */
  affiliateId: string | null
}

/**
 * Records terms that take effect now or later, never earlier: a payment in a second that has begun is judged by the terms that
 * were in force. A change already scheduled for later keeps what it changes and takes over the rest.
 * @returns from when they are in force
 * @throws TributaryError invalid (with its field), not_found for an affiliate who does not exist
 */
export async function setTerms(
  actor: Actor,
  change: Change,
  options: { db?: Database; now?: Date } = {},
): Promise<{ effectiveFrom: Date }> {
  requireRole(actor, 'admin')
  requireOverridable(change)
  return (options.db ?? database()).transaction(async (tx) => {
    await lockTerms(tx, change.affiliateId)
    const now = options.now ?? (await programmeNow(tx))
    const effectiveFrom = beginning(change.from, now)
    const all = await loadTerms(tx, change.affiliateId === null ? [] : [change.affiliateId])
    const versions = all.filter(({ affiliateId }) => affiliateId === change.affiliateId)
    const before = versions.findLast((version) => version.effectiveFrom <= effectiveFrom)?.values ?? {}
    let former: Partial<Terms> = before
    let latest = withChanges(before, change.values)
    await insert(tx, actor, change.affiliateId, { effectiveFrom, recordedAt: now, values: latest })
    for (const later of lastOfEachMoment(versions).filter(
      (version) => version.effectiveFrom > effectiveFrom,
    )) {
      const scheduled = changesIn(former, later.values)
      former = later.values
      latest = withChanges(latest, scheduled)
      const version = { effectiveFrom: later.effectiveFrom, recordedAt: now, values: latest }
      await insert(tx, actor, change.affiliateId, version)
    }
    await writeAudit(tx, {
      actor,
      action: 'terms.set',
      subjectId: change.affiliateId ?? 'programme',
      before,
      after: { ...change.values, effectiveFrom },
      at: now,
    })
    return { effectiveFrom }
  })
}

function requireOverridable(change: Change): void {
  const keys = Object.keys(change.values)
  if (keys.length === 0) throw new TributaryError('invalid', 'Nothing is to be changed.')
  if (change.affiliateId === null) return
  const own: readonly string[] = overridesSchema.keyof().options
  const foreign = keys.find((key) => !own.includes(key))
  if (foreign === undefined) return
  throw new TributaryError(
    'invalid',
    'This term is the same for every affiliate.',
    publicKey(foreign as TermsKey),
  ) // a key of Terms
}

/** One writer at a time, so that two changes at once do not each forget the other. */
async function lockTerms(tx: Transaction, affiliateId: string | null): Promise<void> {
  const [row] =
    affiliateId === null
      ? await tx.select({ id: programme.id }).from(programme).for('update')
      : await tx
          .select({ id: affiliates.id })
          .from(affiliates)
          .where(eq(affiliates.id, affiliateId))
          .for('update')
  if (row) return
  throw affiliateId === null
    ? new TributaryError('not_found', 'The programme has not been set up yet.')
    : new TributaryError('not_found', 'There is no such affiliate.', 'affiliate')
}

function beginning(from: string | undefined, now: Date): Date {
  const nextSecond = new Date((Math.floor(now.getTime() / 1000) + 1) * 1000)
  if (from === undefined) return nextSecond
  if (!isDay(from)) throw new TributaryError('invalid', 'A day such as 2026-01-31 is wanted.', 'from')
  const day = new Date(startOfDay(from) * 1000)
  if (day >= nextSecond) return day
  throw new TributaryError(
    'invalid',
    'Terms never reach back: a day that has not begun yet is wanted.',
    'from',
  )
}

function lastOfEachMoment(versions: readonly TermsVersion[]): TermsVersion[] {
  return [...new Map(versions.map((version) => [version.effectiveFrom.getTime(), version])).values()]
}

/** Anomaly rules are changed one by one, all else key by key. */
function withChanges(values: Partial<Terms>, changes: Partial<Terms>): Partial<Terms> {
  const anomalies = changes.anomalies && { anomalies: { ...values.anomalies, ...changes.anomalies } }
  return { ...values, ...changes, ...anomalies }
}

function changesIn(former: Partial<Terms>, later: Partial<Terms>): Partial<Terms> {
  const keys = differingKeys(former, later)
  const changed: Partial<Terms> = Object.fromEntries(
    Object.entries(later).filter(([key]) => keys.some((kept) => kept === key)),
  )
  if (changed.anomalies === undefined) return changed
  const rules = Object.entries(changed.anomalies).filter(
    ([rule, setting]) =>
      JSON.stringify(Object.entries(former.anomalies ?? {}).find(([name]) => name === rule)?.[1]) !==
      JSON.stringify(setting),
  )
  return { ...changed, anomalies: Object.fromEntries(rules) }
}

async function insert(
  tx: Transaction,
  actor: Actor,
  affiliateId: string | null,
  version: { effectiveFrom: Date; recordedAt: Date; values: Partial<Terms> },
): Promise<void> {
  if (affiliateId === null) {
    // Whole: the programme's versions are, and a change only replaces keys of one.
    await insertProgrammeTerms(tx, actor, { ...version, values: version.values as Terms })
  } else {
    const values: TermsOverrides = version.values
    await insertAffiliateTerms(tx, actor, { ...version, affiliateId, values })
  }
}
