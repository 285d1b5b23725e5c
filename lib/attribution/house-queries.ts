import 'server-only'
import { sql, type SQL } from 'drizzle-orm'
import { database, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { keyset, type PageEnds, type PageWanted } from '@/lib/keyset'
import type { UnmatchedCode } from './decide-unmatched'

/** A code at Stripe that is none of ours, and that somebody has said what it is. */
export interface DecidedCode {
  about: UnmatchedCode
  /** Of the promotion code, or of the coupon. */
  id: string
  /** What it is called; null: nobody said. */
  name: string | null
  reason: string
  decidedAt: Date
  /** Customers and guests who showed it. */
  customers: number
}

interface Row extends Record<string, unknown> {
  promotion_code_id: string | null
  coupon_id: string | null
  name: string | null
  reason: string
  decided_at: string
  customers: number
}

type Wanted = PageWanted & {
  /** Part of what it is called, or of its id. */
  search?: string | undefined
}

/** The company's own codes, as the last decision on each says, the latest decided first, a page at a time. */
export async function listHouseCodes(
  actor: Actor,
  options: Wanted,
  db: Querying = database(),
): Promise<{ codes: DecidedCode[] } & PageEnds> {
  requireViewer(actor)
  return listDecided(db, sql`d.decision = 'house'`, options)
}

/** What the last decision on each gave to an affiliate, the latest decided first, a page at a time. */
export async function listCodesGivenTo(
  actor: Actor,
  affiliateId: string,
  options: Wanted,
  db: Querying = database(),
): Promise<{ codes: DecidedCode[] } & PageEnds> {
  requireViewer(actor)
  return listDecided(db, sql`d.decision = 'affiliate' and d.affiliate_id = ${affiliateId}`, options)
}

async function listDecided(
  db: Querying,
  decided: SQL,
  options: Wanted,
): Promise<{ codes: DecidedCode[] } & PageEnds> {
  const { search } = options
  const { beyond, order, limit, position, page } = keyset([{ by: sql`d.id`, type: 'bigint' }], options)
  const sought =
    search === undefined
      ? sql`true`
      : sql`position(upper(${search}) in
          upper(concat_ws(' ', d.promotion_code_id, d.coupon_id, d.name, shown.text))) > 0`
  const found = await db.execute<Row & { position: string }>(sql`
    select d.promotion_code_id, d.coupon_id, coalesce(d.name, shown.text) as name, d.reason, d.decided_at::text,
           shown.customers, ${position} as position
    from (select distinct on (promotion_code_id, coupon_id) * from code_decisions
          order by promotion_code_id, coupon_id, id desc) d
    left join lateral (
      select max(e.code_text) as text, count(distinct e.subject_id)::int as customers from evidence e
      where e.promotion_code_id = d.promotion_code_id or (d.promotion_code_id is null and e.coupon_id = d.coupon_id)
    ) shown on true
    where ${decided}
      and not exists (select from codes k where k.stripe_promotion_code_id = d.promotion_code_id)
      and ${sought} and ${beyond}
    order by ${order} limit ${limit}`)
  const { rows, ...ends } = page<Row>(found)
  const codes = rows.map(({ name, reason, decided_at, customers, ...about }) => ({
    ...namedBy(about),
    ...{ name, reason, customers },
    decidedAt: new Date(decided_at),
  }))
  return { codes, ...ends }
}

/** A decision names one of the two (`code_decisions_about_one`). */
function namedBy({
  promotion_code_id: promotionCodeId,
  coupon_id: couponId,
}: Pick<Row, 'promotion_code_id' | 'coupon_id'>): Pick<DecidedCode, 'about' | 'id'> {
  return promotionCodeId === null
    ? { about: { couponId: couponId ?? '' }, id: couponId ?? '' }
    : { about: { promotionCodeId }, id: promotionCodeId }
}
