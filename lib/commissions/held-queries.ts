import 'server-only'
import { sql } from 'drizzle-orm'
import { database, type Querying } from '@/db'
import { requireAffiliate, type Actor } from '@/lib/actor'
import { anomalyRules, type AnomalyRule } from '@/lib/programme/schemas'

/** `suspended`: paid while the affiliate was; `review`: a person holds it. */
export type HeldReason = AnomalyRule | 'suspended' | 'review'

export interface Held {
  currency: string
  reason: HeldReason
  commissions: number
  amountMinor: bigint
}

/** What of an affiliate's is held and by what, the largest part of each currency first. No value that matched is told. */
export async function listHeld(
  actor: Actor,
  affiliateId: string,
  db: Querying = database(),
): Promise<Held[]> {
  requireAffiliate(actor, affiliateId)
  const rows = await db.execute<{
    currency: string
    rules: string[] | null
    suspended: boolean
    count: number
    amount: string
  }>(sql`
    select currency, rules, suspended, count(*)::int as count, sum(remaining_minor)::text as amount from (
      select c.currency, c.remaining_minor,
        coalesce((select h.status = 'suspended' from affiliate_status_changes h
          where h.affiliate_id = c.affiliate_id and h.at <= c.paid_at order by h.at desc, h.id desc limit 1), false) as suspended,
        (select array_agg(s.rule) from anomaly_signals s where s.payment_id = c.payment_id
          and s.affiliate_id = c.affiliate_id and s.stands and s.action = 'hold' and not exists (
            select from anomaly_signals n where n.payment_id = s.payment_id and n.rule = s.rule and n.seq > s.seq)) as rules
      from commissions c where c.affiliate_id = ${affiliateId} and c.status = 'held'
    ) held group by currency, rules, suspended`)
  const parts = new Map<string, Held>()
  for (const { currency, rules, suspended, count, amount } of rows) {
    const rule = anomalyRules.find((known) => rules?.includes(known))
    const reason = suspended ? 'suspended' : (rule ?? 'review')
    const key = `${currency} ${reason}`
    const before = parts.get(key) ?? { currency, reason, commissions: 0, amountMinor: 0n }
    parts.set(key, {
      ...before,
      commissions: before.commissions + count,
      amountMinor: before.amountMinor + BigInt(amount),
    })
  }
  return [...parts.values()].toSorted(
    (a, b) => a.currency.localeCompare(b.currency) || Number(b.amountMinor - a.amountMinor),
  )
}
