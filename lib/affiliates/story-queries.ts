import 'server-only'
import { sql } from 'drizzle-orm'
import { database, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { keyset, type PageEnds, type PageWanted } from '@/lib/keyset'

export const storyKinds = ['joined', 'code', 'first_customer', 'decision', 'payout', 'mail'] as const
export type StoryKind = (typeof storyKinds)[number]

/** Something that happened to an affiliate or that they did. */
export interface Chapter {
  key: string
  kind: StoryKind
  at: Date
  /** Of a decision its action; of a code its text; of a payout its state; of a mail its subject; of a customer their id. */
  what: string
  /** Why, or by whom; null: not said. */
  detail: string | null
  /** Of a payout. */
  runId: string | null
  amountMinor: bigint | null
  currency: string | null
}

interface Row extends Record<string, unknown> {
  key: string
  kind: StoryKind
  at: string
  what: string
  detail: string | null
  runId: string | null
  amount: string | null
  currency: string | null
}

/** One affiliate's story, the latest first, a page at a time. */
export async function listStory(
  actor: Actor,
  options: PageWanted & { affiliateId: string; kind?: StoryKind | undefined },
  db: Querying = database(),
): Promise<{ chapters: Chapter[] } & PageEnds> {
  requireViewer(actor)
  const { affiliateId: id, kind } = options
  const { beyond, order, limit, position, page } = keyset(
    [
      { by: sql`t.at`, type: 'timestamptz' },
      { by: sql`t.key`, type: 'text' },
    ],
    options,
  )
  const found = await db.execute<Row & { position: string }>(sql`
    select t.key, t.kind, t.at, t.what, t.detail, t."runId", t.amount, t.currency, ${position} as position from (
      select 'joined' as key, 'joined' as kind, created_at as at, display_name as what, null as detail,
             null as "runId", null as amount, null as currency from affiliates where id = ${id}
      union all
      select 'code ' || code, 'code', created_at, code, null, null, null, null from codes where affiliate_id = ${id}
      union all
      (select 'customer', 'first_customer', since, id, null, null, null, null from customers
       where affiliate_id = ${id} order by since limit 1)
      union all
      select 'decision ' || e.id, 'decision', e.at, e.action,
             concat_ws(', ', coalesce(m.email, case when e.actor_id = ${id} then 'they themselves' else e.actor_id end), e.reason),
             null, null, null
      from audit_entries e left join administrators m on m.id = e.actor_id where e.subject_id = ${id}
      union all
      select 'payout ' || p.id, 'payout', coalesce(p.paid_at, r.approved_at, r.drafted_at), p.state, p.reason, p.run_id,
             p.amount_minor::text, p.currency
      from payouts p join payout_runs r on r.id = p.run_id where p.affiliate_id = ${id} and r.state <> 'discarded'
      union all
      select 'mail ' || id, 'mail', coalesce(sent_at, created_at), subject, case when sent_at is null then 'not sent' end,
             null, null, null from mails where affiliate_id = ${id}
    ) t where ${kind === undefined ? sql`true` : sql`t.kind = ${kind}`} and ${beyond}
    order by ${order} limit ${limit}`)
  const { rows, ...ends } = page<Row>(found)
  const chapters = rows.map(({ at, amount, ...row }) => ({
    ...row,
    at: new Date(at),
    amountMinor: amount === null ? null : BigInt(amount),
  }))
  return { chapters, ...ends }
}
