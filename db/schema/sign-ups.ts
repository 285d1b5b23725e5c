import { sql } from 'drizzle-orm'
import { bigint, index, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { instant } from './columns'

/**
 * Who wants to join and has still to show that the address is theirs. Written for known addresses just the same, so that nobody
 * learns which are; it keeps the handle for them until it expires. By the wall's clock.
 */
export const signUps = pgTable(
  'sign_ups',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    email: text('email').notNull(),
    handle: text('handle').notNull(),
    displayName: text('display_name').notNull(),
    consentedTermsId: bigint('consented_terms_id', { mode: 'number' }).notNull(),
    /** Salted hash of the network it came from; NULL: not known. */
    networkHash: text('network_hash'),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (t) => [
    uniqueIndex('sign_ups_email_once').on(sql`lower(${t.email})`),
    uniqueIndex('sign_ups_handle_once').on(sql`lower(${t.handle})`),
    index('sign_ups_by_network').on(t.networkHash, t.createdAt),
    index('sign_ups_by_expiry').on(t.expiresAt),
  ],
)
