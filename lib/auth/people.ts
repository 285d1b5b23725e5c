import 'server-only'
import { and, eq, isNull, sql } from 'drizzle-orm'
import { administrators, affiliates, type Querying } from '@/db'
import type { Actor } from '@/lib/actor'

/** Somebody who signed in: a session stands behind it. */
export type Person = Extract<Actor, { kind: 'person' }>

/** What an address is allowed; both null: nothing. Looked up anew at every request, so that a removal counts at once. */
export type Standing = Pick<Person, 'administrator' | 'affiliateId'>

/** @param email normalised */
export async function standingOf(db: Querying, email: string): Promise<Standing> {
  const [administrator] = await db
    .select({ id: administrators.id, role: administrators.role })
    .from(administrators)
    .where(and(sql`lower(${administrators.email}) = ${email}`, isNull(administrators.disabledAt)))
  const [affiliate] = await db
    .select({ id: affiliates.id })
    .from(affiliates)
    .where(eq(sql`lower(${affiliates.email})`, email))
  return { administrator: administrator ?? null, affiliateId: affiliate?.id ?? null }
}

/** Whether anybody of this address may sign in at all. */
export function isKnown(standing: Standing): boolean {
  return standing.administrator !== null || standing.affiliateId !== null
}

/** Where somebody lands who did not ask for a page. */
export function homeOf(standing: Standing & Pick<Person, 'awaiting'>): '/admin' | '/portal' | '/' {
  if (standing.administrator ?? standing.awaiting) return '/admin'
  return standing.affiliateId ? '/portal' : '/'
}
