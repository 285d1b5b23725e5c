import 'server-only'
import { and, eq, gt, sql } from 'drizzle-orm'
import { affiliates, database, signUps, type Database, type Querying, type Transaction } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow, wallNow } from '@/lib/clock'
import { loadTermsOf } from '@/lib/programme/load-terms'
import { versionAt } from '@/lib/programme/terms'
import { insertAffiliate, takenPart } from './insert-affiliate'
import { alternativesTo } from './rules'

export interface Confirmed {
  affiliateId: string
  status: 'active' | 'applied'
  /** Null: an applicant has none. */
  code: string | null
}

/** Whether somebody with this address waits to be let in. */
export async function hasSignedUp(db: Querying, email: string): Promise<boolean> {
  return (await find(db, email)) !== undefined
}

/**
 * Makes an affiliate of who signed up with this address, now that they have shown that it is theirs; an applicant where the terms
 * want approval. Stripe is asked for the code afterwards, by the worker.
 * @param actor the sign-in, which has just redeemed a link mailed to the address
 * @returns null where nobody waits, and where the address is an affiliate's already
 */
export async function confirmSignUp(
  actor: Actor,
  email: string,
  options: { db?: Database; now?: Date } = {},
): Promise<Confirmed | null> {
  requireRole(actor, 'admin')
  const db = options.db ?? database()
  try {
    return await db.transaction(async (tx) => {
      const signUp = await find(tx, email, true)
      // The row of a known address stays until it expires: taken away, its handle would tell that the address was known.
      if (signUp === undefined || (await isKnown(tx, email))) return null
      return takeIn(tx, actor, signUp, options.now ?? (await programmeNow(tx)))
    })
  } catch (error) {
    if (takenPart(error) === 'email') return null
    throw error
  }
}

async function find(db: Querying, email: string, isLocked = false) {
  const query = db
    .select()
    .from(signUps)
    .where(and(eq(sql`lower(${signUps.email})`, email.toLowerCase()), gt(signUps.expiresAt, wallNow())))
  const [row] = await (isLocked ? query.for('update') : query)
  return row
}

async function isKnown(tx: Transaction, email: string): Promise<boolean> {
  const [row] = await tx
    .select({ id: affiliates.id })
    .from(affiliates)
    .where(eq(sql`lower(${affiliates.email})`, email.toLowerCase()))
  return row !== undefined
}

async function takeIn(
  tx: Transaction,
  actor: Actor,
  signUp: typeof signUps.$inferSelect,
  now: Date,
): Promise<Confirmed> {
  const { terms } = versionAt(await loadTermsOf(tx, []), null, Math.floor(now.getTime() / 1000))
  const status = terms.join === 'instant' ? 'active' : 'applied'
  const { displayName, email, consentedTermsId } = signUp
  const row = { displayName, email, status, consentedTermsId, maxRedemptions: null, now } as const
  const made = await insertWithFreeHandle(tx, signUp, (inner, handle) =>
    insertAffiliate(inner, { ...row, handle, discount: terms.discount }),
  )
  await tx.delete(signUps).where(eq(signUps.id, signUp.id))
  const { affiliateId, code, handle } = made
  await writeAudit(tx, {
    actor,
    action: 'affiliate.sign_up',
    subjectId: affiliateId,
    after: { handle, displayName, email, status, consentedTermsId, consentedAt: signUp.createdAt, code },
    at: now,
  })
  return { affiliateId, status, code }
}

/** An administrator may have given the handle away meanwhile: then the next best one that is free. */
async function insertWithFreeHandle<T>(
  tx: Transaction,
  { handle, displayName }: { handle: string; displayName: string },
  insert: (inner: Transaction, handle: string) => Promise<T>,
): Promise<T & { handle: string }> {
  let refused: unknown
  for (const candidate of [handle, ...alternativesTo(handle, displayName)]) {
    try {
      return { ...(await tx.transaction((inner) => insert(inner, candidate))), handle: candidate }
    } catch (error) {
      if (takenPart(error) !== 'handle') throw error
      refused = error
    }
  }
  throw refused
}
