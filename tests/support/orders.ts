import { sql } from 'drizzle-orm'
import { connect, type Database } from '@/db'
import { digestOf } from './books'
import type { TestDatabase } from './database'

/** A dice that always falls the same: mulberry32. */
export function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const roll = dice(seed)
  const drawn = items.map((item) => ({ item, at: roll() }))
  return drawn.sort((a, b) => a.at - b.at).map(({ item }) => item)
}

export function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]]
  return items.flatMap((first, at) =>
    permutations(items.filter((_, other) => other !== at)).map((rest) => [first, ...rest]),
  )
}

const fromEvents = [
  'inbox_events',
  'inbox_payloads',
  'inbox_work',
  'facts',
  'evidence',
  'customers',
  'loose_ends',
  'invoices',
  'payments',
  'subscriptions',
  'subscription_mrr',
  'metered_revenue',
  'ledger_transfers',
  'balance_days',
  'reversal_days',
  'settlements',
  'commissions',
  'waits',
  'anomaly_signals',
  'anomaly_marks',
  'payment_traits',
  'affiliate_signs',
  'settlement_queue',
]

/** Takes back all that came from events, past the triggers: affiliates, codes and terms stay. */
export async function wipe(database: TestDatabase): Promise<void> {
  const superuser = connect(database.superuserUrl, { max: 1 })
  try {
    await superuser.db.transaction(async (tx) => {
      await tx.execute(sql`set local session_replication_role = replica`)
      await tx.execute(sql.raw(`truncate ${fromEvents.join(', ')} cascade`))
      await tx.execute(sql`update affiliates set stripe_customer_id = null`)
    })
  } finally {
    await superuser.close()
  }
}

export interface Picture {
  ledger: string
  commissions: { reversed_minor: string; remaining_minor: string; [column: string]: unknown }[]
  customers: Record<string, unknown>[]
  subscriptions: Record<string, unknown>[]
  /** Events that are not done. */
  unfinished: Record<string, unknown>[]
}

/** What the books say in the end, without how they came to it. */
export async function pictureOf(db: Database): Promise<Picture> {
  const commissions = await db.execute<Picture['commissions'][number]>(sql`
    select payment_id, basis_id, invoice_id, customer_id, affiliate_id, status, sentence, paid_at, payment_currency, payment_minor,
           currency, net_minor, rate_bps, commission_minor, reversed_minor, remaining_minor, matched_by,
           (select calculation from settlements s where s.id = settlement_id) as calculation
    from commissions order by payment_id, basis_id`)
  const customers = await db.execute(sql`
    select id, affiliate_id, since, matched_by, masked_email, first_paid_at from customers order by id`)
  const subscriptions = await db.execute(sql`select * from subscriptions order by id`)
  const unfinished = await db.execute(sql`
    select event_id, state, sentence from inbox_work where state <> 'done' order by event_id`)
  return {
    ledger: await digestOf(db),
    commissions: [...commissions],
    customers: [...customers],
    subscriptions: [...subscriptions],
    unfinished: [...unfinished],
  }
}
