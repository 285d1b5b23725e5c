import { sql } from 'drizzle-orm'
import {
  affiliates,
  balanceDays,
  codes,
  commissions,
  customers,
  evidence,
  inboxEvents,
  inboxWork,
  ledgerTransfers,
  payoutDetails,
  payoutRuns,
  payouts,
  reversalDays,
  settlements,
  type Database,
} from '@/db'
import { ensureProgramme } from '@/lib/programme/ensure-programme'

const paidAt = new Date('2026-01-31T10:00:00Z')

/** Books written by hand, without the pipeline: an affiliate, a payment of two instalments, the later one refunded in part. */
export async function writeSmallBooks(db: Database): Promise<void> {
  await ensureProgramme(db, { booksMode: 'sandbox', stripeAccountId: null, now: paidAt })
  const person = { displayName: 'Ahmet', email: 'ahmet@example.com', createdAt: paidAt }
  await db.insert(affiliates).values({ id: 'aff_1', handle: 'Ahmet', status: 'active', ...person })
  const code = { code: 'AHMET5', affiliateId: 'aff_1', stripeCouponId: 'trb_1', percentOffBps: 500 }
  await db
    .insert(codes)
    .values({ ...code, status: 'active', stripePromotionCodeId: 'promo_1', createdAt: paidAt })
  const [seen] = await db
    .insert(evidence)
    .values({
      subjectId: 'cus_1',
      kind: 'invoice_discount',
      rank: 1,
      at: paidAt,
      sourceId: 'in_1',
      couponId: 'trb_1',
      recordedAt: paidAt,
      digest: '1',
    })
    .returning({ id: evidence.id })
  const belongs = { affiliateId: 'aff_1', since: paidAt, matchedBy: 'coupon', evidenceId: seen?.id ?? null }
  await db.insert(customers).values({ id: 'cus_1', ...belongs, createdAt: paidAt })
  await writePayment(db)
  await writeDraft(db)
  const event = { eventId: 'evt_1', type: 'invoice.paid', createdAt: paidAt, recordedAt: paidAt }
  await db.insert(inboxEvents).values(event)
  await db.insert(inboxWork).values({
    eventId: 'evt_1',
    state: 'done',
    nextAttemptAt: paidAt,
    outcome: 'settled',
    sentence: 'Settled.',
    doneAt: paidAt,
  })
}

async function writePayment(db: Database): Promise<void> {
  const ids = { paymentId: 'pi_1', invoiceId: 'in_1', customerId: 'cus_1' }
  const transfer = {
    ...ids,
    affiliateId: 'aff_1',
    currency: 'usd',
    seq: 1,
    recordedAt: paidAt,
    occurredAt: paidAt,
  }
  const first = { earnedOn: '2026-01-31', payableOn: '2026-03-02' }
  const second = { earnedOn: '2026-02-28', payableOn: '2026-03-30' }
  const earned = { debit: 'commission_expense', credit: 'earned', kind: 'instalment' } as const
  const refunded = { debit: 'earned', credit: 'commission_expense', kind: 'refund' } as const
  await db.insert(ledgerTransfers).values([
    { ...transfer, ...first, ...earned, amountMinor: 446n, lineKey: 'instalment/0' },
    { ...transfer, ...second, ...earned, amountMinor: 445n, lineKey: 'instalment/1' },
    { ...transfer, ...second, ...refunded, amountMinor: 91n, lineKey: 'refund:re_1/instalment/1' },
  ])
  const day = { affiliateId: 'aff_1', currency: 'usd', account: 'earned' } as const
  await db.insert(balanceDays).values([
    { ...day, ...first, amountMinor: 446n },
    { ...day, ...second, amountMinor: 354n },
  ])
  const taken = { earnedOn: second.earnedOn, amountMinor: 91n }
  await db.insert(reversalDays).values({ affiliateId: 'aff_1', currency: 'usd', ...taken })
  const basis = { paymentId: 'pi_1', basisId: 'in_1' }
  const calculation = { steps: [], instalments: [], reversals: [] }
  const [settlement] = await db
    .insert(settlements)
    .values({ ...basis, recordedAt: paidAt, digest: '1', calculation, facts: {} })
    .returning({ id: settlements.id })
  await db.insert(commissions).values({
    ...basis,
    ...ids,
    affiliateId: 'aff_1',
    status: 'settled',
    sentence: 'Earned.',
    paidAt,
    paymentCurrency: 'usd',
    paymentMinor: 5510n,
    currency: 'usd',
    netMinor: 4455n,
    rateBps: 2000,
    commissionMinor: 891n,
    reversedMinor: 91n,
    remainingMinor: 800n,
    settlementId: settlement?.id ?? 0,
    settledAt: paidAt,
  })
}

/** As somebody with every right would: past the triggers. */
export async function tamper(superuser: Database, statement: string): Promise<void> {
  await superuser.transaction(async (tx) => {
    await tx.execute(sql`set local session_replication_role = replica`)
    await tx.execute(sql.raw(statement))
  })
}

/** A payout run that was drafted and never looked at. */
async function writeDraft(db: Database): Promise<void> {
  const to = { method: 'paypal', destination: { email: 'ahmet@example.com' } } as const
  const [details] = await db
    .insert(payoutDetails)
    .values({ affiliateId: 'aff_1', ...to, digest: '1', changedBy: 'aff_1', at: paidAt })
    .returning({ id: payoutDetails.id })
  const drafted = { draftedBy: 'adm_1', draftedAt: paidAt, throughTransferId: 3n }
  await db
    .insert(payoutRuns)
    .values({ id: 'run_1', state: 'draft', cutOffOn: '2026-03-02', minimums: {}, ...drafted })
  const lines = { amountMinor: 446n, carriedMinor: 0n, lineCount: 1, linesDigest: '1' }
  await db.insert(payouts).values(
    ['usd', 'gbp'].map((currency, n) => ({
      id: `pay_${n + 1}`,
      runId: 'run_1',
      affiliateId: 'aff_1',
      currency,
      ...lines,
      detailsId: details?.id ?? 0,
      ...to,
      warnings: [],
      state: 'draft' as const,
    })),
  )
}
