import 'server-only'
import { database, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { giveVerdict } from './give-verdict'

/**
 * An administrator's word on one payment, which beats the rules: `void` takes back what is left on the day it is given, `clear` lets
 * it earn whatever the rules say (an appeal that was heard), `hold` keeps it under review. Settled anew in the background.
 * @throws TributaryError forbidden, not_found, invalid without a reason, conflict where another verdict stands than was `seen`
 */
export async function judgePayment(
  actor: Actor,
  input: {
    paymentId: string
    decision: 'void' | 'clear' | 'hold'
    reason: string
    seen?: string | undefined
  },
  db: Database = database(),
): Promise<void> {
  requireRole(actor, 'admin')
  const { paymentId, ...verdict } = input
  await giveVerdict(actor, { subject: { kind: 'payment', id: paymentId }, ...verdict }, db)
}
