import { sql, type SQL } from 'drizzle-orm'
import type { Transaction } from '@/db'
import type { Settled } from './settle-payments'
import { storableJson } from '@/lib/storable-json'

/** Events that were kept as waiting say what became of them once what they waited for is known. */
export async function clearWaiting(tx: Transaction, answers: readonly Settled[]): Promise<void> {
  const known = answers.filter((answer) => !answer.commission.status.startsWith('awaiting_'))
  await clear(
    tx,
    sql`f.payment_id`,
    known.map(({ paymentId: id, commission }) => ({ id, sentence: commission.sentence })),
  )
  await clear(
    tx,
    sql`f.invoice_id`,
    known.flatMap(({ invoiceId: id, commission }) =>
      id === null ? [] : [{ id, sentence: commission.sentence }],
    ),
  )
}

async function clear(
  tx: Transaction,
  link: SQL,
  known: readonly { id: string; sentence: string }[],
): Promise<void> {
  if (known.length === 0) return
  await tx.execute(sql`
    update inbox_work w set outcome = 'settled', sentence = known.sentence
    from jsonb_to_recordset(${storableJson(known)}::jsonb) as known (id text, sentence text) join facts f on ${link} = known.id
    where w.event_id = f.event_id and w.state = 'done' and w.outcome = 'waiting'`)
}
