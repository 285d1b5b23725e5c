import 'server-only'
import { and, eq, isNull, lte, sql } from 'drizzle-orm'
import { administrators, database, invitations, type Database, type Transaction } from '@/db'
import { actorName, requireRole, type Actor, type AdministratorRole } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { randomToken, sha256 } from '@/lib/auth/digest'
import { normaliseEmail } from '@/lib/auth/email-address'
import { programmeNow, wallNow } from '@/lib/clock'
import { env } from '@/lib/env'
import { TributaryError } from '@/lib/errors'
import { newId } from '@/lib/ids'
import { invitationCause } from '@/lib/mail/causes'
import { enqueueMail } from '@/lib/mail/enqueue-mail'
import { findSender } from '@/lib/mail/sender'
import { invitationMail } from '@/lib/mail/team-mails'
import { invitationDays, mostLetters, roleWords } from './rules'

/**
 * Asks somebody into the console, by a letter with a link that works once. Who was removed can be asked again.
 * @returns the invitation's id. Throws TributaryError invalid, conflict (field `email`)
 */
export async function inviteAdministrator(
  actor: Actor,
  input: { email: string; role: AdministratorRole },
  db: Database = database(),
): Promise<string> {
  requireRole(actor, 'admin')
  const email = normaliseEmail(input.email)
  if (email === null) throw new TributaryError('invalid', 'This is not an e-mail address.', 'email')
  return db.transaction(async (tx) => {
    const [member] = await tx
      .select({ id: administrators.id })
      .from(administrators)
      .where(and(eq(sql`lower(${administrators.email})`, email), isNull(administrators.disabledAt)))
    if (member) throw new TributaryError('conflict', `${email} is in the team already.`, 'email')
    const now = wallNow()
    await tx
      .update(invitations)
      .set({ revokedAt: now })
      .where(and(eq(sql`lower(${invitations.email})`, email), isOpen, lte(invitations.expiresAt, now)))
    const id = newId('inv')
    const { token, ...link } = newLink(actor, now)
    const made = await tx
      .insert(invitations)
      .values({ id, email, role: input.role, ...link })
      .onConflictDoNothing()
      .returning({ id: invitations.id })
    if (made.length === 0)
      throw new TributaryError('conflict', `${email} is invited already: send it again instead.`, 'email')
    const at = await programmeNow(tx)
    const after = { email, role: input.role }
    await writeAudit(tx, { actor, action: 'administrator.invite', subjectId: id, after, at })
    await mailInvitation(tx, actor, { id, email, role: input.role, sent: 1 }, token)
    return id
  })
}

/** A new letter with a new link, good for as long as the first was; the links before it are worth nothing. @throws TributaryError not_found, conflict */
export async function resendInvitation(
  actor: Actor,
  invitationId: string,
  db: Database = database(),
): Promise<void> {
  requireRole(actor, 'admin')
  await db.transaction(async (tx) => {
    const invitation = await lockInvitation(tx, invitationId)
    if (invitation.sent >= mostLetters)
      throw new TributaryError('conflict', 'This was sent often enough: take it back and invite them anew.')
    const { token, ...link } = newLink(actor, wallNow())
    const sent = invitation.sent + 1
    await tx
      .update(invitations)
      .set({ ...link, sent })
      .where(eq(invitations.id, invitationId))
    const at = await programmeNow(tx)
    await writeAudit(tx, { actor, action: 'invitation.resend', subjectId: invitationId, at })
    await mailInvitation(tx, actor, { ...invitation, sent }, token)
  })
}

/** Takes an invitation back: its link is worth nothing. @throws TributaryError not_found once it was accepted or taken back */
export async function revokeInvitation(
  actor: Actor,
  invitationId: string,
  db: Database = database(),
): Promise<void> {
  requireRole(actor, 'admin')
  await db.transaction(async (tx) => {
    const { email, role } = await lockInvitation(tx, invitationId)
    await tx.update(invitations).set({ revokedAt: wallNow() }).where(eq(invitations.id, invitationId))
    const at = await programmeNow(tx)
    const before = { email, role }
    await writeAudit(tx, {
      actor,
      action: 'invitation.revoke',
      subjectId: invitationId,
      before,
      at,
    })
  })
}

/** What somebody had promised who may promise nothing any more. */
export async function revokeInvitationsOf(tx: Transaction, administratorId: string): Promise<void> {
  await tx
    .update(invitations)
    .set({ revokedAt: wallNow() })
    .where(and(eq(invitations.invitedBy, administratorId), isOpen))
}

const isOpen = sql`${invitations.acceptedAt} is null and ${invitations.revokedAt} is null`

async function lockInvitation(
  tx: Transaction,
  invitationId: string,
): Promise<typeof invitations.$inferSelect> {
  const [invitation] = await tx
    .select()
    .from(invitations)
    .where(and(eq(invitations.id, invitationId), isOpen))
    .for('update')
  if (!invitation) throw new TributaryError('not_found', 'This invitation was accepted or taken back.')
  return invitation
}

function newLink(actor: Actor, now: Date) {
  const token = randomToken()
  return {
    token,
    tokenDigest: sha256(token),
    invitedBy: actorName(actor).id,
    invitedAt: now,
    expiresAt: new Date(now.getTime() + invitationDays * 86_400_000),
  }
}

async function mailInvitation(
  tx: Transaction,
  actor: Actor,
  invitation: { id: string; email: string; role: AdministratorRole; sent: number },
  token: string,
): Promise<void> {
  const { id, email, role, sent } = invitation
  const content = invitationMail({
    from: await findSender(tx),
    invitedBy: actor.kind === 'person' ? actor.email : 'The programme',
    can: `may ${roleWords[role]}`,
    link: `${env().appUrl}/invitation?${new URLSearchParams({ token })}`,
    days: invitationDays,
  })
  await enqueueMail(tx, { ...content, recipient: email, cause: invitationCause(id, sent), now: wallNow() })
}
