import 'server-only'
import { and, eq, gt, or, sql } from 'drizzle-orm'
import {
  administrators,
  affiliates,
  database,
  emailChanges,
  sessions,
  users,
  type Database,
  type Transaction,
} from '@/db'
import type { Actor } from '@/lib/actor'
import { keepNewAddress } from '@/lib/anomalies/own-purchases'
import { writeAudit } from '@/lib/audit/write-audit'
import { sha256 } from '@/lib/auth/digest'
import { standingOf } from '@/lib/auth/people'
import { programmeNow, wallNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'

/** Whoever opened a letter and pressed its button: no session is needed for it. */
const mailbox: Actor = { kind: 'system', job: 'email-change' }

/**
 * One of the two mailboxes says yes, twice as good as once; with the other's yes the address is another. Payments made before are
 * judged by the address that was theirs then.
 * @param token out of the letter
 * @throws TributaryError not_found for a token that is unknown, used up or too old, conflict if the address was given away meanwhile
 */
export async function confirmEmailChange(
  token: string,
  db: Database = database(),
): Promise<'half' | 'changed'> {
  const digest = sha256(token)
  return db.transaction(async (tx) => {
    const [change] = await tx
      .select()
      .from(emailChanges)
      .where(
        and(
          or(eq(emailChanges.oldToken, digest), eq(emailChanges.newToken, digest)),
          gt(emailChanges.expiresAt, wallNow()),
        ),
      )
      .for('update')
    if (!change) throw new TributaryError('not_found', 'This link is used up or too old.')
    const isOld = change.oldToken === digest
    const other = isOld ? change.newConfirmedAt : change.oldConfirmedAt
    if (other === null) {
      const set = isOld ? { oldConfirmedAt: wallNow() } : { newConfirmedAt: wallNow() }
      await tx.update(emailChanges).set(set).where(eq(emailChanges.affiliateId, change.affiliateId))
      return 'half'
    }
    await makeChange(tx, change.affiliateId, change.newEmail)
    return 'changed'
  })
}

async function makeChange(tx: Transaction, affiliateId: string, newEmail: string): Promise<void> {
  const [affiliate] = await tx
    .select({ email: affiliates.email })
    .from(affiliates)
    .where(eq(affiliates.id, affiliateId))
    .for('update')
  const holder = await standingOf(tx, newEmail)
  if (!affiliate || holder.affiliateId !== null || holder.administrator !== null)
    throw new TributaryError('conflict', 'This address cannot be used.')
  const at = await programmeNow(tx)
  await keepNewAddress(tx, { id: affiliateId, email: affiliate.email, newEmail }, at)
  await tx.update(affiliates).set({ email: newEmail }).where(eq(affiliates.id, affiliateId))
  await moveSignIn(tx, affiliate.email.toLowerCase(), newEmail)
  await tx.delete(emailChanges).where(eq(emailChanges.affiliateId, affiliateId))
  await writeAudit(tx, {
    actor: mailbox,
    action: 'affiliate.change_email',
    subjectId: affiliateId,
    before: { email: affiliate.email },
    after: { email: newEmail },
    at,
  })
}

/** Sessions go on under the new address; who is in the console under the old one stays that. */
async function moveSignIn(tx: Transaction, from: string, to: string): Promise<void> {
  const [administrator] = await tx
    .select({ id: administrators.id })
    .from(administrators)
    .where(sql`lower(${administrators.email}) = ${from}`)
  if (administrator) return
  const [taken] = await tx
    .select({ id: users.id })
    .from(users)
    .where(sql`lower(${users.email}) = ${to}`)
  const mine = sql`lower(${users.email}) = ${from}`
  if (!taken) await tx.update(users).set({ email: to }).where(mine)
  else await tx.delete(sessions).where(sql`${sessions.userId} in (select id from users where ${mine})`)
}
