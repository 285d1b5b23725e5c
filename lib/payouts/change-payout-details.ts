import 'server-only'
import { createHash } from 'node:crypto'
import { desc, eq } from 'drizzle-orm'
import { affiliates, database, payoutDetails, type Database, type Transaction } from '@/db'
import { actorName, requireOwner, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { enqueueDetailsMails } from './details-mail'
import { maskedDestination, payoutDetailsSchema, type PayoutDestination } from './schemas'

/**
 * Where an affiliate wants to be paid from now on: the affiliate says so, or an administrator for them. What was given before is kept.
 * A change holds payouts for as long as the terms say (72 hours by default), the first details of all do not; a payout that is approved
 * and not sent yet is taken out. The same details again change nothing.
 * @throws TributaryError not_found, invalid
 */
export async function changePayoutDetails(
  actor: Actor,
  affiliateId: string,
  details: PayoutDestination,
  options: { db?: Database; now?: Date } = {},
): Promise<void> {
  requireOwner(actor, affiliateId)
  const parsed = payoutDetailsSchema.safeParse(details)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new TributaryError(
      'invalid',
      issue?.message ?? 'These are no payout details.',
      String(issue?.path.at(-1)),
    )
  }
  await (options.db ?? database()).transaction((tx) =>
    recordDetails(tx, actor, affiliateId, parsed.data, options.now),
  )
}

/** In a transaction of the caller's, who has checked the actor. */
export async function recordDetails(
  tx: Transaction,
  actor: Actor,
  affiliateId: string,
  details: PayoutDestination,
  at?: Date,
): Promise<void> {
  const [affiliate] = await tx
    .select({ id: affiliates.id })
    .from(affiliates)
    .where(eq(affiliates.id, affiliateId))
    .for('no key update')
  if (!affiliate) throw new TributaryError('not_found', 'There is no such affiliate.')
  const digest = digestOf(details)
  const [last] = await tx
    .select()
    .from(payoutDetails)
    .where(eq(payoutDetails.affiliateId, affiliateId))
    .orderBy(desc(payoutDetails.id))
    .limit(1)
  const { method, destination } = details
  const same = JSON.stringify(sorted(last?.destination)) === JSON.stringify(sorted(destination))
  if (last?.digest === digest && same) return
  const now = at ?? (await programmeNow(tx))
  const changedBy = actorName(actor).id
  const [written] = await tx
    .insert(payoutDetails)
    .values({ affiliateId, method, destination, digest, changedBy, at: now })
    .returning({ id: payoutDetails.id })
  if (last && written) {
    const before = payoutDetailsSchema.parse({ method: last.method, destination: last.destination })
    await enqueueDetailsMails(tx, { affiliateId, before, after: details, detailsId: written.id }, now)
  }
  await writeAudit(tx, {
    actor,
    action: 'payout_details.change',
    subjectId: affiliateId,
    ...(last && { before: { payoutDetails: last.id } }),
    after: { to: maskedDestination(details) },
    at: now,
  })
}

/** Of the account that the money reaches, whatever name it bears. */
function digestOf(details: PayoutDestination): string {
  const account =
    details.method === 'stripe' ? details.destination.accountId : details.destination.email.toLowerCase()
  return createHash('sha256').update(`${details.method} ${account}`).digest('base64url')
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
}
