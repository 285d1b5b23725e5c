import 'server-only'
import { and, eq, gt, isNull, sql } from 'drizzle-orm'
import { administrators, database, invitations, type Database, type Querying } from '@/db'
import type { AdministratorRole } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { sha256 } from '@/lib/auth/digest'
import { dropSecondFactor } from '@/lib/auth/remove-second-factor'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { newId } from '@/lib/ids'

const standing = (token: string, now: Date) =>
  and(
    eq(invitations.tokenDigest, sha256(token)),
    isNull(invitations.acceptedAt),
    isNull(invitations.revokedAt),
    gt(invitations.expiresAt, now),
  )

/** Whom a link invites, for whoever holds it; null: it was used, taken back, sent anew or is too old. */
export async function findInvitation(
  token: string,
  now: Date,
  db: Querying = database(),
): Promise<{ email: string; role: AdministratorRole } | null> {
  const [found] = await db
    .select({ email: invitations.email, role: invitations.role })
    .from(invitations)
    .where(standing(token, now))
  return found ?? null
}

/**
 * Uses an invitation's link up: whoever holds it has the mailbox that it went to, and comes into the console with the role that was
 * promised, without a second factor from before. Somebody who came in by another way meanwhile keeps their role.
 * @returns their address. Throws TributaryError not_found if the link is good for nothing
 */
export async function acceptInvitation(token: string, now: Date, db: Database = database()): Promise<string> {
  return db.transaction(async (tx) => {
    const [invitation] = await tx
      .update(invitations)
      .set({ acceptedAt: now })
      .where(standing(token, now))
      .returning()
    if (!invitation) throw new TributaryError('not_found', 'This invitation is good for nothing any more.')
    const { email, role } = invitation
    const id = newId('adm')
    const [made] = await tx
      .insert(administrators)
      .values({ id, email, role, createdAt: now })
      .onConflictDoNothing()
      .returning({ id: administrators.id })
    const [back] = made
      ? []
      : await tx
          .update(administrators)
          .set({ role, disabledAt: null })
          .where(
            and(
              eq(sql`lower(${administrators.email})`, email),
              sql`${administrators.disabledAt} is not null`,
            ),
          )
          .returning({ id: administrators.id })
    const member = made ?? back
    if (!member) return email
    await dropSecondFactor(tx, member.id)
    const at = await programmeNow(tx)
    await writeAudit(tx, {
      actor: { kind: 'system', job: `invitation ${invitation.id}` },
      action: 'invitation.accept',
      subjectId: member.id,
      after: { email, role, invitedBy: invitation.invitedBy },
      at,
    })
    return email
  })
}
