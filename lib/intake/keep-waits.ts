import { and, eq, not, sql } from 'drizzle-orm'
import { waits, type Transaction } from '@/db'
import { movedNothing } from './facts/refund'
import type { Sights } from './facts/merge'
import { inLockOrder } from './locks'
import type { Settled } from './settle-payments'
import { sharedNow } from '@/lib/clock'
import { among, insertRows } from '@/lib/rows'

/** First after a minute: Stripe's own word mostly comes sooner. */
const firstAskSeconds = 60

/** What is known of payments that were settled, or of which nothing says yet that they succeeded. */
export interface Heard {
  paymentIds: readonly string[]
  answers: readonly Settled[]
  sights: Sights
}

/** A payment that waits is asked for by and by; one that no longer does is left in peace. */
export async function keepWaits(tx: Transaction, heard: Heard): Promise<void> {
  const { paymentIds, answers } = heard
  const idsOf = (which: (answer: Settled) => boolean) =>
    inLockOrder(answers.filter(which).map((each) => each.paymentId))
  const wanted = {
    fee: idsOf(({ commission }) => commission.status === 'awaiting_fee'),
    basis: idsOf(
      ({ commission, facts, invoiceId }) =>
        commission.status === 'awaiting_basis' ||
        // Only the invoice may say whose payment it is, so that nobody's is asked for as well.
        (commission.status === 'unattributed' && facts.basis === null && invoiceId !== null),
    ),
    payment: moneyMoved(heard),
  } as const
  const rows = (['fee', 'basis', 'payment'] as const).flatMap((kind) =>
    wanted[kind].map((subjectId) => ({ subjectId, kind })),
  )
  const still = rows.map(({ subjectId, kind }) => `${kind} ${subjectId}`)
  await tx
    .delete(waits)
    .where(
      and(
        sql`${waits.kind} in ('fee', 'basis', 'payment')`,
        among(waits.subjectId, paymentIds),
        not(among(sql`${waits.kind} || ' ' || ${waits.subjectId}`, still)),
      ),
    )
  if (rows.length === 0) return
  const now = await sharedNow(tx)
  const nextAskAt = new Date(now.getTime() + firstAskSeconds * 1000)
  const due = rows.map((row) => ({ ...row, since: now, nextAskAt }))
  await tx.execute(insertRows(waits, due, sql`on conflict do nothing`))
}

/** Payments never heard of whose money was given back or is said to be paid. One that failed or is still open is not waited for. */
function moneyMoved({ paymentIds, answers, sights }: Heard): string[] {
  const known = new Set(answers.map((each) => each.paymentId))
  const moved = new Set([
    ...sights.all('refund').flatMap((seen) => (movedNothing(seen.body) ? [] : seen.paymentId)),
    ...sights.all('dispute').map((seen) => seen.paymentId),
    ...sights
      .all('checkout_session')
      .flatMap((seen) => (seen.body.paymentStatus === 'paid' ? seen.paymentId : [])),
  ])
  return paymentIds.filter((id) => !known.has(id) && moved.has(id))
}

/** First after two minutes: the event that names the payment mostly comes sooner. */
const firstAskForPaymentsSeconds = 120

/**
 * A paid invoice with more cash in it than the payments that are known has others, whose events may have been lost: Stripe is asked
 * for them by and by.
 * @returns those of the invoices
 */
export async function waitForPayments(tx: Transaction, invoiceIds: readonly string[]): Promise<string[]> {
  if (invoiceIds.length === 0) return []
  const rows = await tx.execute<{ id: string; lonely: boolean }>(sql`
    select i.id,
           (select coalesce(max((f.body->>'amountPaid')::numeric), 0) from facts f
            where f.kind = 'invoice' and f.invoice_id = i.id)
           > (select coalesce(sum(each.paid), 0) from (
                select max((p.body->>'amountPaid')::numeric) as paid from facts p
                where p.kind = 'invoice_payment' and p.invoice_id = i.id and p.body->>'status' = 'paid'
                group by p.object_id) as each) as lonely
    from invoices i where i.id = any(${sql.param([...invoiceIds])}::text[]) and i.status = 'paid'`)
  const lonely = rows.filter((row) => row.lonely).map((row) => row.id)
  const found = rows.filter((row) => !row.lonely).map((row) => row.id)
  if (found.length > 0) {
    await tx.delete(waits).where(and(eq(waits.kind, 'invoice_payment'), among(waits.subjectId, found)))
  }
  if (lonely.length > 0) {
    const now = await sharedNow(tx)
    const nextAskAt = new Date(now.getTime() + firstAskForPaymentsSeconds * 1000)
    await tx
      .insert(waits)
      .values(
        lonely.map((subjectId) => ({ subjectId, kind: 'invoice_payment' as const, since: now, nextAskAt })),
      )
      .onConflictDoNothing()
  }
  return lonely
}
