import { eq, sql } from 'drizzle-orm'
import { administrators, connectAccounts, ledgerTransfers, payouts, type Database } from '@/db'
import type { Actor } from '@/lib/actor'
import { newId } from '@/lib/ids'
import { postMoves } from '@/lib/ledger/post-moves'
import { verifyBooks } from '@/lib/ledger/verify'
import { approvePayoutRun } from '@/lib/payouts/approve-payout-run'
import { changePayoutDetails } from '@/lib/payouts/change-payout-details'
import { draftPayoutRun } from '@/lib/payouts/draft-payout-run'
import { runDigest } from '@/lib/payouts/run-digest'
import { connectStripe, refreshStripeAccount } from '@/lib/payouts/connect-stripe'
import { sendPayouts } from '@/lib/payouts/send-payouts'
import type { Watch } from '@/lib/payouts/steps'
import type { Stripe } from '@/lib/stripe/client'
import type { Books } from './books'
import { sendPayoutRun } from '@/lib/payouts/send-payout-run'

export const system: Actor = { kind: 'system', job: 'test' }
export type Colleague = Extract<Actor, { kind: 'person' }>

/** Somebody in the console who has just given a second factor. */
export async function newColleague(
  db: Database,
  name: string,
  role: 'admin' | 'finance' | 'viewer' = 'finance',
): Promise<Colleague> {
  const id = newId('adm')
  const email = `${name}@programme.test`
  await db.insert(administrators).values({ id, email, role, createdAt: new Date() })
  return {
    kind: 'person',
    userId: name,
    email,
    administrator: { id, role },
    affiliateId: null,
    secondFactorAt: new Date(),
  }
}

/** Earned by an affiliate without any payment: an opening balance, payable on a day. */
export async function earn(
  db: Database,
  affiliateId: string,
  amountMinor: bigint,
  options: { currency?: string; on?: string } = {},
): Promise<void> {
  const { currency = 'usd', on = '2026-01-15' } = options
  const at = new Date(`${on}T12:00:00Z`)
  const [debit, credit] = amountMinor > 0n ? ['opening_balances', 'earned'] : ['earned', 'opening_balances']
  const size = amountMinor > 0n ? amountMinor : -amountMinor
  await db.transaction((tx) =>
    postMoves(
      tx,
      sql`select ${debit}::text as debit, ${credit}::text as credit, ${currency}::text as currency, ${String(size)}::bigint as amount_minor,
            ${on}::date as earned_on, ${on}::date as payable_on, ${`opening:${newId('dec')}`}::text as line_key, 1 as seq,
            'opening' as kind, ${affiliateId}::text as affiliate_id, null::text as payout_id`,
      { occurredAt: at, recordedAt: at },
    ),
  )
}

/** An account at PayPal, given long ago. */
export async function payByPaypal(db: Database, affiliateId: string, email: string): Promise<void> {
  const details = { method: 'paypal', destination: { email } } as const
  await changePayoutDetails(system, affiliateId, details, { db, now: new Date('2025-06-01T00:00:00Z') })
}

export async function draftAndApprove(
  db: Database,
  people: { drafts: Actor; approves: Actor },
  now: Date,
): Promise<string> {
  const runId = await draftPayoutRun(people.drafts, {}, { db, now })
  await approvePayoutRun(people.approves, { runId, digest: await runDigest(db, runId) }, { db, now })
  return runId
}

export async function approveAndSend(
  db: Database,
  people: { drafts: Actor; approves: Actor },
  now: Date,
): Promise<string> {
  const runId = await draftAndApprove(db, people, now)
  await sendPayoutRun(people.approves, runId, { db, now })
  return runId
}

export async function payoutsOf(db: Database, runId: string) {
  return db
    .select()
    .from(payouts)
    .where(eq(payouts.runId, runId))
    .orderBy(payouts.affiliateId, payouts.currency)
}

/** What stands on each account, of one affiliate and the programme's own that it moved; zeros left out. */
export async function accountsOf(db: Database, affiliateId: string): Promise<Record<string, bigint>> {
  const rows = await db.select().from(ledgerTransfers).where(eq(ledgerTransfers.affiliateId, affiliateId))
  const sums: Record<string, bigint> = {}
  for (const { debit, credit, currency, amountMinor } of rows) {
    sums[`${currency} ${debit}`] = (sums[`${currency} ${debit}`] ?? 0n) - amountMinor
    sums[`${currency} ${credit}`] = (sums[`${currency} ${credit}`] ?? 0n) + amountMinor
  }
  return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0n))
}

export async function brokenInvariants(db: Database): Promise<unknown[]> {
  const verdicts = await verifyBooks(system, { db })
  return verdicts.filter(({ holds }) => !holds).map(({ name, rows }) => ({ name, rows }))
}

/** An account at Stripe Connect that takes transfers, given long ago. */
export async function payByStripe(
  { db, stripe }: Pick<Books, 'db' | 'stripe'>,
  affiliateId: string,
): Promise<string> {
  await connectStripe(
    system,
    { affiliateId, country: 'de', returnUrl: 'http://localhost/portal/payouts' },
    { db, stripe },
  )
  const [account] = await db
    .select()
    .from(connectAccounts)
    .where(eq(connectAccounts.affiliateId, affiliateId))
  const id = account?.stripeAccountId ?? ''
  await stripe.rawRequest('POST', `/v1/test_helpers/sandbox/accounts/${id}/onboard`)
  await refreshStripeAccount(system, affiliateId, { db, stripe, now: new Date('2025-06-01T00:00:00Z') })
  return id
}

/** Money at Stripe that can be transferred now. */
export async function fund(stripe: Stripe, amount: number, currency = 'usd'): Promise<void> {
  await stripe.rawRequest('POST', '/v1/test_helpers/sandbox/balance', { amount, currency })
}

/** Sends until nothing is left to do, an hour and a bit at a time. */
export async function sendAll(
  { db, stripe }: Pick<Books, 'db' | 'stripe'>,
  options: { from?: Date; watch?: Watch; rounds?: number; stepMs?: number } = {},
): Promise<void> {
  const { from = new Date(), rounds = 40, stepMs = 1_000_000 } = options
  for (let round = 0, at = from.getTime(); round < rounds; round++, at += stepMs) {
    const now = () => new Date(at)
    const taken = await sendPayouts({
      db,
      stripe,
      now,
      limit: 100,
      ...(options.watch && { watch: options.watch }),
    })
    if (taken === 0) return
  }
}
