import { and, eq, or, sql } from 'drizzle-orm'
import { affiliates, affiliateSigns, facts, paymentTraits, type Transaction } from '@/db'
import type { Instant } from '@/lib/calendar'
import { emailSigns, type EmailSigns } from './fingerprints'
import { among } from '@/lib/rows'

/** An address of an affiliate, known to be theirs from then on. */
export type OwnAddress = EmailSigns & { since: Instant }

/** Who an affiliate is as a customer of the programme. */
export interface OwnPurchases {
  emails: readonly OwnAddress[]
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
  const addresses = await loadAddresses(tx, rows)
  const digests = [...addresses.values()].flat().map(({ digest }) => digest)
  const sights = await loadEmailSights(tx, customerIds, digests)
  const found = new Map(
    rows.map((row) => [row.id, customersOf(row.customerId, addresses.get(row.id) ?? [], sights)]),
  )
  const payments = await paymentsOf(
    tx,
    [...found.values()].flatMap((customers) => [...customers.keys()]),
  )
  const own = new Map(
    rows.map(({ id }) => {
      const customers = found.get(id) ?? new Map<string, Instant>()
      const theirs = payments.filter(({ customerId }) => customerId !== null && customers.has(customerId))
      return [id, { emails: addresses.get(id) ?? [], customers, payments: theirs }]
    }),
  )
  return { own, sights }
}

function customersOf(
  stripeCustomerId: string | null,
  addresses: readonly OwnAddress[],
  sights: ReadonlyMap<string, EmailSight[]>,
): Map<string, Instant> {
  const customers = new Map<string, Instant>()
  for (const [customerId, seen] of sights) {
    const firstSight = Math.min(...seen.map(({ at }) => at))
    const known = addresses.flatMap(({ digest, since }) => {
      const bearing = seen.filter(({ email }) => email.digest === digest).map(({ at }) => at)
      if (bearing.length === 0) return []
      const first = Math.min(...bearing)
      return [Math.max(since, first === firstSight ? 0 : first)]
    })
    if (known.length > 0) customers.set(customerId, Math.min(...known))
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

/** Of each affiliate; the one they have now is written down where none is yet. */
async function loadAddresses(
  tx: Transaction,
  known: readonly { id: string; email: string }[],
): Promise<Map<string, OwnAddress[]>> {
  const ids = known.map(({ id }) => id)
  const kept = await tx.select().from(affiliateSigns).where(among(affiliateSigns.affiliateId, ids))
  const written = new Set(kept.map((row) => row.affiliateId))
  const missing = known
    .filter(({ id }) => !written.has(id))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .flatMap(({ id, email }) => signRow(id, email, null) ?? [])
  if (missing.length > 0) await tx.insert(affiliateSigns).values(missing).onConflictDoNothing()
  const addresses = new Map<string, OwnAddress[]>()
  for (const row of [...kept, ...missing]) {
    const { emailDigest: digest, domainDigest, domainClass } = row
    const since = row.since ? Math.floor(row.since.getTime() / 1000) : 0
    const before = addresses.get(row.affiliateId) ?? []
    addresses.set(row.affiliateId, [...before, { digest, domainDigest, domainClass, since }])
  }
  return addresses
}

function signRow(
  affiliateId: string,
  address: string,
  since: Date | null,
): typeof affiliateSigns.$inferSelect | null {
  const signs = emailSigns(address)
  if (signs === null) return null
  const { digest: emailDigest, domainDigest, domainClass } = signs
  return { affiliateId, emailDigest, domainDigest, domainClass, since }
}

/**
 * Writes down that an affiliate has another address from now on; the one before stays theirs. Payments made before are judged as they
 * were.
 */
export async function keepNewAddress(
  tx: Transaction,
  affiliate: { id: string; email: string; newEmail: string },
  now: Date,
): Promise<void> {
  await keepAddress(tx, affiliate)
  const row = signRow(affiliate.id, affiliate.newEmail, now)
  if (row) await tx.insert(affiliateSigns).values(row).onConflictDoNothing()
}

/** Writes down by what an affiliate's address is compared, before the address itself goes. */
export async function keepAddress(tx: Transaction, affiliate: { id: string; email: string }): Promise<void> {
  await loadAddresses(tx, [affiliate])
}
