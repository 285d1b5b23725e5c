import 'server-only'
import { sql } from 'drizzle-orm'
import { database, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'

export interface HouseCode {
  promotionCodeId: string | null
  /** Null: it is about a promotion code. */
  couponId: string | null
  /** What it is called; null: nobody said. */
  name: string | null
  reason: string
  decidedAt: Date
  /** Customers and guests who showed it. */
  customers: number
}

/** So many are shown: a company has a handful. */
const most = 200

/** The company's own codes, as the last decision on each says, the latest decided first. */
export async function listHouseCodes(actor: Actor, db: Querying = database()): Promise<HouseCode[]> {
  requireViewer(actor)
  const rows = await db.execute<{
    promotion_code_id: string | null
    coupon_id: string | null
    name: string | null
    reason: string
    decided_at: string
    customers: number
  }>(sql`
    select d.promotion_code_id, d.coupon_id, coalesce(d.name, shown.text) as name, d.reason, d.decided_at::text,
           shown.customers
    from (select distinct on (promotion_code_id, coupon_id) * from code_decisions
          order by promotion_code_id, coupon_id, id desc) d
    left join lateral (
      select max(e.code_text) as text, count(distinct e.subject_id)::int as customers from evidence e
      where e.promotion_code_id = d.promotion_code_id or (d.promotion_code_id is null and e.coupon_id = d.coupon_id)
    ) shown on true
    where d.decision = 'house'
      and not exists (select from codes k where k.stripe_promotion_code_id = d.promotion_code_id)
    order by d.id desc limit ${most}`)
  return rows.map((row) => ({
    promotionCodeId: row.promotion_code_id,
    couponId: row.coupon_id,
    name: row.name,
    reason: row.reason,
    decidedAt: new Date(row.decided_at),
    customers: row.customers,
  }))
}
