import { and, eq, isNotNull } from 'drizzle-orm'
import { invoices, payments, subscriptions, type Querying } from '@/db'
import { loadLinks } from './fact-store'
import type { Fact } from './facts'
import { inLockOrder } from './locks'
import { among } from '@/lib/rows'

/** What a set of facts is about, by the locks that it takes. */
export interface Touched {
  invoiceIds: string[]
  customerIds: string[]
  paymentIds: string[]
}

export function namedBy(facts: readonly Fact[]): Touched {
  return {
    invoiceIds: inLockOrder(facts.map((fact) => fact.invoiceId)),
    customerIds: inLockOrder(facts.map((fact) => fact.customerId)),
    paymentIds: inLockOrder(facts.map((fact) => fact.paymentId)),
  }
}

/** The customers behind invoices and payments, as far as they are known. */
export async function customersOf(
  db: Querying,
  { invoiceIds, paymentIds }: Pick<Touched, 'invoiceIds' | 'paymentIds'>,
): Promise<string[]> {
  const links = await loadLinks(db, { paymentIds })
  const all = inLockOrder([...invoiceIds, ...links.map((link) => link.invoiceId)])
  const [ofInvoices, ofPayments] = [
    all.length === 0
      ? []
      : await db.select({ id: invoices.customerId }).from(invoices).where(among(invoices.id, all)),
    paymentIds.length === 0
      ? []
      : await db.select({ id: payments.customerId }).from(payments).where(among(payments.id, paymentIds)),
  ]
  return inLockOrder([...ofInvoices, ...ofPayments].map((row) => row.id))
}

/** The invoices of subscriptions that ended, or that a new one of the same customer may turn out to replace. */
export async function invoicesOfEnded(db: Querying, facts: readonly Fact[]): Promise<string[]> {
  const customerIds = inLockOrder(
    facts.filter((fact) => fact.kind === 'subscription').map((fact) => fact.customerId),
  )
  if (customerIds.length === 0) return []
  const rows = await db
    .select({ id: invoices.id })
    .from(invoices)
    .innerJoin(
      subscriptions,
      and(eq(subscriptions.id, invoices.subscriptionId), isNotNull(subscriptions.endedAt)),
    )
    .where(among(subscriptions.customerId, customerIds))
  return inLockOrder(rows.map((row) => row.id))
}

export async function paymentsOfInvoices(db: Querying, invoiceIds: readonly string[]): Promise<string[]> {
  const links = await loadLinks(db, { invoiceIds })
  return inLockOrder(links.map((link) => link.paymentId))
}

export async function paymentsOfCustomers(db: Querying, customerIds: readonly string[]): Promise<string[]> {
  if (customerIds.length === 0) return []
  const rows = await db
    .select({ id: payments.id })
    .from(payments)
    .where(among(payments.customerId, customerIds))
  return inLockOrder(rows.map((row) => row.id))
}
