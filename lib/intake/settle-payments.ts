import { createHash } from 'node:crypto'
import { and, eq, sql } from 'drizzle-orm'
import { commissions, settlements, type Transaction } from '@/db'
import { loadStandings } from '@/lib/affiliates/load-standings'
import { standingAt } from '@/lib/affiliates/standing'
import { loadEvidence } from '@/lib/attribution/load-evidence'
import { keepLooseEnds, looseEndsOf } from '@/lib/attribution/loose-ends'
import { loadDirectory } from '@/lib/attribution/directory'
import { attribute, type Attribution } from '@/lib/attribution/rules'
import { calculationOf } from '@/lib/commissions/calculation'
import { enqueueSettlement } from '@/lib/ledger/enqueue-settlement'
import { postDifference } from '@/lib/ledger/post'
import { loadTermsOf } from '@/lib/programme/load-terms'
import { termsAt, termsFact } from '@/lib/programme/terms'
import type { Commission, CommissionFacts } from '@/lib/settlement/facts'
import { settle } from '@/lib/settlement/settle'
import { assemblePayment, commissionFacts, type AssembledPayment } from './assemble'
import { decisionsOn } from './decisions'
import { loadLinks, loadSights } from './fact-store'
import { firstPayments, projectFirstPayments, projectPayments } from './project'
import type { Sights } from './facts/merge'
import { keepWaits } from './keep-waits'
import { inLockOrder } from './locks'
import { among, insertRows, overwriting } from '@/lib/rows'

/** A payment's answer on one basis. */
export interface Settled {
  paymentId: string
  basisId: string
  invoiceId: string | null
  payment: AssembledPayment
  facts: CommissionFacts
  commission: Commission
}

export interface SettleContext {
  /** Of the customers that are locked; others are looked up. */
  attributions: ReadonlyMap<string, Attribution | null>
  recordedAt: Date
}

/** Settles payments whose locks the caller holds: computes, writes the difference, keeps the arithmetic. */
export async function settlePayments(
  tx: Transaction,
  paymentIds: readonly string[],
  context: SettleContext,
): Promise<Settled[]> {
  if (paymentIds.length === 0) return []
  const { answers, sights } = await compute(tx, paymentIds, context)
  await postDifference(
    tx,
    paymentIds,
    answers.map(({ paymentId, invoiceId, payment, commission }) => ({
      paymentId,
      invoiceId,
      customerId: payment.customerId,
      lines: commission.lines,
    })),
    context.recordedAt,
  )
  await keepArithmetic(tx, paymentIds, answers, context.recordedAt)
  await keepWaits(tx, { paymentIds, answers, sights })
  return answers
}

async function compute(
  tx: Transaction,
  paymentIds: readonly string[],
  context: SettleContext,
): Promise<{ answers: Settled[]; sights: Sights }> {
  const links = await loadLinks(tx, { paymentIds })
  const invoiceIds = inLockOrder(links.map((link) => link.invoiceId))
  const first = await loadSights(tx, { paymentIds, invoiceIds, customerIds: [] })
  const payments = paymentIds.flatMap((id) => assemblePayment(id, first) ?? [])
  const customerIds = inLockOrder(payments.map((payment) => payment.customerId))
  const subscriptions = await loadSights(tx, { paymentIds: [], invoiceIds: [], customerIds })
  const sights = first.with(subscriptions)
  await projectPayments(tx, payments)
  const firstPaid = await firstPayments(tx, customerIds)
  const firstPaidBefore = await projectFirstPayments(tx, firstPaid)
  const attributions = await attributionsOf(tx, payments, context)
  await enqueueJudgedOtherwise(tx, payments, attributions, { now: firstPaid, before: firstPaidBefore })
  const affiliateIds = inLockOrder([...attributions.values()].map((found) => found?.affiliateId))
  const terms = await loadTermsOf(tx, affiliateIds)
  const standings = await loadStandings(tx, affiliateIds)
  const { recordedAt } = context
  const decisions = await decisionsOn(tx, payments, { sights, attributions, firstPaid, terms, recordedAt })
  const answers = payments.flatMap((payment) => {
    const attribution = attributions.get(payment.id) ?? null
    const standing = standingAt(standings.get(attribution?.affiliateId ?? '') ?? [], payment.paidAt)
    const earliest = firstPaid.get(payment.customerId ?? '')
    const decision = decisions.get(payment.id)
    const suspended = { reason: 'The affiliate was suspended when this was paid.' }
    return commissionFacts(payment, sights, {
      attribution,
      terms: termsFact(termsAt(terms, attribution?.affiliateId ?? null, payment.paidAt)),
      customerPaidBeforeEvidence:
        attribution !== null && earliest !== undefined && earliest < attribution.since,
      affiliateClosedAt: standing.closedAt,
      verdicts: { void: decision?.void ?? null },
      hold: standing.suspended ? suspended : (decision?.hold ?? null),
    }).map((share): Settled => ({
      paymentId: payment.id,
      payment,
      ...share,
      commission: settle(share.facts),
    }))
  })
  return { answers, sights }
}

/**
 * An earlier payment that comes to light may turn its customer into one who had paid before the code came: what they paid otherwise
 * is then judged anew.
 */
async function enqueueJudgedOtherwise(
  tx: Transaction,
  payments: readonly AssembledPayment[],
  attributions: ReadonlyMap<string, Attribution | null>,
  firstPaid: { now: ReadonlyMap<string, number>; before: ReadonlyMap<string, number> },
): Promise<void> {
  const otherwise = payments.filter(({ id, customerId }) => {
    const since = attributions.get(id)?.since
    const before = firstPaid.before.get(customerId ?? '')
    const now = firstPaid.now.get(customerId ?? '')
    return since !== undefined && before !== undefined && now !== undefined && before < since !== now < since
  })
  await enqueueSettlement(
    tx,
    inLockOrder(otherwise.map((payment) => payment.customerId)).map((subjectId) => ({
      subjectId,
      kind: 'customer',
      reason: 'an earlier payment of theirs came to light',
    })),
  )
}

/** By payment. A guest has no customer: the payment stands alone. */
async function attributionsOf(
  tx: Transaction,
  payments: readonly AssembledPayment[],
  context: SettleContext,
): Promise<Map<string, Attribution | null>> {
  const subjectOf = (payment: AssembledPayment) => payment.customerId ?? payment.id
  const unknown = inLockOrder(payments.map(subjectOf).filter((id) => !context.attributions.has(id)))
  const evidence = await loadEvidence(tx, unknown)
  const directory = await loadDirectory(tx, [...evidence.values()].flat())
  const guests = payments.filter((payment) => payment.customerId === null).map(({ id }) => id)
  await keepLooseEnds(
    tx,
    { subjectIds: guests, kinds: ['unmatched'] },
    guests.flatMap((id) => looseEndsOf(id, evidence.get(id) ?? [], directory, null)),
  )
  return new Map(
    payments.map((payment) => {
      const subject = subjectOf(payment)
      const known = context.attributions.get(subject)
      return [payment.id, known === undefined ? attribute(evidence.get(subject) ?? [], directory) : known]
    }),
  )
}

/** A further row where the answer or its facts changed; the list shows the last. */
async function keepArithmetic(
  tx: Transaction,
  paymentIds: readonly string[],
  answers: readonly Settled[],
  recordedAt: Date,
): Promise<void> {
  const kept = await tx
    .select({
      paymentId: commissions.paymentId,
      basisId: commissions.basisId,
      id: settlements.id,
      digest: settlements.digest,
    })
    .from(commissions)
    .innerJoin(settlements, eq(settlements.id, commissions.settlementId))
    .where(among(commissions.paymentId, paymentIds))
  const known = new Map(kept.map((row) => [`${row.paymentId} ${row.basisId}`, row]))
  const changed = answers
    .map((answer) => ({ answer, row: settlementRow(answer, recordedAt) }))
    .filter(({ answer, row }) => known.get(`${answer.paymentId} ${answer.basisId}`)?.digest !== row.digest)
  const gone = kept.filter(
    (row) => !answers.some((each) => each.paymentId === row.paymentId && each.basisId === row.basisId),
  )
  for (const row of gone) {
    await tx
      .delete(commissions)
      .where(and(eq(commissions.paymentId, row.paymentId), eq(commissions.basisId, row.basisId)))
  }
  if (changed.length === 0) return
  const written = insertRows(
    settlements,
    changed.map(({ row }) => row),
    sql`returning id, payment_id, basis_id`,
  )
  const ids = await tx.execute<{ id: string; payment_id: string; basis_id: string }>(written)
  const idOf = new Map(ids.map((row) => [`${row.payment_id} ${row.basis_id}`, Number(row.id)]))
  const rows = changed.map(({ answer }) =>
    commissionRow(answer, idOf.get(`${answer.paymentId} ${answer.basisId}`) ?? 0, recordedAt),
  )
  await tx.execute(insertRows(commissions, rows, overwriting(commissions, 'paymentId', 'basisId')))
}

function settlementRow(answer: Settled, recordedAt: Date): typeof settlements.$inferInsert {
  const calculation = calculationOf(answer.commission)
  const facts: unknown = JSON.parse(
    JSON.stringify(answer.facts, (_key, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    ),
  )
  const { status, sentence } = answer.commission
  const digest = createHash('sha256')
    .update(JSON.stringify([status, sentence, calculation, facts]))
    .digest('base64url')
  return { paymentId: answer.paymentId, basisId: answer.basisId, recordedAt, digest, calculation, facts }
}

function commissionRow(
  answer: Settled,
  settlementId: number,
  settledAt: Date,
): typeof commissions.$inferInsert {
  const { payment, commission, facts } = answer
  return {
    paymentId: answer.paymentId,
    basisId: answer.basisId,
    invoiceId: answer.invoiceId,
    customerId: payment.customerId,
    affiliateId: commission.affiliateId,
    status: commission.status,
    sentence: commission.sentence,
    paidAt: new Date(payment.paidAt * 1000),
    paymentCurrency: payment.currency,
    paymentMinor: payment.amountMinor,
    currency: commission.currency,
    netMinor: commission.netMinor,
    rateBps: commission.rateBps,
    commissionMinor: commission.commissionMinor,
    reversedMinor: commission.reversedMinor,
    remainingMinor: commission.remainingMinor,
    matchedBy: facts.attribution?.matchedBy ?? null,
    settlementId,
    settledAt,
  }
}
