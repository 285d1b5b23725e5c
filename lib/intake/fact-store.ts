import { and, eq, inArray, or, sql, type SQL } from 'drizzle-orm'
import { evidence, facts, type Querying } from '@/db'
import type { NewEvidence } from './evidence'
import { digestOf, type Bodies, type Fact, type Kind } from './facts'
import { Sights, type Observation } from './facts/merge'
import { storableJson } from '@/lib/storable-json'
import { among, insertRows } from '@/lib/rows'

/** In the order of their keys: two writers of the same rows do not wait for each other in a circle. */
function inKeyOrder<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const keyed = items.map((item) => ({ item, key: keyOf(item) }))
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ item }) => item)
}

/** Appends observations; one that was made before is not made again. */
export async function insertFacts(db: Querying, seen: readonly Fact[], recordedAt: Date): Promise<void> {
  if (seen.length === 0) return
  const rows = seen.map((fact) => ({
    kind: fact.kind,
    object_id: fact.objectId,
    observed_at: fact.observedAt.toISOString(),
    event_id: fact.eventId,
    customer_id: fact.customerId ?? null,
    invoice_id: fact.invoiceId ?? null,
    payment_id: fact.paymentId ?? null,
    subscription_id: fact.subscriptionId ?? null,
    digest: digestOf(fact),
    body: fact.body,
  }))
  const sorted = inKeyOrder(rows, (row) => `${row.object_id} ${row.digest} ${row.observed_at}`)
  // One parameter however many there are: the statement is prepared once, where thousands of parameters cost more than their rows.
  await db.execute(sql`
    insert into facts (kind, object_id, observed_at, recorded_at, event_id, customer_id, invoice_id, payment_id, subscription_id,
                       digest, body)
    select kind, object_id, observed_at, ${recordedAt.toISOString()}::timestamptz, event_id, customer_id, invoice_id, payment_id,
           subscription_id, digest, body
    from jsonb_to_recordset(${storableJson(sorted)}::jsonb) as seen (
      kind text, object_id text, observed_at timestamptz, event_id text, customer_id text, invoice_id text, payment_id text,
      subscription_id text, digest text, body jsonb)
    on conflict do nothing`)
}

/** Appends evidence; the same sign at the same moment is one row. */
export async function insertEvidence(
  db: Querying,
  pieces: readonly NewEvidence[],
  recordedAt: Date,
): Promise<void> {
  const sorted = inKeyOrder(
    pieces.map((piece) => ({ ...piece, at: new Date(piece.at * 1000), recordedAt })),
    (row) => `${row.subjectId} ${row.digest} ${String(row.at.getTime())}`,
  )
  if (sorted.length > 0) await db.execute(insertRows(evidence, sorted, sql`on conflict do nothing`))
}

/** An observation as stored: `body` was written by the kind that the row names. */
async function select(db: Querying, where: SQL | undefined): Promise<Observation[]> {
  const rows = await db
    .select({
      kind: facts.kind,
      objectId: facts.objectId,
      observedAt: facts.observedAt,
      customerId: facts.customerId,
      invoiceId: facts.invoiceId,
      paymentId: facts.paymentId,
      subscriptionId: facts.subscriptionId,
      digest: facts.digest,
      body: facts.body,
    })
    .from(facts)
    .where(where)
  return rows.map((row) => ({ ...row, kind: row.kind as Kind, body: row.body as Bodies[Kind] }))
}

/** Of an invoice, what its payments are settled by: who else paid it says which of them a credit note gives back. */
const ofInvoices: Kind[] = ['invoice', 'invoice_payment', 'credit_note']

/** All that settling these payments needs: themselves, their invoices, and their customers' subscriptions. */
export async function loadSights(
  db: Querying,
  about: { paymentIds: readonly string[]; invoiceIds: readonly string[]; customerIds: readonly string[] },
): Promise<Sights> {
  const { paymentIds, invoiceIds, customerIds } = about
  const parts: (SQL | undefined)[] = [
    paymentIds.length > 0 ? among(facts.paymentId, paymentIds) : undefined,
    invoiceIds.length > 0
      ? and(inArray(facts.kind, ofInvoices), among(facts.invoiceId, invoiceIds))
      : undefined,
    customerIds.length > 0
      ? and(eq(facts.kind, 'subscription'), among(facts.customerId, customerIds))
      : undefined,
  ]
  const observations: Observation[] = []
  for (const part of parts) if (part !== undefined) observations.push(...(await select(db, part)))
  return new Sights(observations)
}

/** Objects of some kinds by their ids. */
export async function loadObjects(
  db: Querying,
  kinds: readonly Kind[],
  objectIds: readonly string[],
): Promise<Sights> {
  if (objectIds.length === 0) return new Sights([])
  return new Sights(
    await select(db, and(among(facts.objectId, [...new Set(objectIds)]), inArray(facts.kind, [...kinds]))),
  )
}

export interface PaymentLink {
  paymentId: string
  invoiceId: string
}

/** Which payments paid which invoices, looked up from either end. */
export async function loadLinks(
  db: Querying,
  by: { paymentIds?: readonly string[]; invoiceIds?: readonly string[] },
): Promise<PaymentLink[]> {
  const { paymentIds = [], invoiceIds = [] } = by
  if (paymentIds.length + invoiceIds.length === 0) return []
  const rows = await db
    .selectDistinct({ paymentId: facts.paymentId, invoiceId: facts.invoiceId })
    .from(facts)
    .where(
      and(
        eq(facts.kind, 'invoice_payment'),
        or(
          paymentIds.length > 0 ? among(facts.paymentId, paymentIds) : undefined,
          invoiceIds.length > 0 ? among(facts.invoiceId, invoiceIds) : undefined,
        ),
      ),
    )
  return rows.flatMap(({ paymentId, invoiceId }) =>
    paymentId && invoiceId ? [{ paymentId, invoiceId }] : [],
  )
}
