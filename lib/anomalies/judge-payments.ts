import 'server-only'
import { database, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { TributaryError } from '@/lib/errors'
import { newId } from '@/lib/ids'
import { writeVerdict } from './give-verdict'

/** So many payments are judged by one word: more than a person looks through. */
export const mostAtOnce = 200

/**
 * One word on several payments, taken whole or not at all: each gets a verdict of its own, of one batch in the audit log. `lift` takes
 * the last word on each back.
 * @param input `seen` as `seenVerdict` told for each
 * @throws TributaryError forbidden, not_found, invalid without a reason or with none or too many, conflict where another verdict stands
 * on any of them than was seen
 */
export async function judgePayments(
  actor: Actor,
  input: {
    payments: readonly { paymentId: string; seen?: string | undefined }[]
    decision: 'void' | 'clear' | 'hold' | 'lift'
    reason: string
  },
  db: Database = database(),
): Promise<void> {
  requireRole(actor, 'admin')
  const { decision, reason } = input
  const seenOf = new Map(input.payments.map(({ paymentId, seen }) => [paymentId, seen]))
  if (seenOf.size === 0) throw new TributaryError('invalid', 'No payment is chosen.')
  if (seenOf.size > mostAtOnce)
    throw new TributaryError('invalid', `At most ${mostAtOnce} payments are judged at once.`)
  const batch = newId('dec')
  await db.transaction(async (tx) => {
    // In one order, so that two batches wait for each other and nothing worse.
    for (const [id, seen] of [...seenOf].sort(([a], [b]) => (a < b ? -1 : 1)))
      await writeVerdict(tx, actor, { subject: { kind: 'payment', id }, decision, reason, seen, batch })
  })
}
