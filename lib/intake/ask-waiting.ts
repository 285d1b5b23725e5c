import { and, eq, sql } from 'drizzle-orm'
import { waits, type Database } from '@/db'
import { programmeNow, wallNow } from '@/lib/clock'
import { log } from '@/lib/log'
import type { Stripe } from '@/lib/stripe/client'
import { inParallel, read, readInvoicePayments, readPayment, readWhatWasPaid } from '@/lib/stripe/read'
import { completeFacts } from './ask'
import { factKinds, type Fact, type Kind } from './facts'
import { settleFacts } from './settle-facts'

/** After so long nothing more is begun to be asked for one wait. */
const askMs = 20_000

export type Wait = Pick<typeof waits.$inferSelect, 'subjectId' | 'kind'>

/**
 * Asks Stripe for what is waited for: fees, the payments of paid invoices, what a payment was for. The answers go the way of all facts.
 * Asked again after 1, 2, 4 … minutes, up to a day.
 * @returns how many were asked for
 */
export async function askWaiting(db: Database, stripe: Stripe, limit: number): Promise<number> {
  const due = await claim(db, limit)
  if (due.length === 0) return 0
  const now = await programmeNow(db)
  await inParallel(due, 8, async (wait) => {
    try {
      const facts = await askForWait(db, stripe, wait, now)
      await db.transaction(async (tx) => {
        await settleFacts(tx, facts, { recordedAt: now, wallNow: wallNow() }, again(wait))
      })
    } catch (error) {
      log.warn({ subjectId: wait.subjectId, waitingFor: wait.kind, error }, 'Stripe could not be asked')
      await db
        .update(waits)
        .set({ error: String(error).slice(0, 500) })
        .where(and(eq(waits.subjectId, wait.subjectId), eq(waits.kind, wait.kind)))
    }
  })
  return due.length
}

/** Claiming moves the next ask ahead: a process that dies meanwhile loses one turn, not the wait. */
async function claim(db: Database, limit: number): Promise<Wait[]> {
  const rows = await db.execute<{ subject_id: string; kind: Wait['kind'] }>(sql`
    update waits set asks = asks + 1, error = null,
      next_ask_at = clock_timestamp() + make_interval(mins => least(power(2, asks), 1440)::int)
    where (subject_id, kind) in (
      select subject_id, kind from waits where next_ask_at <= clock_timestamp()
      order by next_ask_at limit ${limit} for update skip locked)
    returning subject_id, kind`)
  return rows.map((row) => ({ subjectId: row.subject_id, kind: row.kind }))
}

function again({ subjectId, kind }: Wait): { paymentIds: string[] } {
  return { paymentIds: kind === 'invoice_payment' ? [] : [subjectId] }
}

/** What Stripe says of what is waited for, with all that is behind it. */
export async function askForWait(
  db: Database,
  stripe: Stripe,
  { subjectId, kind }: Wait,
  now: Date,
): Promise<Fact[]> {
  const observe = (of: Kind, objects: readonly unknown[]) =>
    objects.flatMap((object) => factKinds[of].observe(object, { observedAt: now, eventId: null }))
  const withInvoices = async (links: Fact[]) => {
    const ids = new Set(links.flatMap((link) => link.invoiceId ?? []))
    const invoices = await Promise.all([...ids].map((id) => read.invoice(stripe, id)))
    return [...links, ...observe('invoice', invoices)]
  }
  const found = async (): Promise<Fact[]> => {
    if (kind === 'invoice_payment') {
      return observe('invoice_payment', await readInvoicePayments(stripe, subjectId))
    }
    // Paid outside Stripe: the invoice payment is all that there is.
    if (subjectId.startsWith('inpay_')) {
      return withInvoices(observe('invoice_payment', [await read.invoice_payment(stripe, subjectId)]))
    }
    const charge = await readPayment(stripe, subjectId)
    const charges = observe('charge', charge ? [charge] : [])
    if (kind === 'fee' || !subjectId.startsWith('pi_')) return charges
    const { invoicePayments, sessions } = await readWhatWasPaid(stripe, subjectId)
    const links = await withInvoices(observe('invoice_payment', invoicePayments))
    return [...charges, ...links, ...observe('checkout_session', sessions)]
  }
  return completeFacts(db, await found(), { stripe, now, untilMs: Date.now() + askMs })
}
