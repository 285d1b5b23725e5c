import 'server-only'
import { eq, sql } from 'drizzle-orm'
import { affiliates, codes, database, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { violatedConstraint } from '@/lib/unique-violation'
import type { Stripe } from '@/lib/stripe/client'
import { furtherCode } from './insert-code'
import { isCodeTaken } from './is-code-taken'
import { takenAtStripe } from './refuse-code'
import { codeText, codeTextProblem } from './rules'
import { findSeenTexts } from './seen-texts'
import { ownTurn } from './switch-at-stripe'
import { readWish, type CodeWish, type WishText } from './wish'

export interface CreateCode extends WishText {
  affiliateId: string
  /** Empty: the handle and what it gives, as for a first code. */
  code: string
}

/**
 * A further code for an affiliate, written down without asking Stripe for it yet: `provisionCode` or the worker does.
 * @returns its text
 * @throws TributaryError not_found, unprocessable, conflict (taken here or at Stripe, or shown by customers before), each with its field
 */
export async function createCode(
  actor: Actor,
  input: CreateCode,
  stripe: Stripe,
  options: { db?: Database; now?: Date } = {},
): Promise<string> {
  requireRole(actor, 'admin')
  const db = options.db ?? database()
  const now = options.now ?? (await programmeNow(db))
  const { wish, text } = await readInput(db, input, now)
  await requireFree(db, stripe, text)
  try {
    return await db.transaction(async (tx) => {
      await requireStanding(tx, input.affiliateId)
      const times = { createdAt: now, provisionAt: ownTurn() }
      await tx.insert(codes).values(furtherCode(input.affiliateId, text, wish, times))
      const after = { affiliateId: input.affiliateId, ...wish }
      await writeAudit(tx, { actor, action: 'code.create', subjectId: text, after, at: now })
      return text
    })
  } catch (error) {
    const constraint = violatedConstraint(error)
    if (constraint !== 'codes_pkey' && constraint !== 'codes_text_once') throw error
    throw new TributaryError('conflict', `${text} is a code already.`, 'code')
  }
}

async function readInput(
  db: Database,
  input: CreateCode,
  now: Date,
): Promise<{ wish: CodeWish; text: string }> {
  const read = readWish(input, now)
  if ('problems' in read) {
    const [first] = Object.entries(read.problems)
    throw new TributaryError('unprocessable', first?.[1] ?? 'Something is wrong.', first?.[0])
  }
  const chosen = input.code.trim().toUpperCase()
  const text = chosen || codeText(await requireStanding(db, input.affiliateId), read.wish.discount)
  const problem = codeTextProblem(text)
  if (problem !== null) throw new TributaryError('unprocessable', problem, 'code')
  return { wish: read.wish, text }
}

/** @returns the handle */
async function requireStanding(db: Pick<Database, 'select'>, affiliateId: string): Promise<string> {
  const [affiliate] = await db
    .select({ handle: affiliates.handle, status: affiliates.status, name: affiliates.displayName })
    .from(affiliates)
    .where(eq(affiliates.id, affiliateId))
  if (!affiliate) throw new TributaryError('not_found', 'There is no such affiliate.', 'affiliateId')
  if (affiliate.status === 'active' || affiliate.status === 'suspended') return affiliate.handle
  const why = affiliate.status === 'closed' ? 'closed: a new code would earn nothing' : 'not taken in yet'
  throw new TributaryError('conflict', `${affiliate.name} is ${why}.`, 'affiliateId')
}

async function requireFree(db: Database, stripe: Stripe, text: string): Promise<void> {
  const [own] = await db
    .select({ name: affiliates.displayName })
    .from(codes)
    .innerJoin(affiliates, eq(affiliates.id, codes.affiliateId))
    .where(eq(sql`upper(${codes.code})`, text))
  if (own) throw new TributaryError('conflict', `${text} is a code already: ${own.name}’s.`, 'code')
  if ((await findSeenTexts(db, [text])).has(text))
    throw new TributaryError(
      'conflict',
      `Customers have used a code ${text} before. Assign the one at Stripe instead, so that you see what it would earn.`,
      'code',
    )
  if (await isCodeTaken(stripe, text)) throw new TributaryError('conflict', takenAtStripe(text), 'code')
}
