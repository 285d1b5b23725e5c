import { asc, inArray } from 'drizzle-orm'
import { customers, invoices, payments, type Transaction } from '@/db'

/**
 * Every fact about a payment shares an invoice, a customer or the payment itself with every other, and is written under the locks of
 * all three that it names. Locks are taken invoices first, then customers, then payments, each in the order of their ids: so whoever
 * comes second sees what the first wrote, and nobody waits in a circle.
 */
export async function lockInvoices(tx: Transaction, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await tx
    .insert(invoices)
    .values(ids.map((id) => ({ id })))
    .onConflictDoNothing()
  await tx
    .select({ id: invoices.id })
    .from(invoices)
    .where(inArray(invoices.id, [...ids]))
    .orderBy(asc(invoices.id))
    .for('update')
}

export async function lockCustomers(tx: Transaction, ids: readonly string[], now: Date): Promise<void> {
  if (ids.length === 0) return
  await tx
    .insert(customers)
    .values(ids.map((id) => ({ id, createdAt: now })))
    .onConflictDoNothing()
  await tx
    .select({ id: customers.id })
    .from(customers)
    .where(inArray(customers.id, [...ids]))
    .orderBy(asc(customers.id))
    .for('update')
}

export async function lockPayments(tx: Transaction, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await tx
    .insert(payments)
    .values(ids.map((id) => ({ id })))
    .onConflictDoNothing()
  await tx
    .select({ id: payments.id })
    .from(payments)
    .where(inArray(payments.id, [...ids]))
    .orderBy(asc(payments.id))
    .for('update')
}

/** Distinct ids in the order in which they are locked: byte by byte, as PostgreSQL's C collation has them. */
export function inLockOrder(ids: Iterable<string | null | undefined>): string[] {
  return [...new Set([...ids].filter((id): id is string => typeof id === 'string'))].sort()
}
