import 'server-only'
import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { database, type Database, type Transaction } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { lockForDecision } from '@/lib/ledger/decision-lock'
import { forgetEverywhere, payloadsWith } from './forget-everywhere'

/**
 * Takes a customer's name and addresses out of every table and payload. What they paid and what it earned stay, under Stripe's ids.
 * Forget them at Stripe first: what Stripe still tells comes in again, and a second call takes it out again.
 * @param input.customerId Stripe's customer, or the payment of a guest
 * @throws TributaryError forbidden, not_found, invalid without a reason, conflict while events about them are to be settled
 */
export async function forgetCustomer(
  actor: Actor,
  input: { customerId: string; reason: string },
  db: Database = database(),
): Promise<void> {
  requireRole(actor, 'admin')
  const { customerId } = input
  const reason = input.reason.trim()
  if (reason === '') throw new TributaryError('invalid', 'Say why.', 'reason')
  await db.transaction(async (tx) => {
    await lockForDecision(tx)
    const seen = await objectsOf(tx, customerId)
    if (seen.length === 0) throw new TributaryError('not_found', 'There is no such customer.')
    const events = await eventsOf(tx, seen)
    const words = await wordsIn(tx, events)
    const all = [...new Set([...events, ...(await payloadsWith(tx, words))])].sort()
    const digests = await digestsOf(tx, seen)
    await forgetEverywhere(tx, { events: all, seen, digests, words, affiliateId: null })
    await tx.execute(sql`update customers set masked_email = null where id = ${customerId}`)
    const at = await programmeNow(tx)
    await writeAudit(tx, { actor, action: 'customer.forget', subjectId: customerId, reason, at })
  })
}

/** All objects at Stripe that are about them, themselves first of all. */
async function objectsOf(tx: Transaction, customerId: string): Promise<string[]> {
  const rows = await tx.execute<{ id: string }>(sql`
    with theirs as (select id from payments where customer_id = ${customerId} or id = ${customerId})
    select distinct object_id as id from facts
    where customer_id = ${customerId} or payment_id in (select id from theirs)
      or invoice_id in (select id from invoices where customer_id = ${customerId})
      or subscription_id in (select id from subscriptions where customer_id = ${customerId})
    union select id from customers where id = ${customerId}`)
  return rows.map(({ id }) => id)
}

async function eventsOf(tx: Transaction, seen: readonly string[]): Promise<string[]> {
  const ids = sql.param([...seen])
  const rows = await tx.execute<{ id: string }>(sql`
    select event_id as id from facts where object_id = any(${ids}::text[]) and event_id is not null
    union select event_id from inbox_events where object_id = any(${ids}::text[]) order by 1`)
  return rows.map(({ id }) => id)
}

/** What the customer is called and where they are reached, as their events say it. */
async function wordsIn(tx: Transaction, events: readonly string[]): Promise<string[]> {
  const rows = await tx.execute<{ word: string }>(sql`
    select distinct v #>> '{}' as word from inbox_payloads,
      lateral (
        select jsonb_path_query(body, '$.**.email') union select jsonb_path_query(body, '$.**.customer_email')
        union select jsonb_path_query(body, '$.**.receipt_email') union select jsonb_path_query(body, '$.**.customer_name')
        union select jsonb_path_query(body, '$.data.object.customer_details.name')
        union select jsonb_path_query(body, '$.data.object.billing_details.name')
        union select jsonb_path_query(body, '$.data.object.name')) as t (v)
    where event_id = any(${sql.param([...events])}::text[]) and jsonb_typeof(v) = 'string'`)
  return rows.map(({ word }) => word).filter((word) => word.includes('@') || /\p{L}+\s+\p{L}+/u.test(word))
}

/** Those that an affiliate who is not forgotten has too stay: the address is held as theirs. */
async function digestsOf(tx: Transaction, seen: readonly string[]): Promise<Record<string, string>> {
  const rows = await tx.execute<{ digest: string }>(sql`
    select distinct d as digest from facts, lateral (values (body->'email'->>'digest'), (body->>'payerDigest')) as t (d)
    where object_id = any(${sql.param([...seen])}::text[]) and d is not null and d not like 'forgotten-%'
      and not exists (select from affiliate_signs s where s.email_digest = d)`)
  return Object.fromEntries(
    rows.map(({ digest }) => [digest, `forgotten-${randomBytes(24).toString('base64url')}`]),
  )
}
