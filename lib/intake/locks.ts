import { asc, sql } from 'drizzle-orm'
import { customers, invoices, payments, type Transaction } from '@/db'
import { among, insertRows } from '@/lib/rows'

/**
 * Every fact about a payment shares an invoice, a customer or the payment itself with every other, and is written under the locks of
 * all three that it names. Locks are taken invoices first, then customers, then payments, each in the order of their ids: so whoever
 * comes second sees what the first wrote, and nobody waits in a circle.
 */
export async function lockInvoices(tx: Transaction, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const rows = ids.map((id) => ({ id }))
  await tx.execute(insertRows(invoices, rows, sql`on conflict do nothing`))
  await tx
    .select({ id: invoices.id })
    .from(invoices)
    .where(among(invoices.id, ids))
    .orderBy(asc(invoices.id))
    .for('update')
}

export async function lockCustomers(tx: Transaction, ids: readonly string[], now: Date): Promise<void> {
  if (ids.length === 0) return
  const rows = ids.map((id) => ({ id, createdAt: now }))
  await tx.execute(insertRows(customers, rows, sql`on conflict do nothing`))
  await tx
    .select({ id: customers.id })
    .from(customers)
    .where(among(customers.id, ids))
    .orderBy(asc(customers.id))
    .for('update')
}

export async function lockPayments(tx: Transaction, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const rows = ids.map((id) => ({ id }))
  await tx.execute(insertRows(payments, rows, sql`on conflict do nothing`))
  await tx
    .select({ id: payments.id })
    .from(payments)
    .where(among(payments.id, ids))
    .orderBy(asc(payments.id))
    .for('update')
}

/** Distinct ids in the order in which they are locked: byte by byte, as PostgreSQL's C collation has them. */
export function inLockOrder(ids: Iterable<string | null | undefined>): string[] {
  return [...new Set([...ids].filter((id): id is string => typeof id === 'string'))].sort()
}
