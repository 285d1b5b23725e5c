import { sql } from 'drizzle-orm'
import { check, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { administratorRoles, administrators } from './access'
import { affiliates } from './affiliates'
import { id, instant } from './columns'

/** Who was asked into the console by mail; the link in it works once. */
export const invitations = pgTable(
  'invitations',
  {
    id: id('id').primaryKey(),
    email: text('email').notNull(),
    role: text('role', { enum: administratorRoles }).notNull(),
    /** SHA-256 of the newest link's token: sent again, the older link is worth nothing. */
    tokenDigest: text('token_digest').notNull(),
    invitedBy: text('invited_by').notNull(),
    invitedAt: instant('invited_at').notNull(),
    /** How often a link was mailed. */
    sent: integer('sent').notNull().default(1),
    expiresAt: instant('expires_at').notNull(),
    /** NULL: not accepted. */
    acceptedAt: instant('accepted_at'),
    /** NULL: not taken back. */
    revokedAt: instant('revoked_at'),
  },
  (t) => [
    uniqueIndex('invitations_token_once').on(t.tokenDigest),
    uniqueIndex('invitations_open_once_an_address')
      .on(sql`lower(${t.email})`)
      .where(sql`${t.acceptedAt} is null and ${t.revokedAt} is null`),
    check('invitations_role_known', sql`${t.role} in ('admin', 'finance', 'viewer')`),
    check('invitations_one_end', sql`${t.acceptedAt} is null or ${t.revokedAt} is null`),
  ],
)

/** An administrator looks at the portal as an affiliate sees it, in one session and for a limited time. */
export const portalViews = pgTable(
  'portal_views',
  {
    id: id('id').primaryKey(),
    administratorId: id('administrator_id')
      .notNull()
      .references(() => administrators.id),
    affiliateId: id('affiliate_id')
      .notNull()
      .references(() => affiliates.id),
    /** As sessions keep it; the session may be gone by now. */
    sessionToken: text('session_token').notNull(),
    beganAt: instant('began_at').notNull(),
    /** By the wall's clock; nothing is seen from then on. */
    until: instant('until').notNull(),
    /** NULL: nobody has noted its end yet. */
    endedAt: instant('ended_at'),
  },
  (t) => [
    uniqueIndex('portal_views_one_a_session')
      .on(t.sessionToken)
      .where(sql`${t.endedAt} is null`),
    index('portal_views_open')
      .on(t.until)
      .where(sql`${t.endedAt} is null`),
  ],
)
