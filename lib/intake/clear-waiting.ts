import { sql, type SQL } from 'drizzle-orm'
import type { Transaction } from '@/db'
import type { Settled } from './settle-payments'

/** Events that were kept as waiting say what became of them once what they waited for is known. */
export async function clearWaiting(tx: Transaction, answers: readonly Settled[]): Promise<void> {
  const known = answers.filter((answer) => !answer.commission.status.startsWith('awaiting_'))
  const byPayment = known.map(({ paymentId, commission }) => sql`(${paymentId}, ${commission.sentence})`)
  const byInvoice = known.flatMap(({ invoiceId, commission }) =>
    invoiceId === null ? [] : [sql`(${invoiceId}, ${commission.sentence})`],
  )
  await clear(tx, sql`f.payment_id`, byPayment)
  await clear(tx, sql`f.invoice_id`, byInvoice)
}

async function clear(tx: Transaction, link: SQL, pairs: readonly SQL[]): Promise<void> {
  if (pairs.length === 0) return
  await tx.execute(sql`
    update inbox_work w set outcome = 'settled', sentence = known.sentence
    from (values ${sql.join([...pairs], sql`, `)}) as known (id, sentence) join facts f on ${link} = known.id
    where w.event_id = f.event_id and w.state = 'done' and w.outcome = 'waiting'`)
}
