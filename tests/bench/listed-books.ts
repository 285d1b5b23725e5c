import { sql } from 'drizzle-orm'
import { connect } from '@/db'
import { countAffiliateFigures } from '@/lib/affiliates/count-figures'
import { onDatabase } from '@/lib/postgres'
import type { Bench } from './bench'
import { affiliateId, makeTemplate, openBooks, type Books } from './books'
import { fillPast } from './past'

export interface Size {
  commissions: number
  affiliates: number
  /** To so many of the affiliates the commissions belong. */
  among: number
}

/** Books with so many commissions and what stands beside them in the console's lists, written by set-based statements. */
export async function fillListed(
  server: Bench['server'],
  { commissions, affiliates, among }: Size,
): Promise<Books> {
  const template = await makeTemplate(server, { codes: [] }, { count: affiliates, ownerOf: () => 0 })
  const books = await openBooks(server, template)
  const ids = Array.from({ length: among }, (_, at) => affiliateId(at))
  const { db, close } = connect(onDatabase(server.superuserUrl, books.name), { max: 1 })
  try {
    // Kept up row by row they would take most of the time.
    const indexes = await db.execute<{ name: string; definition: string }>(sql`
      select c.relname as name, pg_get_indexdef(c.oid) as definition from pg_index x join pg_class c on c.oid = x.indexrelid
      where c.relnamespace = 'public'::regnamespace and not x.indisunique and not c.relispartition and c.relkind = 'i'`)
    for (const { name } of indexes) await db.execute(sql`drop index ${sql.identifier(name)}`)
    await fillPast(server, books.name, { mark: 'past', lines: commissions, affiliates: ids })
    await db.execute(sql`set session_replication_role = replica`)
    for (const statement of around) await db.execute(statement)
    for (const { definition } of indexes) await db.execute(sql.raw(definition))
    await countAffiliateFigures(db)
    await db.execute(sql`vacuum analyze`)
  } finally {
    await close()
  }
  return books
}

/** What stands beside commissions: as many events, some signals, a payout a month, and a few things that wait for a person. */
const around = [
  // Names as people have them: what some share is shared by some, not by all.
  sql`update affiliates set display_name = initcap(first) || ' ' || initcap(last), handle = first || last || n,
        email = first || '.' || last || n || '@' || (array['example.com', 'example.net', 'mail.example'])[1 + n % 3]
      from (select id as affiliate, right(id, 20)::int as n,
              (array['sofia', 'ahmet', 'ravi', 'greta', 'kwame', 'yuki', 'pedro', 'ines', 'oskar', 'amara', 'liam', 'nadia', 'tomas',
                'chloe', 'bruno', 'zeynep', 'hugo', 'mei', 'dmitri', 'freya'])[1 + right(id, 20)::int % 20] as first,
              (array['lindholm', 'patel', 'okafor', 'novak', 'tanaka', 'silva', 'moreau', 'jensen', 'kowalski', 'haddad', 'murphy', 'rossi',
                'weber', 'castillo', 'yilmaz', 'nakamura', 'petrov', 'dubois', 'andersson', 'mensah', 'fischer', 'quintero', 'bjork',
                'varga', 'hoxha'])[1 + right(id, 20)::int / 20 % 25] as last
            from affiliates) named
      where id = affiliate`,
  sql`insert into codes (code, affiliate_id, stripe_coupon_id, stripe_promotion_code_id, status, percent_off_bps, created_at)
      select upper(handle) || 'X5', id, 'trb_' || id, 'promo_' || id, 'active', 500, created_at from affiliates`,
  sql`update affiliates set status = 'suspended' where id in (select id from affiliates order by md5(id) limit 20)`,
  sql`update affiliates set created_at = created_at + (('x' || left(md5(id), 6))::bit(24)::int % 500000) * interval '1 second'`,
  sql`update commissions set status = (array['held', 'void', 'awaiting_fee'])[1 + (payment_id < 'pi_38')::int + (payment_id < 'pi_34')::int]
      where payment_id in (select payment_id from commissions order by md5(payment_id) limit 300)`,
  sql`insert into inbox_events (event_id, type, object_id, created_at, recorded_at)
      select 'evt_' || payment_id, (array['invoice.paid', 'charge.updated', 'invoice_payment.paid'])[1 + ascii(right(payment_id, 1)) % 3],
             invoice_id, paid_at, paid_at from commissions`,
  sql`insert into inbox_events (event_id, type, object_id, created_at, recorded_at)
      select 'evt_failed' || at, 'refund.failed', 're_' || at, timestamptz '2025-01-01' + at * interval '1 day',
             timestamptz '2025-01-01' + at * interval '1 day' from generate_series(1, 30) as at`,
  sql`insert into inbox_work (event_id, state, next_attempt_at, outcome, sentence, done_at)
      select event_id, case when right(event_id, 4) = '0000' or event_id ~ 'failed' then 'quarantined' else 'done' end, recorded_at,
             case when right(event_id, 4) = '0000' or event_id ~ 'failed' then 'quarantined' else 'settled' end, 'It says why.',
             recorded_at + interval '1 second' from inbox_events`,
  sql`insert into evidence (subject_id, kind, rank, at, source_id, promotion_code_id, coupon_id, code_text, recorded_at, digest)
      select id, 'invoice_discount', 1, since, 'in_' || id, 'promo_' || affiliate_id, 'trb_' || affiliate_id, null, since, md5(id) from customers`,
  sql`insert into evidence (subject_id, kind, rank, at, source_id, promotion_code_id, coupon_id, code_text, recorded_at, digest)
      select id, 'invoice_discount', 1, since + interval '1 day', 'in_2' || id, 'promo_loose' || left(md5(id), 1), 'loose',
             'LOOSE' || left(md5(id), 1), since, md5(id || '2') from (select * from customers order by md5(id) limit 60) c`,
  sql`insert into loose_ends (subject_id, kind)
      select id, kind from (select * from customers order by md5(id) limit 60) c, (values ('unmatched'), ('conflict')) k (kind)`,
  sql`insert into anomaly_signals (payment_id, rule, seq, stands, affiliate_id, action, evidence, at, recorded_at)
      select payment_id, 'same_domain', 1, true, affiliate_id, 'hold', 'the same company', paid_at, paid_at from commissions
      where ascii(right(payment_id, 1)) = 48 and ascii(substr(payment_id, 9, 1)) = 48`,
  sql`insert into verdicts (subject_kind, subject_id, decision, reason, decided_by, at)
      select 'payment', payment_id, case when row_number() over (order by md5(payment_id)) <= 60 then 'void' else 'clear' end,
             'looked at', 'adm_1', at from anomaly_signals
      order by md5(payment_id) offset 20`,
  sql`insert into loose_ends (subject_id, kind) select payment_id, 'review' from anomaly_signals s
      where not exists (select from verdicts v where v.subject_id = s.payment_id)`,
  sql`insert into payout_details (affiliate_id, method, destination, digest, changed_by, at)
      select distinct affiliate_id, 'paypal', jsonb_build_object('email', 'a@example.com'), md5(affiliate_id), affiliate_id,
             timestamptz '2024-01-01' from commissions`,
  sql`insert into payout_runs (id, state, cut_off_on, minimums, drafted_by, drafted_at, approved_by, approved_at, approved_digest,
        second_factor_age_seconds, through_transfer_id)
      select 'run_' || at, 'approved', date '2024-12-01' + make_interval(months => at), '{}', 'adm_1',
             timestamptz '2024-12-01' + make_interval(months => at), 'adm_2', timestamptz '2024-12-02' + make_interval(months => at), '1', 1, 1
      from generate_series(1, 12) as at`,
  sql`insert into payouts_left_out (run_id, affiliate_id, currency, balance_minor, reason)
      select r.id, a.id, 'usd', ('x' || left(md5(a.id), 4))::bit(16)::int % 5000, 'below_minimum'
      from (select id from payout_runs order by drafted_at desc limit 1) r, affiliates a`,
  sql`insert into payouts (id, run_id, affiliate_id, currency, amount_minor, carried_minor, line_count, lines_digest, details_id, method,
        destination, warnings, state, approved_on, paid_at, reference)
      select 'pay_' || left(md5(r.id || ' ' || d.id), 20), r.id, d.affiliate_id, 'usd', 5000 + d.id * 7919 % 90000, 0, 10, '1', d.id, 'paypal',
             d.destination, case when d.id % 15 = 7 then array['first_payout'] else '{}'::text[] end,
             case when row_number() over (order by md5(r.id || ' ' || d.id)) <= 30 then 'failed' else 'paid' end,
             r.approved_at::date, r.approved_at, 'by hand' from payout_runs r, payout_details d`,
  sql`insert into balance_days (affiliate_id, currency, account, earned_on, payable_on, amount_minor)
      select affiliate_id, 'usd', 'earned', date '2024-01-01', date '2024-01-01', -100000000 from payout_details order by 1 limit 20`,
  sql`insert into audit_entries (at, actor_kind, actor_id, action, subject_id, reason)
      select paid_at, 'person', 'adm_1', 'payment.judge', payment_id, 'looked at' from commissions
      where ascii(right(payment_id, 1)) = 48`,
  sql`insert into audit_entries (at, actor_kind, actor_id, action, subject_id, reason)
      select timestamptz '2025-01-01' + at * interval '1 day', 'person', 'adm_1', 'terms.set', 'prg_1', 'agreed' from generate_series(1, 40) at`,
  sql`update codes set redemptions = ('x' || left(md5(code), 4))::bit(16)::int % 900`,
  sql`update codes set status = 'exhausted' where code in (select code from codes order by md5(code) limit 40)`,
  sql`update codes set drift = 'Stripe says that it is off.' where code in (select code from codes order by md5(code || 'x') limit 40)`,
  sql`insert into sweeps (begun_by, state, since, begun_at, started_at, finished_at)
      select 'nightly', 'done', at, at, at, at from (values (timestamptz '2026-01-01')) v (at)`,
  sql`insert into sweep_findings (sweep_id, kind, object_id, verdict, sentence, payment_id, found_at)
      select s.id, 'payment', c.payment_id, case when right(c.payment_id, 2) = '00' then 'unexplained' else 'healed' end, 'It was missing.',
             c.payment_id, s.started_at from sweeps s, commissions c where right(c.payment_id, 1) = '0'`,
  sql`insert into sweep_leakage (sweep_id, affiliate_id, currency, missed_minor, overpaid_minor)
      select s.id, a.id, 'usd', ('x' || left(md5(a.id), 4))::bit(16)::int, 0 from sweeps s, affiliates a`,
  sql`insert into code_decisions (promotion_code_id, name, decision, reason, decided_by, decided_at)
      select 'promo_loose' || at, 'LOOSE' || at, 'house', 'a sale', 'adm_1', timestamptz '2026-01-01' from generate_series(1, 5) at`,
]
