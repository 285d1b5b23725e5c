import 'server-only'
import { affiliates, type Transaction } from '@/db'
import { newId } from '@/lib/ids'
import { insertCode } from '@/lib/codes/insert-code'
import type { Discount } from '@/lib/programme/schemas'
import { violatedConstraint } from '@/lib/unique-violation'

export interface NewAffiliate {
  handle: string
  displayName: string
  email: string
  status: 'applied' | 'active'
  /** Null: made by an administrator or a program. */
  consentedTermsId: number | null
  discount: Discount
  /** Null: no cap. */
  maxRedemptions: number | null
  now: Date
}

/** An affiliate and, unless they have only applied, their code, both or neither. */
export async function insertAffiliate(
  tx: Transaction,
  input: NewAffiliate,
): Promise<{ affiliateId: string; code: string | null }> {
  const { handle, displayName, email, status, consentedTermsId, discount, maxRedemptions, now } = input
  const person = { handle, displayName, email, status, consentedTermsId, createdAt: now }
  const affiliateId = await insertPerson(tx, person)
  if (status === 'applied') return { affiliateId, code: null }
  const code = await insertCode(tx, { affiliateId, handle, discount, maxRedemptions, createdAt: now })
  return { affiliateId, code }
}

/** An affiliate without a code. */
export async function insertPerson(
  tx: Transaction,
  person: Omit<typeof affiliates.$inferInsert, 'id'>,
): Promise<string> {
  const id = newId('aff')
  await tx.insert(affiliates).values({ id, ...person })
  return id
}

/** What of an affiliate was taken already; null: the error is another. */
export function takenPart(error: unknown): 'email' | 'handle' | null {
  switch (violatedConstraint(error)) {
    case 'affiliates_email_once':
      return 'email'
    // A code of the same text is the handle's collision too: AHMET2 with 5 % and AHMET with 25 %.
    case 'affiliates_handle_once':
    case 'codes_pkey':
    case 'codes_text_once':
      return 'handle'
    default:
      return null
  }
}
