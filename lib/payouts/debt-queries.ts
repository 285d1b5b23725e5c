import 'server-only'
import { sql } from 'drizzle-orm'
import { database, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import type { Day } from '@/lib/calendar'

export interface Debt {
  affiliateId: string
  displayName: string
  status: 'applied' | 'active' | 'suspended' | 'closed'
  currency: string
  /** Positive: what they owe on the day. */
  debtMinor: bigint
  /** What falls due to them later, and will take it down by itself. */
  comingMinor: bigint
  /** Payable in other currencies. */
  elsewhere: { currency: string; payableMinor: bigint }[]
}

/** Who owes on a day, closed affiliates first, then by amount. */
export async function listDebts(actor: Actor, on: Day, db: Querying = database()): Promise<Debt[]> {
  requireViewer(actor)
  const rows = await db.execute<
    Omit<Debt, 'debtMinor' | 'comingMinor' | 'elsewhere'> & {
      debt: string
      coming: string
      elsewhere: { currency: string; payable: string }[] | null
    }
  >(sql`
    with due as materialized (
      select affiliate_id, currency, sum(amount_minor) filter (where payable_on <= ${on}) as payable,
             sum(amount_minor) filter (where payable_on > ${on}) as coming
      from balance_days where account = 'earned' group by 1, 2)
    select d.affiliate_id as "affiliateId", a.display_name as "displayName", a.status, d.currency, (-d.payable)::text as debt,
           coalesce(d.coming, 0)::text as coming,
           (select jsonb_agg(jsonb_build_object('currency', o.currency, 'payable', o.payable::text) order by o.currency)
            from due o where o.affiliate_id = d.affiliate_id and o.payable > 0) as elsewhere
    from due d join affiliates a on a.id = d.affiliate_id where d.payable < 0
    order by a.status = 'closed' desc, d.currency, d.payable, d.affiliate_id limit 500`)
  return rows.map(({ debt, coming, elsewhere, ...row }) => ({
    ...row,
    debtMinor: BigInt(debt),
    comingMinor: BigInt(coming),
    elsewhere: (elsewhere ?? []).map(({ currency, payable }) => ({
      currency,
      payableMinor: BigInt(payable),
    })),
  }))
}
