import 'server-only'
import { and, eq } from 'drizzle-orm'
import { codes, type Database } from '@/db'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow, wallNow } from '@/lib/clock'
import { isRefused, type Stripe } from '@/lib/stripe/client'
import { failure } from './provision-failure'

type Row = typeof codes.$inferSelect

/** Shorter than a lease, so that no two ask at once. */
const patience = { timeout: 12_000, maxNetworkRetries: 1 }

/**
 * Has Stripe switch a code as it was decided. Doing it again changes nothing, so that whoever finds it undone does it: after a crash
 * before or after Stripe's answer alike. Where Stripe will not, it stays as it is, with the reason.
 */
export async function switchAtStripe(
  db: Database,
  stripe: Stripe,
  row: Row,
  to: NonNullable<Row['switchTo']>,
): Promise<void> {
  const id = row.stripePromotionCodeId ?? ''
  const mine = and(eq(codes.code, row.code), eq(codes.switchTo, to))
  try {
    const { active } = await stripe.promotionCodes.update(id, { active: to === 'active' }, patience)
    const status = active ? 'active' : 'paused'
    const wanted = to === 'active'
    const done = { status, wanted, drift: null, switchTo: null, ...nothingDue } as const
    await db.update(codes).set(done).where(mine)
  } catch (error) {
    if (!isRefused(error)) {
      await db.update(codes).set(failure(row, error)).where(mine)
      return
    }
    await giveUp(db, row, to, error.message)
  }
}

const nothingDue = { provisionAt: null, provisionAttempts: 0, provisionError: null }

async function giveUp(db: Database, row: Row, to: string, reason: string): Promise<void> {
  await db.transaction(async (tx) => {
    const refused = { switchTo: null, ...nothingDue, provisionError: reason }
    const [done] = await tx
      .update(codes)
      .set(refused)
      .where(and(eq(codes.code, row.code), eq(codes.switchTo, to === 'active' ? 'active' : 'paused')))
      .returning()
    if (!done) return
    const actor = { kind: 'system', job: 'codes' } as const
    const at = await programmeNow(tx)
    const deed = { actor, action: 'code.switch_refused', subjectId: row.code, after: { to }, reason, at }
    await writeAudit(tx, deed)
  })
}

/** For so long whoever decided asks Stripe alone; after that the worker takes over. */
export function ownTurn(): Date {
  return new Date(wallNow().getTime() + 30_000)
}
