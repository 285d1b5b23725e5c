import 'server-only'
import { eq } from 'drizzle-orm'
import { codes, database, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { ownTurn } from './switch-at-stripe'

type Row = typeof codes.$inferSelect

export interface SwitchCode {
  code: string
  to: 'active' | 'paused'
  reason: string
  /** How it stood when the form was shown, from `seenStanding`; absent: whatever it is. */
  seen?: string | undefined
}

/** How a code stands, for a form that is to notice that somebody else decided meanwhile. */
export function seenStanding(code: Pick<Row, 'status' | 'wanted' | 'switchTo'>): string {
  return [code.status, code.wanted ? 'wanted' : 'unwanted', code.switchTo ?? ''].join('/')
}

/**
 * Decides that a code is to be paused or to work again. Stripe is asked afterwards, by `provisionCode` or the worker. A paused code's
 * links go on leading to the product, and customers that came by it go on earning.
 * @throws TributaryError not_found, conflict where it stands so already, cannot be switched, or is not as it was seen
 */
export async function switchCode(actor: Actor, input: SwitchCode, db: Database = database()): Promise<void> {
  requireRole(actor, 'admin')
  const { code, to, reason, seen } = input
  await db.transaction(async (tx) => {
    const [row] = await tx.select().from(codes).where(eq(codes.code, code)).for('update')
    if (!row) throw new TributaryError('not_found', 'There is no such code.')
    const problem = problemWith(row, to, seen)
    if (problem !== null) throw new TributaryError('conflict', problem)
    await tx.update(codes).set({ switchTo: to, provisionAt: ownTurn() }).where(eq(codes.code, code))
    await writeAudit(tx, {
      actor,
      action: to === 'paused' ? 'code.pause' : 'code.resume',
      subjectId: code,
      before: { status: row.status, wanted: row.wanted },
      after: { to },
      reason,
      at: await programmeNow(tx),
    })
  })
}

function problemWith(row: Row, to: SwitchCode['to'], seen: string | undefined): string | null {
  const { code, status, wanted, switchTo } = row
  if (switchTo !== null) return `${code} is being switched already, and Stripe has not confirmed it yet.`
  if (seen !== undefined && seen !== seenStanding(row))
    return `${code} has changed since this page was opened. Look at it again, please.`
  if (status === 'provisioning') return `${code} has not been made at Stripe yet.`
  if (status === 'gone') return `The coupon of ${code} was deleted at Stripe: nothing can be switched.`
  if (status === 'exhausted')
    return `${code} is used up. Make another one: Stripe never changes a code’s cap.`
  if (to === 'paused' && status === 'paused' && !wanted) return `${code} is paused already.`
  if (to === 'active' && status === 'active' && wanted) return `${code} works already.`
  return null
}
