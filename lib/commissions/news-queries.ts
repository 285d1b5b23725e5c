import 'server-only'
import { and, count, eq, gt, inArray, isNotNull, sql } from 'drizzle-orm'
import { commissions, customers, database, ledgerTransfers, payouts, type Querying } from '@/db'
import { requireAffiliate, type Actor } from '@/lib/actor'

export interface Sum {
  currency: string
  count: number
  amountMinor: bigint
}

/** What happened since a moment, per currency where it is money. */
export interface News {
  customers: number
  /** Payments that earned something. */
  earned: Sum[]
  /** Lines that took something back; positive. */
  takenBack: Sum[]
  paidOut: Sum[]
}

const total = (amount: Parameters<typeof sql>[1]) => sql<bigint>`sum(${amount})::text`.mapWith(BigInt)

/** What is new to an affiliate since `since`, by the programme's time. */
export async function listNews(
  actor: Actor,
  affiliateId: string,
  since: Date,
  db: Querying = database(),
): Promise<News> {
  requireAffiliate(actor, affiliateId)
  const { kind, debit, credit, recordedAt, amountMinor, currency } = ledgerTransfers
  const [came, earned, takenBack, paidOut] = await Promise.all([
    db
      .select({ count: count() })
      .from(customers)
      .where(and(eq(customers.affiliateId, affiliateId), gt(customers.since, since))),
    db
      .select({
        currency: sql<string>`${commissions.currency}`,
        count: count(),
        amountMinor: total(commissions.commissionMinor),
      })
      .from(commissions)
      .where(
        and(
          eq(commissions.affiliateId, affiliateId),
          gt(commissions.paidAt, since),
          gt(commissions.commissionMinor, 0n),
          isNotNull(commissions.currency),
        ),
      )
      .groupBy(commissions.currency),
    db
      .select({ currency, count: count(), amountMinor: total(amountMinor) })
      .from(ledgerTransfers)
      .where(
        and(
          eq(ledgerTransfers.affiliateId, affiliateId),
          inArray(kind, ['refund', 'dispute', 'void', 'cancel']),
          gt(recordedAt, since),
          inArray(debit, ['earned', 'held']),
          eq(credit, 'commission_expense'),
        ),
      )
      .groupBy(currency),
    db
      .select({ currency: payouts.currency, count: count(), amountMinor: total(payouts.amountMinor) })
      .from(payouts)
      .where(and(eq(payouts.affiliateId, affiliateId), eq(payouts.state, 'paid'), gt(payouts.paidAt, since)))
      .groupBy(payouts.currency),
  ])
  return { customers: came[0]?.count ?? 0, earned, takenBack, paidOut }
}
