import { and, eq, or, sql } from 'drizzle-orm'
import {
  customers,
  facts as factRows,
  invoices,
  payments,
  subscriptionMrr,
  subscriptions,
  type Transaction,
} from '@/db'
import { brings, mrrOf, type Tiers } from '@/lib/subscriptions/rules'
import { usageAMonth, type PaidUsage } from '@/lib/subscriptions/usage'
import type { AssembledPayment } from './assemble'
import { loadObjects } from './fact-store'
import type { Bodies, Fact } from './facts'
import type { Observation, Sights } from './facts/merge'
import { loadUsage, projectUsage } from './project-usage'
import { among, insertRows, overwriting } from '@/lib/rows'
import { storableJson } from '@/lib/storable-json'

const isOf =
  <K extends keyof Bodies>(kind: K) =>
  (fact: Fact): fact is Fact<K, Bodies[K]> =>
    fact.kind === kind

/** Brings the rows that index facts up to what the facts now say. The caller holds the locks. */
export async function projectInvoices(tx: Transaction, facts: readonly Fact[]): Promise<void> {
  const seen = facts.filter(isOf('invoice')).map((fact) => fact.objectId)
  const now = (await loadObjects(tx, ['invoice'], seen)).all('invoice')
  if (now.length === 0) return
  const rows = now.map(({ objectId, body }) => ({
    id: objectId,
    customerId: body.customerId,
    subscriptionId: body.subscriptionId,
    status: body.status,
  }))
  await tx.execute(insertRows(invoices, rows, overwriting(invoices, 'id')))
}

/** A subscription as it now is, and its MRR from each moment at which it was seen, the moments told before included. */
export async function projectSubscriptions(tx: Transaction, facts: readonly Fact[]): Promise<void> {
  const seen = [...facts.filter(isOf('subscription')), ...(await seenBefore(tx, facts))]
  const used = await projectUsage(tx, facts)
  if (seen.length + used.length === 0) return
  const ids = [...seen.map((sight) => sight.objectId), ...used]
  const now = (await loadObjects(tx, ['subscription'], ids)).all('subscription')
  // What it is now may have been told by another event than these, with discounts of its own.
  const behind = [...seen, ...now].flatMap(({ body }) => [...discountIdsOf(body), ...tieredIn(body)])
  const known = await loadObjects(tx, ['discount', 'price'], behind)
  const history = seen.flatMap(({ objectId, observedAt, body }) => {
    const { customerId, currency } = body
    if (!customerId) return []
    const status = body.paused && brings(body.status) ? 'collection_paused' : body.status
    const mrrMinor = mrrFrom(body, known)
    return [{ subscriptionId: objectId, customerId, at: observedAt, currency, status, mrrMinor }]
  })
  if (history.length > 0) await tx.execute(insertRows(subscriptionMrr, history, sql`on conflict do nothing`))
  const usage = await loadUsage(
    tx,
    now.filter(isMetered).map(({ objectId }) => objectId),
  )
  const rows = now.flatMap((each) => subscriptionRow(each, known, usage.get(each.objectId) ?? []) ?? [])
  if (rows.length === 0) return
  await tx.execute(insertRows(subscriptions, rows, overwriting(subscriptions, 'id')))
}

type SubscriptionSight = Pick<Observation<'subscription'>, 'objectId' | 'observedAt' | 'body'>

/**
 * A discount may be told of later than the subscription that has it, by an invoice say: what was seen of the subscription until
 * then brought less than it seemed to. Of the states of one moment, the lowest counts.
 */
async function seenBefore(tx: Transaction, facts: readonly Fact[]): Promise<SubscriptionSight[]> {
  const learnt = facts.filter(isOf('discount'))
  const ids = learnt.flatMap(({ subscriptionId }) => subscriptionId ?? [])
  const customerIds = learnt.flatMap(({ customerId }) => customerId ?? [])
  if (ids.length + customerIds.length === 0) return []
  const { objectId, observedAt, body, kind } = factRows
  const rows = await tx
    .select({ objectId, observedAt, body })
    .from(factRows)
    .where(
      and(
        eq(kind, 'subscription'),
        or(among(factRows.subscriptionId, ids), among(factRows.customerId, customerIds)),
      ),
    )
  return rows.map((row) => ({ ...row, body: row.body as Bodies['subscription'] })) // written by its kind
}

const discountIdsOf = (body: Bodies['subscription']) => [
  ...body.discountIds,
  ...body.items.flatMap((item) => item.discountIds),
]

const tieredIn = (body: Bodies['subscription']) =>
  body.items.flatMap((item) => (item.tiered ? item.priceId : []))

const isMetered = ({ body }: Observation<'subscription'>) => body.items.some((item) => item.metered)

function mrrFrom(body: Bodies['subscription'], known: Sights): bigint {
  const lasting = (ids: readonly string[]) => ids.flatMap((id) => known.find('discount', id) ?? [])
  const items = body.items.map((item) => ({
    ...item,
    discounts: lasting(item.discountIds),
    tiers: item.tiered ? tiersOf(known.find('price', item.priceId)) : null,
  }))
  return mrrOf({ ...body, items }, lasting(body.discountIds))
}

function tiersOf(price: Bodies['price'] | null): Tiers | null {
  return price?.tiersMode ? { mode: price.tiersMode, tiers: price.tiers } : null
}

/** What it brings with its usage, as of the last that is known of it. */
function mrrNow(
  { observedAt, body }: Observation<'subscription'>,
  known: Sights,
  usage: readonly PaidUsage[],
): bigint {
  const at = Math.max(Math.floor(observedAt.getTime() / 1000), ...usage.map(({ paidAt }) => paidAt))
  const counts = brings(body.status) && !body.paused && body.endedAt === null
  return mrrFrom(body, known) + (counts ? usageAMonth(usage, at) : 0n)
}

function subscriptionRow(
  seen: Observation<'subscription'>,
  known: Sights,
  usage: readonly PaidUsage[],
): typeof subscriptions.$inferInsert | null {
  const { objectId, body } = seen
  if (body.customerId === null) return null
  const [first] = body.items
  return {
    id: objectId,
    customerId: body.customerId,
    status: body.status,
    currency: body.currency,
    mrrMinor: mrrNow(seen, known, usage),
    interval: first?.interval ?? null,
    intervalCount: first?.interval ? first.intervalCount : null,
    productId: first?.productId ?? null,
    planName: first?.priceName ?? null,
    startedAt: new Date(body.createdAt * 1000),
    endedAt: body.endedAt === null ? null : new Date(body.endedAt * 1000),
  }
}

/** Masked addresses, wherever one was seen; the first to be seen stays. */
export async function projectAddresses(tx: Transaction, facts: readonly Fact[]): Promise<void> {
  const found = new Map<string, string>()
  for (const fact of facts) {
    const body =
      isOf('customer')(fact) || isOf('checkout_session')(fact) || isOf('charge')(fact) ? fact.body : null
    if (body?.maskedEmail && fact.customerId && !found.has(fact.customerId))
      found.set(fact.customerId, body.maskedEmail)
  }
  if (found.size === 0) return
  const seen = storableJson([...found].map(([id, mask]) => ({ id, mask })))
  await tx.execute(sql`
    update customers c set masked_email = seen.mask
    from jsonb_to_recordset(${seen}::jsonb) as seen (id text, mask text)
    where c.id = seen.id and c.masked_email is null`)
}

export async function projectPayments(tx: Transaction, found: readonly AssembledPayment[]): Promise<void> {
  if (found.length === 0) return
  const rows = found.map((payment) => ({
    id: payment.id,
    customerId: payment.customerId,
    currency: payment.currency,
    amountMinor: payment.amountMinor,
    paidAt: new Date(payment.paidAt * 1000),
    feeKnown: payment.offStripe || payment.settlement !== null,
  }))
  await tx.execute(insertRows(payments, rows, overwriting(payments, 'id')))
}

/** When each customer first paid anything, by the payments known now. */
export async function firstPayments(
  tx: Transaction,
  customerIds: readonly string[],
): Promise<Map<string, number>> {
  if (customerIds.length === 0) return new Map()
  const rows = await tx
    .select({
      id: payments.customerId,
      first: sql<string>`extract(epoch from min(${payments.paidAt}))::bigint`,
    })
    .from(payments)
    .where(among(payments.customerId, customerIds))
    .groupBy(payments.customerId)
  return new Map(
    rows.flatMap((row) => (row.id === null || row.first === null ? [] : [[row.id, Number(row.first)]])),
  )
}

/** @returns of the customers whose first payment is another than it was before: when that one was, in epoch seconds */
export async function projectFirstPayments(
  tx: Transaction,
  first: ReadonlyMap<string, number>,
): Promise<Map<string, number>> {
  if (first.size === 0) return new Map()
  const seen = JSON.stringify([...first].map(([id, at]) => ({ id, at: new Date(at * 1000) })))
  const changed = await tx.execute<{ id: string; before: string | null }>(sql`
    update ${customers} c set first_paid_at = seen.at
    from jsonb_to_recordset(${seen}::jsonb) as seen (id text, at timestamptz) join customers old using (id)
    where c.id = seen.id and c.first_paid_at is distinct from seen.at
    returning c.id, extract(epoch from old.first_paid_at)::bigint as before`)
  return new Map(
    changed.flatMap(({ id, before }) => (before === null ? [] : [[id, Number(before)] as const])),
  )
}
