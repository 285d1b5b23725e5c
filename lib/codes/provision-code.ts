import 'server-only'
import { and, asc, eq, inArray, isNotNull, lte } from 'drizzle-orm'
import { codes, type Database } from '@/db'
import { violatedConstraint } from '@/lib/unique-violation'
import { isRefused, type Stripe } from '@/lib/stripe/client'
import { ensureCoupon, findOrCreatePromotionCode, restoreMetadata } from './ask-stripe'
import { enqueueWelcome } from './enqueue-welcome'
import { failure } from './provision-failure'
import { refuseCode, takenAtStripe } from './refuse-code'
import { codeVariant } from './rules'
import { switchAtStripe } from './switch-at-stripe'

/** `refused`: Stripe will not have it, and it was never a code; `reason` says why. */
export type Provisioning =
  | { code: string; status: 'active' | 'paused' | 'provisioning' }
  | { code: string; status: 'refused'; reason: string }
type Row = typeof codes.$inferSelect

const mostVariants = 50

/**
 * Has Stripe make what a code's row says: the coupon, then the promotion code. Each step finds what an earlier, interrupted one
 * left, so it may be run any number of times and at once. Where somebody else's active code at Stripe has the text, the code
 * becomes the next free one (`AHMET5-2`), unless somebody chose the text: then it is refused.
 * @returns the code as it is now; `provisioning` if Stripe did not do it, which is then tried again later
 */
export async function provisionCode(db: Database, stripe: Stripe, text: string): Promise<Provisioning> {
  const [row] = await db.select().from(codes).where(eq(codes.code, text))
  if (!row) throw new Error(`There is no code ${text}`)
  if (row.stripePromotionCodeId !== null && row.provisionAt !== null) {
    if (row.switchTo !== null) await switchAtStripe(db, stripe, row, row.switchTo)
    else await repair(db, stripe, row)
  }
  if (row.stripePromotionCodeId !== null || row.status !== 'provisioning') return answer(row)
  try {
    await ensureCoupon(stripe, row)
    const current = await promote(db, stripe, row)
    return current === null ? await refuse(db, row, takenAtStripe(row.code)) : answer(current)
  } catch (error) {
    if (row.textChosen && isRefused(error)) return refuse(db, row, error.message)
    await postpone(db, row, error)
    return { code: row.code, status: 'provisioning' }
  }
}

function answer(row: Row): Provisioning {
  return {
    code: row.code,
    status: row.status === 'active' || row.status === 'paused' ? row.status : 'provisioning',
  }
}

/** A code that Stripe has made is due again where its metadata were taken away there. */
async function repair(db: Database, stripe: Stripe, row: Row): Promise<void> {
  try {
    await restoreMetadata(stripe, row, String(row.provisionAt?.getTime()))
    const done = { provisionAt: null, provisionAttempts: 0, provisionError: null, drift: null }
    await db.update(codes).set(done).where(eq(codes.code, row.code))
  } catch (error) {
    const failed = failure(row, error)
    await db.update(codes).set(failed).where(eq(codes.code, row.code))
  }
}

/** @returns null where the text is taken at Stripe and may not become another */
async function promote(db: Database, stripe: Stripe, original: Row): Promise<Row | null> {
  let row = original
  for (let attempt = 1; attempt <= mostVariants; attempt++) {
    const found = await findOrCreatePromotionCode(stripe, row)
    if (found !== null) {
      return finish(db, row, found)
    }
    if (row.textChosen) return null
    row = await rename(db, row, codeVariant(original.code, attempt))
    await ensureCoupon(stripe, row)
  }
  throw new Error(`Every code from ${original.code} to ${row.code} is taken at Stripe`)
}

async function finish(db: Database, row: Row, found: Stripe.PromotionCode): Promise<Row> {
  return db.transaction(async (tx) => {
    const [done] = await tx
      .update(codes)
      .set({
        stripePromotionCodeId: found.id,
        status: found.active ? 'active' : 'paused',
        redemptions: found.times_redeemed,
        provisionAt: null,
        provisionError: null,
      })
      .where(eq(codes.code, row.code))
      .returning()
    if (done?.status === 'active') await enqueueWelcome(tx, done)
    return done ?? row
  })
}

/** Another code of ours may have the new text; then the next variant is tried. */
async function rename(db: Database, row: Row, text: string): Promise<Row> {
  try {
    const [renamed] = await db
      .update(codes)
      .set({ code: text })
      .where(and(eq(codes.code, row.code), eq(codes.status, 'provisioning')))
      .returning()
    if (renamed) return renamed
  } catch (error) {
    if (violatedConstraint(error) === null) throw error
    return row
  }
  throw new Error(`The code ${row.code} was taken up by somebody else`)
}

async function refuse(db: Database, row: Row, reason: string): Promise<Provisioning> {
  await refuseCode(db, row, reason)
  return { code: row.code, status: 'refused', reason }
}

async function postpone(db: Database, row: Row, error: unknown): Promise<void> {
  await db
    .update(codes)
    .set(failure(row, error))
    .where(
      and(
        // It may have been renamed meanwhile; its coupon stays.
        eq(codes.stripeCouponId, row.stripeCouponId),
        eq(codes.status, 'provisioning'),
      ),
    )
}

const leaseSeconds = 60
const atOnce = 4

/**
 * Finishes codes that are due: new ones, and those that a crash or Stripe's silence left half made. For the worker, every second.
 * @param now the machine's time, not the programme's
 * @returns how many are done
 */
export async function provisionDueCodes(db: Database, stripe: Stripe, now: Date): Promise<number> {
  const due = await lease(db, now)
  const results = await Promise.all(due.map((code) => provisionCode(db, stripe, code)))
  return results.filter(({ status }) => status !== 'provisioning').length
}

async function lease(db: Database, now: Date): Promise<string[]> {
  return db.transaction(async (tx) => {
    const due = await tx
      .select({ code: codes.code })
      .from(codes)
      .where(and(isNotNull(codes.provisionAt), lte(codes.provisionAt, now)))
      .orderBy(asc(codes.provisionAt))
      .limit(atOnce)
      .for('update', { skipLocked: true })
    const texts = due.map(({ code }) => code)
    if (texts.length > 0) {
      await tx
        .update(codes)
        .set({ provisionAt: new Date(now.getTime() + leaseSeconds * 1000) })
        .where(inArray(codes.code, texts))
    }
    return texts
  })
}
