import 'server-only'
import { database, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { giveVerdict, type Subject } from './give-verdict'

/**
 * Takes back the last word on a payment or a customer: what it took is given back on its original days, and the rules count again.
 * @throws TributaryError forbidden, not_found, conflict where no verdict stands, invalid without a reason
 */
export async function liftVerdict(
  actor: Actor,
  input: { subject: Subject; reason: string; seen?: string | undefined },
  db: Database = database(),
): Promise<void> {
  requireRole(actor, 'admin')
  await giveVerdict(actor, { ...input, decision: 'lift' }, db)
}
