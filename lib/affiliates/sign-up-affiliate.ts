import 'server-only'
import { eq, sql } from 'drizzle-orm'
import { affiliates, database, type Database, type Querying } from '@/db'
import type { Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { codeText } from '@/lib/codes/rules'
import { loadTerms } from '@/lib/programme/load-terms'
import type { Terms } from '@/lib/programme/schemas'
import { versionAt } from '@/lib/programme/terms'
import { stripeClient, type Stripe } from '@/lib/stripe/client'
import { findHandleProblem, takenMessage } from './find-handle-problem'
import { insertAffiliate, takenPart } from './insert-affiliate'
import { signUpSchema, type SignUp } from './schemas'

export type SignUpField = 'displayName' | 'handle' | 'email' | 'consentedTermsId'

/**
 * `created` and `known` are to be answered to the visitor with the very same words: only the owner of the address may learn, by
 * mail, that it is known.
 */
export type SignUpResult =
  | { kind: 'created'; affiliateId: string; status: 'active' | 'applied'; code: string | null; email: string }
  | { kind: 'known'; affiliateId: string; email: string }
  | { kind: 'invalid'; fieldErrors: Partial<Record<SignUpField, string>>; suggestions: string[] }

/** The visitor of a public page. */
export const visitor: Actor = { kind: 'system', job: 'sign-up' }

/**
 * Makes an affiliate of a visitor, with their code; an applicant where the terms want approval. Stripe is asked for the code
 * afterwards, by the worker or by `provisionCode`.
 * @param input anything: what is wrong with it is in the answer
 * @throws TributaryError forbidden for anybody but `visitor`, not_found before the programme is set up
 */
export async function signUpAffiliate(
  actor: Actor,
  input: unknown,
  options: { db?: Database; stripe?: Stripe; now?: Date } = {},
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
  const raw = namesIn(input)
  const checked = await findHandleProblem(db, options.stripe ?? stripeClient(), {
    ...raw,
    discount: terms.discount,
  })
  if (checked.problem) fieldErrors.handle = checked.problem.message
  if (parsed.success && parsed.data.consentedTermsId !== programmeTermsId) {
    fieldErrors.consentedTermsId =
      'The terms have changed since this page was opened: read them again, please.'
  }
  if (!parsed.success || checked.handle === null || Object.keys(fieldErrors).length > 0) {
    return { kind: 'invalid', fieldErrors, suggestions: checked.problem?.suggestions ?? [] }
  }
  return write(db, actor, { ...parsed.data, handle: checked.handle }, terms, now)
}

function requireVisitor(actor: Actor): void {
  if (actor.kind === 'system') return
  throw new TributaryError('forbidden', 'Signing up is for visitors; an administrator creates affiliates.')
}

async function termsNow(db: Querying, now: Date) {
  const versions = await loadTerms(db, [])
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

async function write(
  db: Database,
  actor: Actor,
  person: SignUp,
  terms: Terms,
  now: Date,
): Promise<SignUpResult> {
  const { email, handle, displayName, consentedTermsId } = person
  const known = await findByEmail(db, email)
  if (known !== null) return { kind: 'known', affiliateId: known, email }
  const status = terms.join === 'instant' ? 'active' : 'applied'
  try {
    return await db.transaction(async (tx) => {
      const row = { handle, displayName, email, status, consentedTermsId, maxRedemptions: null, now } as const
      const { affiliateId, code } = await insertAffiliate(tx, { ...row, discount: terms.discount })
      await writeAudit(tx, {
        actor,
        action: 'affiliate.sign_up',
        subjectId: affiliateId,
        after: { handle, displayName, email, status, consentedTermsId, code },
        at: now,
      })
      return { kind: 'created', affiliateId, status, code, email } as const
    })
  } catch (error) {
    return collision(db, person, terms, error)
  }
}

/** Two sign-ups at once: the second finds out here. */
async function collision(db: Database, person: SignUp, terms: Terms, error: unknown): Promise<SignUpResult> {
  const part = takenPart(error)
  if (part === null) throw error
  const known = part === 'email' ? await findByEmail(db, person.email) : null
  if (known !== null) return { kind: 'known', affiliateId: known, email: person.email }
  const message = takenMessage(person.handle, codeText(person.handle, terms.discount), [])
  return { kind: 'invalid', fieldErrors: { handle: message }, suggestions: [] }
}

async function findByEmail(db: Querying, email: string): Promise<string | null> {
  const [row] = await db
    .select({ id: affiliates.id })
    .from(affiliates)
    .where(eq(sql`lower(${affiliates.email})`, email.toLowerCase()))
  return row?.id ?? null
}
