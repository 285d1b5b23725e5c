import 'server-only'
import { and, count, eq, gt, lte, sql } from 'drizzle-orm'
import { database, signUps, type Database, type Querying, type Transaction } from '@/db'
import type { Actor } from '@/lib/actor'
import { dayOf } from '@/lib/calendar'
import { programmeNow, wallNow } from '@/lib/clock'
import { codeText } from '@/lib/codes/rules'
import { dailySalt, saltedHash } from '@/lib/daily-salt'
import { TributaryError } from '@/lib/errors'
import { loadTermsOf } from '@/lib/programme/load-terms'
import { versionAt } from '@/lib/programme/terms'
import { stripeClient, type Stripe } from '@/lib/stripe/client'
import { violatedConstraint } from '@/lib/unique-violation'
import { findHandleProblem, takenMessage } from './find-handle-problem'
import { signUpSchema, type SignUp } from './schemas'

export type SignUpField = 'displayName' | 'handle' | 'email' | 'consentedTermsId'

/** `asked` says nothing of whether the address is known, and nothing was done that depends on it. */
export type SignUpResult =
  | { kind: 'asked'; email: string }
  | { kind: 'invalid'; fieldErrors: Partial<Record<SignUpField, string>>; suggestions: string[] }

/** The visitor of a public page. */
export const visitor: Actor = { kind: 'system', job: 'sign-up' }

/** As long as the link in the mail is good for. */
export const signUpHours = 24

/** From one network in an hour: an office or a lecture hall, no machine. */
export const mostFromOneNetwork = 30

/** Waiting for their mail at once, from everywhere: beyond it somebody fills the list with names. */
export const mostWaiting = 2000

/**
 * Takes down who wants to join, and keeps the handle for them for a day. `confirmSignUp` makes an affiliate of it once the address
 * is shown to be theirs, so that nobody learns here, nor from how long it takes, nor from what becomes of the handle, whether an
 * address is known. Not audited: what is never confirmed leaves no trace.
 * @param input anything: what is wrong with it is in the answer
 * @throws TributaryError forbidden for anybody but `visitor`, not_found before the programme is set up, rate_limited
 */
export async function signUpAffiliate(
  actor: Actor,
  input: unknown,
  options: { db?: Database; stripe?: Stripe; now?: Date; network?: string } = {},
): Promise<SignUpResult> {
  requireVisitor(actor)
  const db = options.db ?? database()
  const now = options.now ?? (await programmeNow(db))
  const { programmeTermsId, terms } = await termsNow(db, now)
  const parsed = signUpSchema.safeParse(input)
  const fieldErrors: Partial<Record<SignUpField, string>> = {}
  for (const issue of parsed.error?.issues ?? []) {
    const field = signUpSchema.keyof().safeParse(issue.path[0])
    if (field.success) fieldErrors[field.data] ??= issue.message
  }
  const checked = await findHandleProblem(db, options.stripe ?? stripeClient(), {
    ...namesIn(input),
    discount: terms.discount,
    exceptEmail: parsed.data?.email,
  })
  if (checked.problem) fieldErrors.handle = checked.problem.message
  if (parsed.success && parsed.data.consentedTermsId !== programmeTermsId) {
    fieldErrors.consentedTermsId =
      'The terms have changed since this page was opened: read them again, please.'
  }
  if (!parsed.success || checked.handle === null || Object.keys(fieldErrors).length > 0) {
    return { kind: 'invalid', fieldErrors, suggestions: checked.problem?.suggestions ?? [] }
  }
  const person = { ...parsed.data, handle: checked.handle }
  const networkHash = options.network === undefined ? null : await hashOf(db, options.network, now)
  try {
    await db.transaction((tx) => write(tx, person, networkHash))
  } catch (error) {
    const constraint = violatedConstraint(error)
    // Sent twice at once: the other one is as good.
    if (constraint === 'sign_ups_email_once') return { kind: 'asked', email: person.email }
    if (constraint !== 'sign_ups_handle_once') throw error
    const message = takenMessage(person.handle, codeText(person.handle, terms.discount), [])
    return { kind: 'invalid', fieldErrors: { handle: message }, suggestions: [] }
  }
  return { kind: 'asked', email: person.email }
}

function requireVisitor(actor: Actor): void {
  if (actor.kind === 'system') return
  throw new TributaryError('forbidden', 'Signing up is for visitors; an administrator creates affiliates.')
}

async function termsNow(db: Querying, now: Date) {
  const versions = await loadTermsOf(db, [])
  if (versions.length === 0) throw new TributaryError('not_found', 'The programme has not been set up yet.')
  return versionAt(versions, null, Math.floor(now.getTime() / 1000))
}

/** The handle has an answer of its own even where other fields are wrong. */
function namesIn(input: unknown): { handle: string; displayName: string } {
  const fields: { handle?: unknown; displayName?: unknown } = typeof input === 'object' ? (input ?? {}) : {}
  const { handle, displayName } = fields
  return {
    handle: typeof handle === 'string' ? handle : '',
    displayName: typeof displayName === 'string' ? displayName.slice(0, 200) : '',
  }
}

async function hashOf(db: Querying, network: string, now: Date): Promise<string> {
  const salt = await dailySalt(db, dayOf(Math.floor(now.getTime() / 1000)))
  return saltedHash(salt, ['sign-up', network])
}

async function write(tx: Transaction, person: SignUp, networkHash: string | null): Promise<void> {
  const now = wallNow()
  await tx.delete(signUps).where(lte(signUps.expiresAt, now))
  await requireRoom(tx, networkHash, now)
  // Who tries again means the last try.
  await tx.delete(signUps).where(eq(sql`lower(${signUps.email})`, person.email.toLowerCase()))
  const expiresAt = new Date(now.getTime() + signUpHours * 3_600_000)
  await tx.insert(signUps).values({ ...person, networkHash, createdAt: now, expiresAt })
}

async function requireRoom(tx: Transaction, networkHash: string | null, now: Date): Promise<void> {
  const [all] = await tx.select({ count: count() }).from(signUps)
  const anHourAgo = new Date(now.getTime() - 3_600_000)
  const [from] =
    networkHash === null
      ? []
      : await tx
          .select({ count: count() })
          .from(signUps)
          .where(and(eq(signUps.networkHash, networkHash), gt(signUps.createdAt, anHourAgo)))
  if ((from?.count ?? 0) < mostFromOneNetwork && (all?.count ?? 0) < mostWaiting) return
  throw new TributaryError(
    'rate_limited',
    'More people are joining than can be right. Try again in an hour, please.',
  )
}
