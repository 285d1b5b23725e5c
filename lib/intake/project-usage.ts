import { and, eq, sql } from 'drizzle-orm'
import { facts as factRows, meteredRevenue, type Transaction } from '@/db'
import type { Instant } from '@/lib/calendar'
import { among, insertRows } from '@/lib/rows'
import type { PaidUsage } from '@/lib/subscriptions/usage'
import type { Bodies, Fact } from './facts'
import { Sights, type Observation } from './facts/merge'

/**
 * Writes down what the usage of metered subscriptions brought, whichever came first: an invoice or the subscription that says that its
 * price is metered.
 * @returns the subscriptions of which more is known now
 */
export async function projectUsage(tx: Transaction, facts: readonly Fact[]): Promise<string[]> {
  const asked = [...new Set(facts.flatMap(meteredIn))]
  if (asked.length === 0) return []
  const prices = await meteredPrices(tx, asked)
  const ids = [...prices.keys()]
  if (ids.length === 0) return []
  const rows = (await invoicesOf(tx, ids)).flatMap((invoice) =>
    rowsOf(invoice, prices.get(invoice.body.subscriptionId ?? '') ?? new Set()),
  )
  if (rows.length > 0) await tx.execute(insertRows(meteredRevenue, rows, sql`on conflict do nothing`))
  return ids
}

/** Subscriptions that usage may be told of. Usage is billed when it is over: an invoice for time to come has none. */
function meteredIn(fact: Fact): string[] {
  if (fact.kind === 'subscription') {
    const { items } = fact.body as Bodies['subscription'] // written by its kind
    return items.some((item) => item.metered) ? [fact.objectId] : []
  }
  if (fact.kind !== 'invoice') return []
  const { subscriptionId, createdAt, lines } = fact.body as Bodies['invoice'] // written by its kind
  return subscriptionId !== null && lines.some((line) => line.periodEnd <= createdAt) ? [subscriptionId] : []
}

/** Of each subscription the prices that any sight of it called metered. */
async function meteredPrices(tx: Transaction, ids: readonly string[]): Promise<Map<string, Set<string>>> {
  const rows = await tx.execute<{ id: string; price: string }>(sql`
    select distinct object_id as id, item->>'priceId' as price
    from facts, jsonb_array_elements(body->'items') item
    where ${among(sql`object_id`, ids)} and kind = 'subscription' and (item->>'metered')::boolean`)
  const prices = new Map<string, Set<string>>()
  for (const { id, price } of rows) prices.set(id, (prices.get(id) ?? new Set()).add(price))
  return prices
}

async function invoicesOf(tx: Transaction, ids: readonly string[]): Promise<Observation<'invoice'>[]> {
  const { kind, objectId, observedAt, customerId, invoiceId, paymentId, subscriptionId, digest, body } =
    factRows
  const rows = await tx
    .select({ objectId, observedAt, customerId, invoiceId, paymentId, subscriptionId, digest, body })
    .from(factRows)
    .where(and(eq(kind, 'invoice'), among(subscriptionId, ids)))
  const seen = rows.map((row) => ({
    ...row,
    kind: 'invoice' as const,
    body: row.body as Bodies['invoice'], // written by its kind
  }))
  return new Sights(seen).all('invoice')
}

type Row = typeof meteredRevenue.$inferInsert

/** Nothing until the invoice is paid and all its lines are known. */
function rowsOf({ objectId, body }: Observation<'invoice'>, prices: ReadonlySet<string>): Row[] {
  const { customerId, subscriptionId, currency, paidAt } = body
  if (body.status !== 'paid' || !body.linesComplete || paidAt === null) return []
  if (customerId === null || subscriptionId === null) return []
  const rows = new Map<string, Row>()
  for (const line of body.lines) {
    const { priceId, periodStart, periodEnd } = line
    if (priceId === null || !prices.has(priceId)) continue
    const key = `${priceId} ${periodStart} ${periodEnd}`
    const net = BigInt(line.amount - line.discount - line.inclusiveTax)
    rows.set(key, {
      subscriptionId,
      customerId,
      invoiceId: objectId,
      priceId,
      periodStart: new Date(periodStart * 1000),
      periodEnd: new Date(periodEnd * 1000),
      paidAt: new Date(paidAt * 1000),
      currency,
      netMinor: net + (rows.get(key)?.netMinor ?? 0n),
    })
  }
  return [...rows.values()]
}

/** What is known of the usage of subscriptions. */
export async function loadUsage(tx: Transaction, ids: readonly string[]): Promise<Map<string, PaidUsage[]>> {
  const usage = new Map<string, PaidUsage[]>()
  if (ids.length === 0) return usage
  const rows = await tx.select().from(meteredRevenue).where(among(meteredRevenue.subscriptionId, ids))
  for (const row of rows) {
    const { subscriptionId, netMinor } = row
    const of = { periodStart: seconds(row.periodStart), periodEnd: seconds(row.periodEnd) }
    const paid = { ...of, paidAt: seconds(row.paidAt), netMinor }
    usage.set(subscriptionId, [...(usage.get(subscriptionId) ?? []), paid])
  }
  return usage
}

const seconds = (date: Date): Instant => Math.floor(date.getTime() / 1000)
