import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { connect, type Database } from '@/db'
import { parseEvent } from '@/lib/intake/parse-event'
import { recordEvent } from '@/lib/intake/record-event'

export interface Written {
  /** Payments recorded and settled, one line each. */
  lines: number
  /** From the delivery to the commit of its line. */
  longestMs: number
  /** What the database refused. */
  refused: unknown[]
}

/**
 * Sells without a pause until it is told to stop: records an event, then writes what settling it leaves in the tables that grow, as the
 * application's login and by statements that every schema since 0014 understands.
 */
export function sellSteadily(url: string, affiliateId: string): { stop(): Promise<Written> } {
  const { db, close } = connect(url, { max: 1 })
  const written: Written = { lines: 0, longestMs: 0, refused: [] }
  let stopping = false
  const work = async () => {
    while (!stopping) {
      const begun = performance.now()
      try {
        await sell(db, affiliateId)
        written.lines += 1
      } catch (error) {
        written.refused.push(error)
      }
      written.longestMs = Math.max(written.longestMs, performance.now() - begun)
    }
    await close()
    return written
  }
  const done = work()
  return {
    stop: () => {
      stopping = true
      return done
    },
  }
}

async function sell(db: Database, affiliate: string): Promise<void> {
  const mark = randomBytes(12).toString('hex')
  const [event, payment, invoice, customer] = [`evt_${mark}`, `pi_${mark}`, `in_${mark}`, `cus_${mark}`]
  const data = { object: { id: invoice, object: 'invoice' } }
  const body = {
    id: event,
    object: 'event',
    type: 'invoice.paid',
    created: 1_790_000_000,
    livemode: false,
    data,
  }
  const parsed = parseEvent(JSON.stringify(body))
  if ('problem' in parsed) throw new Error(parsed.problem)
  await recordEvent(db, parsed, new Date())
  const at = sql`now()`
  await db.transaction(async (tx) => {
    for (const statement of [
      sql`insert into facts (kind, object_id, observed_at, recorded_at, event_id, customer_id, payment_id, digest, body)
          values ('charge', ${payment}, ${at}, ${at}, ${event}, ${customer}, ${payment}, ${mark}, '{}')`,
      sql`insert into evidence (subject_id, kind, rank, at, source_id, named_affiliate_id, recorded_at, digest)
          values (${customer}, 'metadata', 4, ${at}, ${invoice}, ${affiliate}, ${at}, ${mark})`,
      sql`insert into customers (id, affiliate_id, since, matched_by, first_paid_at, created_at)
          values (${customer}, ${affiliate}, ${at}, 'metadata', ${at}, ${at})`,
      sql`insert into invoices (id, customer_id, status) values (${invoice}, ${customer}, 'paid')`,
      sql`insert into payments (id, customer_id, currency, amount_minor, paid_at, fee_known)
          values (${payment}, ${customer}, 'usd', 2755, ${at}, true)`,
      sql`insert into subscriptions (id, customer_id, status, currency, mrr_minor, interval, interval_count, started_at)
          values (${`sub_${mark}`}, ${customer}, 'active', 'usd', 2755, 'month', 1, ${at})`,
      sql`insert into settlements (payment_id, basis_id, recorded_at, digest, calculation, facts)
          values (${payment}, ${invoice}, ${at}, ${mark}, '{"steps": [], "instalments": [], "reversals": []}', '{}')`,
      sql`insert into commissions (payment_id, basis_id, invoice_id, customer_id, affiliate_id, status, sentence, paid_at,
            payment_currency, payment_minor, currency, net_minor, rate_bps, commission_minor, reversed_minor, remaining_minor,
            matched_by, settlement_id, settled_at)
          select payment_id, basis_id, basis_id, ${customer}, ${affiliate}, 'settled', 'It earns.', ${at}, 'usd', 2755, 'usd', 2400, 2000,
                 480, 0, 480, 'metadata', id, ${at} from settlements where payment_id = ${payment}`,
      sql`insert into ledger_transfers (recorded_at, occurred_at, earned_on, payable_on, debit, credit, currency, amount_minor, line_key,
            seq, kind, affiliate_id, payment_id, invoice_id, customer_id)
          values (${at}, ${at}, current_date, current_date + 30, 'commission_expense', 'earned', 'usd', 480, 'instalment/0', 1,
                  'instalment', ${affiliate}, ${payment}, ${invoice}, ${customer})`,
      sql`insert into balance_days (affiliate_id, currency, account, earned_on, payable_on, amount_minor)
          values (${affiliate}, 'usd', 'earned', current_date, current_date + 30, 480)
          on conflict (affiliate_id, currency, account, earned_on, payable_on)
          do update set amount_minor = balance_days.amount_minor + 480`,
      sql`update inbox_work set state = 'done', outcome = 'settled', sentence = 'It earns.', done_at = ${at} where event_id = ${event}`,
      sql`insert into audit_entries (at, actor_kind, actor_id, action, subject_id) values (${at}, 'system', 'writer', 'sold', ${payment})`,
    ])
      await tx.execute(statement)
  })
}
