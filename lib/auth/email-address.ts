import { z } from 'zod'

const address = z.email().max(254)

/**
 * An e-mail address as it is compared and stored by sign-in: normalised (a full-width @ is an @), trimmed, lower case, as
 * next-auth does it; null if it is none.
 */
export function normaliseEmail(text: string): string | null {
  const parsed = address.safeParse(text.normalize('NFKC').trim().toLowerCase())
  return parsed.success ? parsed.data : null
}
