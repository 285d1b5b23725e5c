import 'server-only'
import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm'
import { affiliates, customers, database, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { keyset, type PageEnds, type PageWanted } from '@/lib/keyset'

export interface AttributedCustomer {
  id: string
  /** Null: not known. */
  maskedEmail: string | null
  /** Null: nobody's. */
  affiliateId: string | null
  affiliateName: string | null
  since: Date | null
  /** Which way led to the affiliate. */
  matchedBy: string | null
  firstPaidAt: Date | null
}

export interface CustomerFilter {
  /** False: those who belong to nobody, the latest heard of first. */
  attributed: boolean
  affiliateId?: string | undefined
  matchedBy?: string | undefined
  /** Stripe's id, whole. */
  id?: string | undefined
}

/** The latest attributed first, a page at a time. */
export async function listAllCustomers(
  actor: Actor,
  options: CustomerFilter & PageWanted & { oldestFirst?: boolean | undefined },
  db: Querying = database(),
): Promise<{ customers: AttributedCustomer[] } & PageEnds> {
  requireViewer(actor)
  const { attributed, affiliateId, matchedBy, id } = options
  const { beyond, order, limit, position, page } = keyset(
    [
      { by: attributed ? sql`${customers.since}` : sql`${customers.createdAt}`, type: 'timestamptz' },
      { by: sql`${customers.id}`, type: 'text' },
    ],
    { ...options, ascending: options.oldestFirst ?? false },
  )
  const found = await db
    .select({
      id: customers.id,
      maskedEmail: customers.maskedEmail,
      affiliateId: customers.affiliateId,
      affiliateName: affiliates.displayName,
      since: customers.since,
      matchedBy: customers.matchedBy,
      firstPaidAt: customers.firstPaidAt,
      position,
    })
    .from(customers)
    .leftJoin(affiliates, eq(affiliates.id, customers.affiliateId))
    .where(
      and(
        attributed ? isNotNull(customers.affiliateId) : isNull(customers.affiliateId),
        affiliateId === undefined ? undefined : eq(customers.affiliateId, affiliateId),
        matchedBy === undefined ? undefined : eq(customers.matchedBy, matchedBy),
        id === undefined ? undefined : eq(customers.id, id),
        beyond,
      ),
    )
    .orderBy(order)
    .limit(limit)
  const { rows, ...ends } = page<AttributedCustomer>(found)
  return { customers: rows, ...ends }
}
