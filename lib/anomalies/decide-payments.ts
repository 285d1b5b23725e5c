import { anomalyMarks, exemptions, paymentTraits, verdicts, type Querying, type Transaction } from '@/db'
import type { Instant } from '@/lib/calendar'
import type { Terms } from '@/lib/programme/schemas'
import { keepLooseEnds, type LooseEnd } from '@/lib/attribution/loose-ends'
import { decide, openSignals, type Decision, type Exemption, type Verdict } from './decide'
import type { EmailSigns } from './fingerprints'
import { emailsAt, loadOwnPurchases, type EmailSight, type OwnPurchases } from './own-purchases'
import { judge, type JudgedPayment } from './rules'
import { loadSignals, ofCrossRules, ofOwnRules, signalOf, writeSignals } from './signals'
import { among, insertRows, overwriting } from '@/lib/rows'

/** A payment as its own facts have it. */
export interface PaymentToDecide {
  paymentId: string
  customerId: string | null
  paidAt: Instant
  cardFingerprint: string | null
  payerDigest: string | null
  /** Seen on the payment itself. */
  emails: readonly EmailSigns[]
  earlyFraudWarning: JudgedPayment['earlyFraudWarning']
  /** When money first went back. */
  returnedAt: Instant | null
  /** Null: nobody's, or paid before it was anybody's. */
  affiliateId: string | null
  paidBeforeCode: boolean
  /** Of the terms in force when it was made. */
  anomalies: Terms['anomalies']
}

/**
 * Judges payments whose locks the caller holds, writes the rules' answers down, and says what becomes of each: by the verdicts of
 * people, else by the rules. Payments whose traits changed are marked, so that their neighbours are reviewed.
 */
export async function decidePayments(
  tx: Transaction,
  payments: readonly PaymentToDecide[],
  recordedAt: Date,
): Promise<Map<string, Decision>> {
  if (payments.length === 0) return new Map()
  await keepTraits(tx, payments)
  const paymentIds = payments.map(({ paymentId }) => paymentId)
  const affiliateIds = distinct(payments.map(({ affiliateId }) => affiliateId))
  const customerIds = distinct(payments.map(({ customerId }) => customerId))
  const { own, sights } = await loadOwnPurchases(tx, affiliateIds, affiliateIds.length > 0 ? customerIds : [])
  const judged = payments.flatMap((payment) => {
    const subject = asJudged(payment, own, sights)
    return subject === null ? [] : judge(subject, payment.anomalies)
  })
  const written = await loadSignals(tx, paymentIds)
  await writeSignals(tx, written.filter(ofOwnRules), judged, recordedAt)
  const across = written.filter((row) => ofCrossRules(row) && row.stands).map(signalOf)
  const words = await loadVerdicts(tx, [...paymentIds, ...customerIds])
  const exempt = await loadExemptions(tx, affiliateIds)
  const ends: LooseEnd[] = []
  const decided = new Map(
    payments.map(({ paymentId, customerId, affiliateId, paidAt }) => {
      const signals = [...judged, ...across].filter(
        (signal) => signal.paymentId === paymentId && signal.affiliateId === affiliateId,
      )
      const spoken = words.filter(({ subjectId }) => subjectId === paymentId || subjectId === customerId)
      const exemptOf = exempt.filter((row) => row.affiliateId === affiliateId)
      const open = openSignals(paidAt, signals, spoken, exemptOf)
      if (open.some(({ action }) => action !== 'notice')) ends.push({ subjectId: paymentId, kind: 'review' })
      if (open.some(({ action }) => action === 'notice')) ends.push({ subjectId: paymentId, kind: 'notice' })
      return [paymentId, decide(paidAt, signals, spoken, exemptOf)]
    }),
  )
  await keepLooseEnds(tx, { subjectIds: paymentIds, kinds: ['review', 'notice'] }, ends)
  return decided
}

function asJudged(
  payment: PaymentToDecide,
  own: ReadonlyMap<string, OwnPurchases>,
  sights: ReadonlyMap<string, EmailSight[]>,
): JudgedPayment | null {
  const { affiliateId, customerId, paidAt, paymentId } = payment
  const affiliate = own.get(affiliateId ?? '')
  if (affiliateId === null || affiliate === undefined) return null
  const seen = sights.get(customerId ?? '') ?? []
  const customerIds = [...affiliate.customers].filter(([, since]) => since <= paidAt).map(([id]) => id)
  const before = affiliate.payments.filter((own) => own.paidAt <= paidAt && own.paymentId !== paymentId)
  return {
    ...payment,
    emails: [...payment.emails, ...(seen.length > 0 ? emailsAt(seen, paidAt) : [])],
    affiliate: {
      id: affiliateId,
      emails: affiliate.emails.filter(({ since }) => since <= paidAt),
      customerIds: new Set(customerIds),
      cards: new Set(distinct(before.map(({ cardFingerprint }) => cardFingerprint))),
      payers: new Set(distinct(before.map(({ payerDigest }) => payerDigest))),
    },
  }
}

async function keepTraits(tx: Transaction, payments: readonly PaymentToDecide[]): Promise<void> {
  const rows = await tx
    .select()
    .from(paymentTraits)
    .where(
      among(
        paymentTraits.paymentId,
        payments.map(({ paymentId }) => paymentId),
      ),
    )
  const kept = new Map(rows.map((row) => [row.paymentId, row]))
  const changed = payments.map(traitsOf).filter((now) => {
    const before = kept.get(now.paymentId)
    return before === undefined || textOf(before) !== textOf(now)
  })
  if (changed.length === 0) return
  await tx.execute(insertRows(paymentTraits, changed, overwriting(paymentTraits, 'paymentId')))
  const marks = changed.map((now) => {
    const { paymentId, affiliateId } = now
    const before = kept.get(paymentId)
    const former = before?.affiliateId ?? null
    const formerAffiliateId = former === affiliateId ? null : former
    return { paymentId, formerAffiliateId, countsFrom: before ? onlyReturned(before, now) : null }
  })
  await tx.execute(insertRows(anomalyMarks, marks))
}

type Traits = typeof paymentTraits.$inferSelect

function traitsOf(payment: PaymentToDecide): Traits {
  const { paymentId, affiliateId, customerId, cardFingerprint, payerDigest, paidAt, returnedAt } = payment
  return {
    paymentId,
    affiliateId,
    customerId,
    paidAt: new Date(paidAt * 1000),
    cardFingerprint,
    payerDigest,
    returnedAt: returnedAt === null ? null : new Date(returnedAt * 1000),
  }
}

/** Where nothing but the going back of money changed: the earlier moment of the two; null otherwise. */
function onlyReturned(before: Traits, now: Traits): Date | null {
  if (textOf({ ...before, returnedAt: null }) !== textOf({ ...now, returnedAt: null })) return null
  const times = [before.returnedAt, now.returnedAt].flatMap((time) => time?.getTime() ?? [])
  return new Date(Math.min(...times))
}

function textOf(row: Traits): string {
  const { affiliateId, customerId, paidAt, cardFingerprint, payerDigest, returnedAt } = row
  return JSON.stringify([affiliateId, customerId, paidAt, cardFingerprint, payerDigest, returnedAt])
}

export async function loadVerdicts(
  db: Querying,
  subjectIds: readonly string[],
): Promise<(Verdict & { subjectId: string })[]> {
  const rows = await db.select().from(verdicts).where(among(verdicts.subjectId, subjectIds))
  return rows.map((row) => ({ ...row, at: Math.floor(row.at.getTime() / 1000) }))
}

export async function loadExemptions(
  db: Querying,
  affiliateIds: readonly string[],
): Promise<(Exemption & { affiliateId: string })[]> {
  if (affiliateIds.length === 0) return []
  const rows = await db.select().from(exemptions).where(among(exemptions.affiliateId, affiliateIds))
  return rows.map((row) => ({ ...row, at: Math.floor(row.at.getTime() / 1000) }))
}

function distinct(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null))]
}
