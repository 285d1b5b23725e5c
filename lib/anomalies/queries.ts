import 'server-only'
import { and, desc, eq, sql, type SQL } from 'drizzle-orm'
import { anomalySignals, database, paymentTraits, verdicts, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { keyset, type PageEnds, type PageWanted } from '@/lib/keyset'
import { among } from '@/lib/rows'
import type { AnomalyRule } from '@/lib/programme/schemas'

export const anomalyStates = ['open', 'void', 'clear', 'hold', 'exempt'] as const

/** A rule's answer about a payment, with what has become of it. */
export interface Anomaly {
  id: string
  rule: AnomalyRule
  /** What the rule does by the terms that the payment is judged by. */
  action: 'void' | 'hold' | 'notice'
  /** Which values matched, without personal data. */
  evidence: string
  at: Date
  paymentId: string
  /** Null: a guest. */
  customerId: string | null
  affiliateId: string
  affiliateName: string
  /** What the payment earns now and would without reversals; null: not known yet, or nothing. */
  stake: { currency: string; commissionMinor: bigint; remainingMinor: bigint } | null
  /** `open`: no person has said anything, and the rule's action stands. */
  state: (typeof anomalyStates)[number]
  /** An administrator's word on the payment or its customer that stands; null: none. */
  verdict: { decision: 'void' | 'clear' | 'hold'; reason: string; decidedBy: string; at: Date } | null
  /** The last word on the payment itself, if it was not lifted. */
  ownVerdict: { decision: string; at: Date } | null
}

interface Row extends Record<string, unknown> {
  id: string
  rule: AnomalyRule
  action: Anomaly['action']
  evidence: string
  at: string
  paymentId: string
  customerId: string | null
  affiliateId: string
  affiliateName: string
  currency: string | null
  commission: string | null
  remaining: string | null
  decision: 'void' | 'clear' | 'hold' | null
  reason: string | null
  decidedBy: string | null
  decidedAt: string | null
  exempt: boolean
  ownDecision: string | null
  ownAt: string | null
}

export interface AnomalyFilter extends PageWanted {
  /** Absent: all. */
  state?: Anomaly['state'] | undefined
  affiliateId?: string | undefined
  paymentId?: string | undefined
  paymentIds?: readonly string[] | undefined
  customerId?: string | undefined
  rule?: AnomalyRule | undefined
}

/** What the rules say now, the latest evidence first, a page at a time. A cursor that is not ours begins at the beginning. */
export async function listAnomalies(
  actor: Actor,
  filter: AnomalyFilter,
  db: Querying = database(),
): Promise<{ anomalies: Anomaly[] } & PageEnds> {
  requireViewer(actor)
  const { beyond, order, limit, position, page } = keyset(
    [
      { by: sql`s.at`, type: 'timestamptz' },
      { by: sql`s.id`, type: 'bigint' },
    ],
    filter,
  )
  const wanted: SQL[] = [
    sql`s.stands`,
    sql`not exists (select from ${anomalySignals} n where n.payment_id = s.payment_id and n.rule = s.rule and n.seq > s.seq)`,
    ...(filter.affiliateId === undefined ? [] : [sql`s.affiliate_id = ${filter.affiliateId}`]),
    ...(filter.paymentId === undefined ? [] : [sql`s.payment_id = ${filter.paymentId}`]),
    ...(filter.paymentIds === undefined ? [] : [among(sql`s.payment_id`, filter.paymentIds)]),
    ...(filter.customerId === undefined ? [] : [sql`t.customer_id = ${filter.customerId}`]),
    ...(filter.rule === undefined ? [] : [sql`s.rule = ${filter.rule}`]),
    ...(filter.state === undefined
      ? []
      : [sql`coalesce(v.decision, ${otherwise}) = ${filter.state}`, amongFew(filter.state)]),
    beyond,
  ]
  const found = await db.execute<Row & { position: string }>(sql`
    select s.id, s.rule, s.action, s.evidence, s.at, s.payment_id as "paymentId", t.customer_id as "customerId",
           s.affiliate_id as "affiliateId", a.display_name as "affiliateName", c.currency, c.commission, c.remaining,
           v.decision, v.reason, v.decided_by as "decidedBy", v.at as "decidedAt",
           e.exempt, o.decision as "ownDecision", o.at as "ownAt", ${position} as position
    from ${anomalySignals} s
    left join ${paymentTraits} t on t.payment_id = s.payment_id
    join affiliates a on a.id = s.affiliate_id
    left join lateral (
      select min(currency) as currency, sum(commission_minor)::text as commission, sum(remaining_minor)::text as remaining
      from commissions where payment_id = s.payment_id and currency is not null) c on true
    left join lateral (${standingVerdict}) v on true
    left join lateral (${isExempt}) e on true
    left join lateral (${ownWord}) o on o.decision <> 'lift'
    where ${sql.join(wanted, sql` and `)}
    order by ${order}
    limit ${limit}`)
  const { rows, ...ends } = page<Row>(found)
  return { anomalies: rows.map(anomalyOf), ...ends }
}

/** Where the few rows in such a state can be found among all: no condition of its own. */
function amongFew(state: Anomaly['state']): SQL {
  if (state === 'open')
    return sql`s.payment_id in (select l.subject_id from loose_ends l where l.kind in ('review', 'notice'))`
  if (state === 'exempt') return sql`s.affiliate_id in (select x.affiliate_id from exemptions x)`
  return sql`s.payment_id in (
    select w.subject_id from verdicts w where w.subject_kind = 'payment' and w.decision = ${state} union
    select p.payment_id from verdicts w join payment_traits p on p.customer_id = w.subject_id
    where w.subject_kind = 'customer' and w.decision = ${state})`
}

const otherwise = sql`case when e.exempt then 'exempt' else 'open' end`

/** As `standing` in decide.ts: the last word on each subject unless lifted, of the two the later. */
const standingVerdict = sql`
  select word.* from (
    select distinct on (w.subject_kind) w.* from verdicts w
    where (w.subject_kind = 'payment' and w.subject_id = s.payment_id)
       or (w.subject_kind = 'customer' and w.subject_id = t.customer_id)
    order by w.subject_kind, w.id desc) as word
  where word.decision <> 'lift' order by word.id desc limit 1`

const ownWord = sql`select w.decision, w.at from verdicts w
  where w.subject_kind = 'payment' and w.subject_id = s.payment_id order by w.id desc limit 1`

/** As `isExempt` in decide.ts. */
const isExempt = sql`
  select exists (
    select from (
      select distinct on (x.rule) x.exempt, x.at from exemptions x
      where x.affiliate_id = s.affiliate_id and (x.rule is null or x.rule = s.rule)
      order by x.rule, x.id desc) as word
    where word.exempt or date_trunc('second', word.at) > t.paid_at) as exempt`

function anomalyOf(row: Row): Anomaly {
  const { id, rule, action, evidence, paymentId, customerId, affiliateId, affiliateName, decision } = row
  const { reason, decidedBy, decidedAt, currency, commission, remaining } = row
  const stake =
    currency === null
      ? null
      : { currency, commissionMinor: BigInt(commission ?? 0), remainingMinor: BigInt(remaining ?? 0) }
  const verdict =
    decision === null
      ? null
      : { decision, reason: reason ?? '', decidedBy: decidedBy ?? '', at: new Date(decidedAt ?? 0) }
  const state = decision ?? (row.exempt ? 'exempt' : 'open')
  const seen = { id: String(id), rule, action, evidence, at: new Date(row.at) }
  const own = row.ownDecision
  const ownVerdict = own === null ? null : { decision: own, at: new Date(row.ownAt ?? 0) }
  return { ...seen, paymentId, customerId, affiliateId, affiliateName, stake, state, verdict, ownVerdict }
}

/** As `listAnomalies`, of these payments, the latest first. */
export async function listAnomaliesOf(
  actor: Actor,
  paymentIds: readonly string[],
  db: Querying = database(),
): Promise<Anomaly[]> {
  requireViewer(actor)
  if (paymentIds.length === 0) return []
  const { anomalies } = await listAnomalies(actor, { paymentIds, limit: 13 * paymentIds.length }, db)
  return anomalies
}

/** How many payments wait for a person: those that a rule holds or voids, and nobody has said anything about. */
export async function countOpenAnomalies(actor: Actor, db: Querying = database()): Promise<number> {
  requireViewer(actor)
  const [row] = await db.execute<{ count: string }>(sql`
    select count(distinct s.payment_id) from ${anomalySignals} s
    left join ${paymentTraits} t on t.payment_id = s.payment_id
    left join lateral (${standingVerdict}) v on true
    left join lateral (${isExempt}) e on true
    where s.payment_id in (select l.subject_id from loose_ends l where l.kind = 'review')
      and s.stands and s.action <> 'notice' and v.decision is null and not e.exempt
      and not exists (select from ${anomalySignals} n
                      where n.payment_id = s.payment_id and n.rule = s.rule and n.seq > s.seq)`)
  return Number(row?.count ?? 0)
}

export interface StandingVerdict {
  decision: 'void' | 'clear' | 'hold'
  reason: string
  decidedBy: string
  at: Date
}

/** What a person has said of a payment, and of its customer; null: nothing that stands. */
export async function findVerdicts(
  actor: Actor,
  subjects: { paymentId: string; customerId: string | null },
  db: Querying = database(),
): Promise<{ payment: StandingVerdict | null; customer: StandingVerdict | null }> {
  requireViewer(actor)
  const last = async (kind: 'payment' | 'customer', id: string | null) => {
    if (id === null) return null
    const [row] = await db
      .select()
      .from(verdicts)
      .where(and(eq(verdicts.subjectKind, kind), eq(verdicts.subjectId, id)))
      .orderBy(desc(verdicts.id))
      .limit(1)
    if (row === undefined || row.decision === 'lift') return null
    const { decision, reason, decidedBy, at } = row
    return { decision, reason, decidedBy, at }
  }
  return {
    payment: await last('payment', subjects.paymentId),
    customer: await last('customer', subjects.customerId),
  }
}
