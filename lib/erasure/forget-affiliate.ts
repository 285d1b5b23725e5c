import 'server-only'
import { randomBytes } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import {
  administrators,
  affiliatePreferences,
  affiliates,
  affiliateSigns,
  apiAnswers,
  balanceDays,
  database,
  emailChanges,
  mails,
  users,
  verificationTokens,
  type Database,
  type Transaction,
} from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { keepAddress } from '@/lib/anomalies/own-purchases'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow, wallNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { lockForDecision } from '@/lib/ledger/decision-lock'
import { forgetEverywhere, payloadsWith } from './forget-everywhere'

/**
 * Takes an affiliate's name and addresses out of every table and payload, for good. Their lines, sums and codes stay, under their id; what
 * rules compare stays comparable under marks that lead back to nobody. Again, it does nothing.
 * @param input.evenIfOwed although they have money coming, which then cannot be sent
 * @throws TributaryError forbidden, not_found, invalid without a reason, conflict unless they are closed and nothing is under way or owed
 */
export async function forgetAffiliate(
  actor: Actor,
  input: { affiliateId: string; reason: string; evenIfOwed?: boolean },
  db: Database = database(),
): Promise<void> {
  requireRole(actor, 'admin')
  const { affiliateId, evenIfOwed = false } = input
  const reason = input.reason.trim()
  if (reason === '') throw new TributaryError('invalid', 'Say why.', 'reason')
  await db.transaction(async (tx) => {
    await lockForDecision(tx)
    const [affiliate] = await tx.select().from(affiliates).where(eq(affiliates.id, affiliateId)).for('update')
    if (!affiliate) throw new TributaryError('not_found', 'There is no such affiliate.')
    if (affiliate.forgottenAt !== null) return
    await requireDone(tx, affiliate, evenIfOwed)
    const { email, displayName, handle } = affiliate
    await keepAddress(tx, affiliate)
    const signs = await tx
      .select({ digest: affiliateSigns.emailDigest })
      .from(affiliateSigns)
      .where(eq(affiliateSigns.affiliateId, affiliateId))
    const addresses = [email, ...(await formerAddresses(tx, affiliateId))]
    for (const address of new Set(addresses.map((each) => each.toLowerCase())))
      await forgetSignIn(tx, address)
    await takeOutOwn(tx, affiliateId, addresses)
    await forgetEverywhere(tx, {
      events: await payloadsWith(tx, addresses),
      seen: [],
      digests: Object.fromEntries(
        signs.map(({ digest }) => [digest, `forgotten-${randomBytes(24).toString('base64url')}`]),
      ),
      words: [...addresses, displayName, handle],
      affiliateId,
    })
    const at = await programmeNow(tx)
    await tx
      .update(affiliates)
      .set({
        email: `${affiliateId}@forgotten.invalid`,
        displayName: 'Forgotten',
        handle: `gone${affiliateId.slice(4)}`,
        forgottenAt: at,
      })
      .where(eq(affiliates.id, affiliateId))
    await writeAudit(tx, { actor, action: 'affiliate.forget', subjectId: affiliateId, reason, at })
  })
}

async function requireDone(
  tx: Transaction,
  affiliate: typeof affiliates.$inferSelect,
  evenIfOwed: boolean,
): Promise<void> {
  if (affiliate.status !== 'closed' && affiliate.status !== 'applied')
    throw new TributaryError('conflict', 'Close the affiliate first.')
  const rows = await tx
    .select({ account: balanceDays.account, sum: sql<string>`sum(${balanceDays.amountMinor})::text` })
    .from(balanceDays)
    .where(eq(balanceDays.affiliateId, affiliate.id))
    .groupBy(balanceDays.account, balanceDays.currency)
  if (rows.some(({ account, sum }) => account === 'in_payout' && sum !== '0'))
    throw new TributaryError('conflict', 'A payout to them is under way: wait until it has ended.')
  const owed = rows.some(
    ({ account, sum }) => (account === 'earned' || account === 'held') && BigInt(sum) > 0n,
  )
  if (owed && !evenIfOwed)
    throw new TributaryError(
      'conflict',
      'They have money coming. Pay it first, or say that it may stay unpaid.',
    )
}

/** As the audit log knows them. */
async function formerAddresses(tx: Transaction, affiliateId: string): Promise<string[]> {
  const rows = await tx.execute<{ address: string }>(sql`
    select distinct v as address from audit_entries,
      lateral (values (before->>'email'), (after->>'email'), (after->>'newEmail')) as t (v)
    where subject_id = ${affiliateId} and v is not null
    union select distinct lower(destination->>'email') from payout_details
    where affiliate_id = ${affiliateId} and destination->>'email' is not null
    union select distinct destination->>'accountHolder' from payout_details
    where affiliate_id = ${affiliateId} and destination->>'accountHolder' is not null`)
  return rows.map(({ address }) => address)
}

/** Whoever is in the console under the same address can still sign in there. */
async function forgetSignIn(tx: Transaction, address: string): Promise<void> {
  await tx.delete(verificationTokens).where(eq(sql`lower(${verificationTokens.identifier})`, address))
  const [administrator] = await tx
    .select({ id: administrators.id })
    .from(administrators)
    .where(eq(sql`lower(${administrators.email})`, address))
  if (!administrator) await tx.delete(users).where(eq(sql`lower(${users.email})`, address))
}

async function takeOutOwn(tx: Transaction, affiliateId: string, addresses: readonly string[]): Promise<void> {
  await tx.delete(emailChanges).where(eq(emailChanges.affiliateId, affiliateId))
  await tx
    .update(affiliatePreferences)
    .set({ locale: 'en', mailsOff: [] })
    .where(eq(affiliatePreferences.affiliateId, affiliateId))
  const lower = sql.param(addresses.map((address) => address.toLowerCase()))
  await tx
    .update(mails)
    .set({
      recipient: 'forgotten@forgotten.invalid',
      subject: 'Forgotten',
      text: '',
      html: '',
      error: null,
      sentAt: sql`coalesce(${mails.sentAt}, ${wallNow().toISOString()}::timestamptz)`,
      cause: sql`case when ${mails.cause} like 'sign-in/%' then 'forgotten/' || ${mails.id} else ${mails.cause} end`,
    })
    .where(sql`${mails.affiliateId} = ${affiliateId} or lower(${mails.recipient}) = any(${lower}::text[])`)
  await tx.delete(apiAnswers).where(
    sql`${apiAnswers.apiKeyId} = ${`form/${affiliateId}`} or exists (
        select from unnest(${lower}::text[]) as a where strpos(lower(${apiAnswers.body}::text), a) > 0)`,
  )
}
