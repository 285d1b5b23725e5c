import 'server-only'
import { database, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { codeText } from '@/lib/codes/rules'
import { currentDiscount } from '@/lib/programme/current-discount'
import type { Discount } from '@/lib/programme/schemas'
import { insertAffiliateTerms } from '@/lib/programme/write-terms'
import { stripeClient, type Stripe } from '@/lib/stripe/client'
import { findHandleProblem, takenMessage } from './find-handle-problem'
import { insertAffiliate, takenPart } from './insert-affiliate'
import { readDiscount, type CreateAffiliate } from './schemas'

/**
 * Makes an affiliate with a code of their own, without asking Stripe for it yet: `provisionCode` or the worker does.
 * @throws TributaryError unprocessable (a handle or discount that cannot be), conflict (taken), each with its field
 */
export async function createAffiliate(
  actor: Actor,
  input: CreateAffiliate,
  options: { db?: Database; stripe?: Stripe; now?: Date } = {},
): Promise<{ affiliateId: string; code: string }> {
  requireRole(actor, 'admin')
  const db = options.db ?? database()
  const now = options.now ?? (await programmeNow(db))
  const discount = await discountOf(db, input, now)
  const { displayName, email, rateBps } = input
  const stripe = options.stripe ?? stripeClient()
  const { handle, problem } = await findHandleProblem(db, stripe, {
    handle: input.handle,
    displayName,
    discount,
    mayReserved: true,
  })
  if (problem) {
    throw new TributaryError(problem.isTaken ? 'conflict' : 'unprocessable', problem.message, 'handle')
  }
  try {
    return await db.transaction(async (tx) => {
      const { affiliateId, code } = await insertAffiliate(tx, {
        handle,
        displayName,
        email,
        status: 'active',
        consentedTermsId: null,
        discount,
        maxRedemptions: input.discount?.maxRedemptions ?? null,
        now,
      })
      if (code === null) throw new Error('An active affiliate was made without a code')
      if (rateBps !== undefined) {
        // Down to the second: payments are judged by whole seconds, and none can be older than the affiliate.
        const since = new Date(Math.floor(now.getTime() / 1000) * 1000)
        const version = { affiliateId, effectiveFrom: since, recordedAt: since, values: { rateBps } }
        await insertAffiliateTerms(tx, actor, version)
      }
      const after = { handle, displayName, email, rateBps, discount, code }
      await writeAudit(tx, { actor, action: 'affiliate.create', subjectId: affiliateId, after, at: now })
      return { affiliateId, code }
    })
  } catch (error) {
    const part = takenPart(error)
    if (part === null) throw error
    const message =
      part === 'email'
        ? 'An affiliate has this e-mail address already.'
        : takenMessage(handle, codeText(handle, discount), [])
    throw new TributaryError('conflict', message, part)
  }
}

async function discountOf(db: Database, input: CreateAffiliate, now: Date): Promise<Discount> {
  const read = readDiscount(input.discount)
  if (read.problem !== undefined) throw new TributaryError('unprocessable', read.problem, 'discount')
  if (read.discount !== null) return read.discount
  return currentDiscount(db, now)
}
