import 'server-only'
import { database, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { giveVerdict } from './give-verdict'

/**
 * An administrator's word on a customer, with all payments of theirs, past and to come. Of this and a word on a single payment the
 * later one counts. Settled anew in the background.
 * @throws TributaryError forbidden, not_found, invalid without a reason, conflict where another verdict stands than was `seen`
 */
export async function judgeCustomer(
  actor: Actor,
  input: {
    customerId: string
    decision: 'void' | 'clear' | 'hold'
    reason: string
    seen?: string | undefined
  },
  db: Database = database(),
): Promise<void> {
  requireRole(actor, 'admin')
  const { customerId, ...verdict } = input
  await giveVerdict(actor, { subject: { kind: 'customer', id: customerId }, ...verdict }, db)
}
