import { sql } from 'drizzle-orm'
import { connect } from '@/db'
import { onDatabase, type PostgresServer } from '@/lib/postgres'

/** A past of payments written by set-based statements. */
export interface Past {
  /** What its ids begin with: several pasts in one database do not meet. */
  mark: string
  lines: number
  /** In turn. */
  affiliates: string[]
}

/** Twenty customers, one more every month, make 210 payments on 210 days: a larger past is more of them on the same days. */
const linesOfTwenty = 210

/**
 * Writes what months of renewals leave (lines, roll-ups, payments, commissions with their arithmetic, subscriptions, charges as facts),
 * as the owner, past all triggers and constraints: from May 2024 to December 2025, in no order of ids.
 */
export async function fillPast(
  server: Pick<PostgresServer, 'migrateUrl'>,
  name: string,
  past: Past,
): Promise<void> {
  const { db, close } = connect(onDatabase(server.migrateUrl, name), { max: 1 })
  const customers = Math.round((past.lines / linesOfTwenty) * 20)
  const among = sql`(${sql.param(past.affiliates)}::text[])[1 + (c / 20) % ${past.affiliates.length}::int]`
  try {
    await db.execute(sql`
      create temporary table bought as
      select 'cus_' || left(md5(${past.mark} || c), 14) as customer, 'sub_' || left(md5(${past.mark} || c), 24) as subscription,
             'pi_3' || left(md5(${past.mark} || c || ' ' || k), 23) as payment,
             'in_1' || left(md5(${past.mark} || c || '/' || k), 23) as invoice, 'ch_3' || left(md5(${past.mark} || c || '-' || k), 23) as charge,
             ${among} as affiliate, k = c % 20 as first,
             (c + k) % 30 = 0 as returned,
             (date '2024-05-01' + make_interval(months => c % 20, days => c % 20))::timestamp at time zone 'UTC' as since,
             (date '2024-05-01' + make_interval(months => k, days => c % 20))::timestamp at time zone 'UTC' + interval '9 hours' as at
      from generate_series(0, ${customers - 1}::int) as c, generate_series(c % 20, 19) as k`)
    for (const statement of statements) await db.execute(statement)
    await db.execute(sql`drop table bought`)
    await db.execute(sql`vacuum analyze`)
  } finally {
    await close()
  }
}

const statements = [
  sql`insert into customers (id, affiliate_id, since, matched_by, masked_email, first_paid_at, created_at)
      select customer, affiliate, since, 'promotion_code', 'c•••@e•••.example', at, at from bought where first`,
  sql`insert into invoices (id, customer_id, subscription_id, status) select invoice, customer, subscription, 'paid' from bought`,
  sql`insert into payments (id, customer_id, currency, amount_minor, paid_at, fee_known)
      select payment, customer, 'usd', 2755, at, true from bought`,
  sql`insert into payment_traits (payment_id, affiliate_id, customer_id, paid_at, card_fingerprint, payer_digest)
      select payment, affiliate, customer, at, left(md5('card ' || customer), 16), md5('payer ' || customer) from bought`,
  sql`insert into subscriptions (id, customer_id, status, currency, mrr_minor, interval, interval_count, started_at)
      select subscription, customer, 'active', 'usd', 2755, 'month', 1, at from bought where first`,
  sql`insert into subscription_mrr (subscription_id, customer_id, at, currency, mrr_minor, status)
      select subscription, customer, at, 'usd', 2755, 'active' from bought`,
  sql`insert into facts (kind, object_id, observed_at, recorded_at, customer_id, payment_id, digest, body)
      select 'charge', charge, at, at, customer, payment, md5(charge), jsonb_build_object('status', 'succeeded', 'amount', 2755,
        'currency', 'usd', 'customerId', customer, 'balanceTransactionId', 'txn_3' || md5(payment), 'createdAt', extract(epoch from at))
      from bought`,
  sql`insert into settlements (payment_id, basis_id, recorded_at, digest, calculation, facts)
      select payment, invoice, at, md5(payment), '{"steps": [], "instalments": [], "reversals": []}', '{}' from bought`,
  sql`insert into commissions (payment_id, basis_id, invoice_id, customer_id, affiliate_id, status, sentence, paid_at, payment_currency,
        payment_minor, currency, net_minor, rate_bps, commission_minor, reversed_minor, remaining_minor, matched_by, settlement_id,
        settled_at)
      select payment, invoice, invoice, customer, affiliate, 'settled', 'It earns.', at, 'usd', 2755, 'usd', 2400, 2000, 480, 0, 480,
             'promotion_code', s.id, at
      from bought join settlements s on s.payment_id = payment`,
  sql`insert into ledger_transfers (recorded_at, occurred_at, earned_on, payable_on, debit, credit, currency, amount_minor, line_key,
        seq, kind, affiliate_id, payment_id, invoice_id, customer_id)
      select at, at, at::date, at::date + 30, 'commission_expense', 'earned', 'usd', 480, 'instalment/0', 1, 'instalment', affiliate,
             payment, invoice, customer from bought order by md5(payment)`,
  sql`insert into ledger_transfers (recorded_at, occurred_at, earned_on, payable_on, debit, credit, currency, amount_minor, line_key,
        seq, kind, affiliate_id, payment_id, invoice_id, customer_id)
      select at + interval '3 days', at + interval '3 days', at::date, at::date + 30, 'earned', 'commission_expense', 'usd', 100,
             'refund:re_3' || left(md5(payment), 23) || '/instalment/0', 1, 'refund', affiliate, payment, invoice, customer
      from bought where returned`,
  sql`insert into reversal_days (affiliate_id, currency, earned_on, amount_minor)
      select affiliate, 'usd', at::date, sum(100) from bought where returned group by 1, 3`,
  sql`insert into balance_days (affiliate_id, currency, account, earned_on, payable_on, amount_minor)
      select affiliate, 'usd', 'earned', at::date, at::date + 30, sum(case when returned then 380 else 480 end)
      from bought group by 1, 4, 5`,
]
