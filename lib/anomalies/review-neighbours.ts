import 'server-only'
import { and, asc, isNull, sql } from 'drizzle-orm'
import { affiliates, anomalyMarks, paymentTraits, type Database, type Transaction } from '@/db'
import { programmeNow } from '@/lib/clock'
import { addLooseEnds } from '@/lib/attribution/loose-ends'
import { enqueueSettlement } from '@/lib/ledger/enqueue-settlement'
import { loadTermsOf } from '@/lib/programme/load-terms'
import { anomalySettingOf } from '@/lib/programme/schemas'
import { termsAt, type TermsVersion } from '@/lib/programme/terms'
import { judgeAcross } from './rules'
import { loadSignals, ofCrossRules, writeSignals } from './signals'
import { loadSurroundings } from './surroundings'

/**
 * Takes marks away and judges anew what they touch: by the rules that look across customers, whose answers are written down, and by
 * those that compare with an affiliate's own purchases. What changes is settled again. One review at a time; settling never waits.
 * @returns how many marks were taken; 0 also while another review runs
 */
export async function reviewNeighbours(db: Database, limit: number): Promise<number> {
  return db.transaction(async (tx) => {
    const [lock] = await tx.execute<{ got: boolean }>(
      sql`select pg_try_advisory_xact_lock(hashtextextended('anomalies', 0)) as got`,
    )
    if (!lock?.got) return 0
    const marks = await tx.select().from(anomalyMarks).orderBy(asc(anomalyMarks.id)).limit(limit)
    if (marks.length === 0) return 0
    const paymentIds = distinct(marks.map(({ paymentId }) => paymentId))
    const formerIds = distinct(marks.map(({ formerAffiliateId }) => formerAffiliateId))
    const terms = await loadTermsOf(tx, [])
    const markIds = marks.map(({ id }) => id)
    const answered = await answerAcross(tx, { markIds, paymentIds, formerIds }, terms)
    const own = await findOwnConnections(tx, paymentIds)
    const ids = distinct([...answered, ...own]).sort()
    await enqueueSettlement(
      tx,
      ids.map((subjectId) => ({ subjectId, kind: 'payment', reason: 'judged anew beside other payments' })),
    )
    await tx.delete(anomalyMarks).where(sql`${anomalyMarks.id} = any(${sql.param(markIds)}::bigint[])`)
    return marks.length
  })
}

/** @returns the payments of which money hangs on an answer that changed */
async function answerAcross(
  tx: Transaction,
  marked: { markIds: readonly number[]; paymentIds: readonly string[]; formerIds: readonly string[] },
  terms: readonly TermsVersion[],
): Promise<string[]> {
  const { markIds, paymentIds, formerIds } = marked
  const cards = ofAll(terms, 'shared_card')
  const sudden = ofAll(terms, 'sudden_customers')
  const touched = distinct([
    ...paymentIds,
    ...(await findLater(tx, paymentIds, formerIds)),
    ...(await findLaterBrought(tx, markIds, sudden.least)),
  ])
  const around = await loadSurroundings(tx, touched, { mostOnCard: cards.most, fewestToday: sudden.least })
  const wanted = around.flatMap((one) => judgeAcross(one, termsAt(terms, null, one.paidAt).anomalies))
  const last = (await loadSignals(tx, touched)).filter(ofCrossRules)
  const changed = await writeSignals(tx, last, wanted, await programmeNow(tx))
  const noticed = changed.filter(({ actions }) => actions.every((action) => action === 'notice'))
  await addLooseEnds(
    tx,
    noticed.map(({ paymentId }) => ({ subjectId: paymentId, kind: 'notice' as const })),
  )
  return changed
    .filter(({ actions }) => actions.some((action) => action !== 'notice'))
    .map(({ paymentId }) => paymentId)
}

function ofAll(terms: readonly TermsVersion[], rule: 'shared_card' | 'sudden_customers') {
  const thresholds = terms.flatMap((version) =>
    version.affiliateId === null && version.groupId === null
      ? [anomalySettingOf(version.values.anomalies, rule).threshold ?? 1]
      : [],
  )
  return { least: Math.min(...thresholds), most: Math.max(...thresholds) }
}

/**
 * Payments that were made later and for which this one counts: of others on the same card, and of the same customer, whose first
 * payment this one may be.
 */
async function findLater(
  tx: Transaction,
  paymentIds: readonly string[],
  formerIds: readonly string[],
): Promise<string[]> {
  const rows = await tx.execute<{ id: string }>(sql`
    select distinct n.payment_id as id
    from ${paymentTraits} p
    join ${paymentTraits} n on n.card_fingerprint = p.card_fingerprint
      and (n.affiliate_id = p.affiliate_id or n.affiliate_id = any(${sql.param([...formerIds])}::text[]))
      and (n.paid_at, n.payment_id) > (p.paid_at, p.payment_id)
      and coalesce(n.customer_id, n.payment_id) <> coalesce(p.customer_id, p.payment_id)
    where p.payment_id = any(${sql.param([...paymentIds])}::text[])
    union
    select n.payment_id
    from ${paymentTraits} p
    join ${paymentTraits} n on n.customer_id = p.customer_id and (n.paid_at, n.payment_id) > (p.paid_at, p.payment_id)
    where p.payment_id = any(${sql.param([...paymentIds])}::text[])`)
  return rows.map(({ id }) => id)
}

/** First payments of the same affiliates' later customers, where these may be judged by how many came or how many went back. */
async function findLaterBrought(
  tx: Transaction,
  markIds: readonly number[],
  fewestToday: number,
): Promise<string[]> {
  const rows = await tx.execute<{ id: string; affiliateId: string }>(sql`
    with touched as (
      select a.affiliate_id, max(greatest(p.paid_at, p.returned_at)) as until,
             min(coalesce(m.counts_from,
                          case when c.first_paid_at = p.paid_at then least(p.paid_at, c.since) else p.paid_at end)) as since
      from ${anomalyMarks} m join ${paymentTraits} p on p.payment_id = m.payment_id
      left join customers c on c.id = p.customer_id
      cross join lateral (select p.affiliate_id union select m.former_affiliate_id) as a
      where m.id = any(${sql.param([...markIds])}::bigint[]) and a.affiliate_id is not null
      group by a.affiliate_id),
    later as (
      select c.id, c.affiliate_id, c.since >= t.since and c.since < t.until + interval '92 days' as touched,
             count(c.first_paid_at) over (partition by c.affiliate_id, date_trunc('day', c.since, 'UTC')) as that_day,
             t.returned
      from (
        select *, (select count(*) from (
                     select from ${paymentTraits} r
                     where r.affiliate_id = touched.affiliate_id and r.returned_at >= touched.since - interval '92 days'
                     limit 5) as r) as returned
        from touched) as t
      join customers c on c.affiliate_id = t.affiliate_id
        and c.since >= date_trunc('day', t.since, 'UTC')
        and c.since < date_trunc('day', t.until, 'UTC') + interval '93 days')
    select c.id, c.affiliate_id as "affiliateId" from later c
    where c.touched and (c.returned = 5 or c.that_day > ${fewestToday})`)
  return findFirstPayments(tx, new Map([...rows].map(({ id, affiliateId }) => [id, affiliateId])))
}

/**
 * The first payment that each customer made as this affiliate's. Asked for by itself: in a join PostgreSQL, whose statistics are behind
 * while a past comes in, reads all payments anew for each customer.
 */
async function findFirstPayments(tx: Transaction, customers: ReadonlyMap<string, string>): Promise<string[]> {
  if (customers.size === 0) return []
  const rows = await tx.execute<{ id: string; customerId: string; affiliateId: string }>(sql`
    select distinct on (customer_id, affiliate_id) payment_id as id, customer_id as "customerId", affiliate_id as "affiliateId"
    from ${paymentTraits}
    where customer_id = any(${sql.param([...customers.keys()])}::text[]) and affiliate_id is not null
    order by customer_id, affiliate_id, paid_at, payment_id`)
  return [...rows]
    .filter(({ customerId, affiliateId }) => customers.get(customerId) === affiliateId)
    .map(({ id }) => id)
}

/**
 * Payments that share a card or a billing name with what an affiliate bought, and came to be compared with it only now: theirs whose
 * purchase is marked, and marked ones for whom an own purchase was settled at the same time. Learns who an affiliate is as a customer.
 */
async function findOwnConnections(tx: Transaction, paymentIds: readonly string[]): Promise<string[]> {
  const marked = sql`${sql.param([...paymentIds])}::text[]`
  const found = await tx.execute<{ affiliateId: string; customerId: string }>(sql`
    select distinct s.affiliate_id as "affiliateId", f.customer_id as "customerId"
    from affiliate_signs s
    join facts f on f.kind = 'customer' and f.body->'email'->>'digest' = s.email_digest
    where f.customer_id in (select customer_id from ${paymentTraits} where payment_id = any(${marked}))
       or s.affiliate_id in (select affiliate_id from ${paymentTraits} where payment_id = any(${marked}))
    order by 1, 2`)
  if (found.length === 0) return []
  for (const { affiliateId, customerId } of found) {
    await tx
      .update(affiliates)
      .set({ stripeCustomerId: customerId })
      .where(and(sql`${affiliates.id} = ${affiliateId}`, isNull(affiliates.stripeCustomerId)))
  }
  const pairs = sql.join(
    found.map(({ affiliateId, customerId }) => sql`(${affiliateId}, ${customerId})`),
    sql`, `,
  )
  const rows = await tx.execute<{ id: string }>(sql`
    select distinct n.payment_id as id
    from (values ${pairs}) as own (affiliate_id, customer_id)
    join ${paymentTraits} p on p.customer_id = own.customer_id
    join ${paymentTraits} n on n.affiliate_id = own.affiliate_id and n.payment_id <> p.payment_id
      and (n.card_fingerprint = p.card_fingerprint or n.payer_digest = p.payer_digest)
    where (n.payment_id = any(${marked}) or p.payment_id = any(${marked}))
      and n.paid_at >= p.paid_at`)
  return rows.map(({ id }) => id)
}

/** Marks all payments of these customers: their address or their attribution became known otherwise. */
export async function markCustomers(tx: Transaction, customerIds: readonly string[]): Promise<void> {
  if (customerIds.length === 0) return
  await tx.execute(sql`
    insert into anomaly_marks (payment_id)
    select payment_id from ${paymentTraits} where customer_id = any(${sql.param([...customerIds])}::text[])
    order by payment_id`)
}

function distinct(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null))]
}
