import { and, eq, or, sql } from 'drizzle-orm'
import { affiliates, affiliateSigns, facts, paymentTraits, type Transaction } from '@/db'
import type { Instant } from '@/lib/calendar'
import { emailSigns, type EmailSigns } from './fingerprints'
import { among } from '@/lib/rows'

/** Who an affiliate is as a customer of the programme. */
export interface OwnPurchases {
  email: EmailSigns | null
  /** From when on each is known to be the affiliate. */
  customers: ReadonlyMap<string, Instant>
  /** Their payments. */
  payments: readonly {
    paymentId: string
    paidAt: Instant
    cardFingerprint: string | null
    payerDigest: string | null
  }[]
}

/** A customer's address, as it was seen. */
export interface EmailSight {
  customerId: string
  at: Instant
  email: EmailSigns
}

/**
 * A customer's addresses at a moment: those last seen by then, else those seen first (what is read later, as in a first import, says
 * how it was). Several where Stripe's whole seconds do not tell them apart.
 */
export function emailsAt(sights: readonly EmailSight[], at: Instant): EmailSigns[] {
  const times = sights.map((sight) => sight.at)
  const before = times.filter((time) => time <= at)
  const moment = before.length > 0 ? Math.max(...before) : Math.min(...times)
  return sights.filter((sight) => sight.at === moment).map(({ email }) => email)
}

/** All addresses that these customers had, and those that bear one of the digests. */
export async function loadEmailSights(
  tx: Transaction,
  customerIds: readonly string[],
  digests: readonly string[],
): Promise<Map<string, EmailSight[]>> {
  const bearing =
    digests.length === 0
      ? []
      : await tx
          .selectDistinct({ id: facts.customerId })
          .from(facts)
          .where(and(eq(facts.kind, 'customer'), among(sql`(${facts.body}->'email'->>'digest')`, digests)))
  const all = [...new Set([...customerIds, ...bearing.flatMap(({ id }) => id ?? [])])]
  const sights = new Map<string, EmailSight[]>()
  if (all.length === 0) return sights
  const rows = await tx
    .select({
      customerId: facts.customerId,
      observedAt: facts.observedAt,
      // Written by the kind `customer`.
      email: sql<EmailSigns | null>`${facts.body}->'email'`,
    })
    .from(facts)
    .where(and(eq(facts.kind, 'customer'), among(facts.customerId, all)))
  for (const { customerId, observedAt, email } of rows) {
    if (customerId === null || email === null) continue
    const at = Math.floor(observedAt.getTime() / 1000)
    sights.set(customerId, [...(sights.get(customerId) ?? []), { customerId, at, email }])
  }
  return sights
}

/** Of these affiliates; keeps by what they are found among the customers. */
export async function loadOwnPurchases(
  tx: Transaction,
  affiliateIds: readonly string[],
  customerIds: readonly string[],
): Promise<{ own: Map<string, OwnPurchases>; sights: Map<string, EmailSight[]> }> {
  const rows =
    affiliateIds.length === 0
      ? []
      : await tx
          .select({ id: affiliates.id, email: affiliates.email, customerId: affiliates.stripeCustomerId })
          .from(affiliates)
          .where(among(affiliates.id, affiliateIds))
  const known = rows.map((row) => ({ ...row, signs: emailSigns(row.email) }))
  await keepSigns(tx, known)
  const digests = known.flatMap(({ signs }) => signs?.digest ?? [])
  const sights = await loadEmailSights(tx, customerIds, digests)
  const found = new Map(known.map((row) => [row.id, customersOf(row.customerId, row.signs, sights)]))
  const payments = await paymentsOf(
    tx,
    [...found.values()].flatMap((customers) => [...customers.keys()]),
  )
  const own = new Map(
    known.map(({ id, signs }) => {
      const customers = found.get(id) ?? new Map<string, Instant>()
      const theirs = payments.filter(({ customerId }) => customerId !== null && customers.has(customerId))
      return [id, { email: signs, customers, payments: theirs }]
    }),
  )
  return { own, sights }
}

function customersOf(
  stripeCustomerId: string | null,
  signs: EmailSigns | null,
  sights: ReadonlyMap<string, EmailSight[]>,
): Map<string, Instant> {
  const customers = new Map<string, Instant>()
  for (const [customerId, seen] of sights) {
    const bearing = seen.filter(({ email }) => email.digest === signs?.digest).map(({ at }) => at)
    if (bearing.length === 0) continue
    const first = Math.min(...bearing)
    const isFirstSight = first === Math.min(...seen.map(({ at }) => at))
    customers.set(customerId, isFirstSight ? 0 : first)
  }
  // One that was learnt from its address is the affiliate from when the address says; others were named by a person.
  if (stripeCustomerId !== null && !customers.has(stripeCustomerId)) customers.set(stripeCustomerId, 0)
  return customers
}

async function paymentsOf(tx: Transaction, customerIds: readonly string[]) {
  if (customerIds.length === 0) return []
  const rows = await tx
    .select()
    .from(paymentTraits)
    .where(
      and(
        among(paymentTraits.customerId, customerIds),
        or(sql`${paymentTraits.cardFingerprint} is not null`, sql`${paymentTraits.payerDigest} is not null`),
      ),
    )
  return rows.map(({ paidAt, ...row }) => ({ ...row, paidAt: Math.floor(paidAt.getTime() / 1000) }))
}

async function keepSigns(
  tx: Transaction,
  known: readonly { id: string; signs: EmailSigns | null }[],
): Promise<void> {
  const wanted = known.flatMap(({ id, signs }) =>
    signs === null ? [] : [{ affiliateId: id, emailDigest: signs.digest }],
  )
  if (wanted.length === 0) return
  const ids = wanted.map(({ affiliateId }) => affiliateId)
  const rows = await tx.select().from(affiliateSigns).where(among(affiliateSigns.affiliateId, ids))
  const kept = new Map(rows.map((row) => [row.affiliateId, row.emailDigest]))
  const changed = wanted
    .filter(({ affiliateId, emailDigest }) => kept.get(affiliateId) !== emailDigest)
    .toSorted((a, b) => (a.affiliateId < b.affiliateId ? -1 : 1))
  if (changed.length === 0) return
  await tx
    .insert(affiliateSigns)
    .values(changed)
    .onConflictDoUpdate({
      target: affiliateSigns.affiliateId,
      set: { emailDigest: sql`excluded.email_digest` },
    })
}
