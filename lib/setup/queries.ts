import 'server-only'
import { sql } from 'drizzle-orm'
import { database, type Querying } from '@/db'
import { requireRole, requireViewer, type Actor } from '@/lib/actor'
import { env } from '@/lib/env'
import { handledEventTypes } from '@/lib/intake/events'
import { unnamedProgramme } from '@/lib/programme/programme-name'
import { getTerms } from '@/lib/programme/queries'
import type { Terms } from '@/lib/programme/schemas'
import { stripeClient, type Stripe } from '@/lib/stripe/client'
import { checkKey, type Permission } from './check-key'
import { inspectEndpoint, webhookPath, type EndpointState } from './webhook-endpoint'

export interface SetUp {
  booksMode: 'sandbox' | 'test' | 'live'
  stripeAccountId: string | null
  permissions: Permission[]
  webhook: {
    url: string
    /** Null: Stripe gave no answer. */
    endpoint: EndpointState | null
    hasSecret: boolean
    /** The last proof that was asked for; null: none was. */
    proof: { askedAt: Date; arrivedAt: Date | null } | null
    lastEventAt: Date | null
  }
  programme: {
    name: string
    isNamed: boolean
    landingPages: number
    affiliates: number
    administrators: number
    /** As they are now. */
    terms: Terms
    /** Something stands in the ledger: the first terms can no more be written anew. */
    isSettled: boolean
  }
  /** Null: mails are kept in the database and go nowhere. */
  mailFrom: string | null
  /** The application's login owns the ledger: append-only rests on triggers alone. */
  ownsTheLedger: boolean
}

/** What is set up and what is missing. Stripe is asked anew each time; the key is shown to nobody and kept nowhere. */
export async function getSetUp(
  actor: Actor,
  options: { db?: Querying; stripe?: Stripe } = {},
): Promise<SetUp> {
  requireRole(actor, 'admin')
  const { db = database(), stripe = stripeClient() } = options
  const { appUrl, booksMode, stripeWebhookSecrets, smtpUrl, mailFrom } = env()
  const url = `${appUrl}${webhookPath}`
  const [{ terms }, permissions, endpoint, books] = await Promise.all([
    getTerms(db),
    checkKey(stripe),
    inspectEndpoint(stripe, url, handledEventTypes).catch(() => null),
    loadBooks(db),
  ])
  return {
    booksMode,
    stripeAccountId: books.account,
    permissions,
    webhook: {
      url,
      endpoint,
      hasSecret: stripeWebhookSecrets.length > 0,
      proof: books.asked === null ? null : { askedAt: books.asked, arrivedAt: books.arrived },
      lastEventAt: books.last,
    },
    programme: {
      name: books.name,
      isNamed: books.name !== unnamedProgramme,
      landingPages: books.pages,
      affiliates: books.affiliates,
      administrators: books.administrators,
      terms,
      isSettled: books.settled,
    },
    mailFrom: smtpUrl === undefined ? null : mailFrom,
    ownsTheLedger: books.owns,
  }
}

/** Whether nobody has named the programme or Stripe has never been heard of: whoever comes now is a newcomer. */
export async function getIsNew(actor: Actor, db: Querying = database()): Promise<boolean> {
  requireViewer(actor)
  const [row] = await db.execute<{ new: boolean }>(sql`
    select name = ${unnamedProgramme} or not exists (select from inbox_events) as new from programme`)
  return row?.new ?? true
}

async function loadBooks(db: Querying) {
  const [row] = await db.execute<{
    name: string
    account: string | null
    pages: number
    affiliates: number
    administrators: number
    owns: boolean
    settled: boolean
    last: string | null
    asked: string | null
    arrived: string | null
  }>(sql`
    with proof as (
      select at, subject_id from audit_entries where action = 'webhook.prove' order by id desc limit 1
    )
    select name, stripe_account_id as account,
           (select count(*)::int from landing_pages) as pages,
           (select count(*)::int from (select from affiliates limit 1000) first) as affiliates,
           (select count(*)::int from administrators where disabled_at is null) as administrators,
           (select tableowner = current_user from pg_tables where tablename = 'ledger_transfers' and schemaname = 'public') as owns,
           exists (select from ledger_transfers) as settled,
           (select to_char(max(recorded_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') from inbox_events) as last,
           (select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') from proof) as asked,
           (select to_char(min(recorded_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') from inbox_events
            where object_id = (select subject_id from proof)) as arrived
    from programme`)
  if (!row) throw new Error('The books have not been opened.')
  const at = (text: string | null) => (text === null ? null : new Date(text))
  return { ...row, last: at(row.last), asked: at(row.asked), arrived: at(row.arrived) }
}
