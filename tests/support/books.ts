import { createHash } from 'node:crypto'
import { asc } from 'drizzle-orm'
import { connect, ledgerTransfers, type Database } from '@/db'
import { createAffiliate } from '@/lib/affiliates/create-affiliate'
import { provisionCode } from '@/lib/codes/provision-code'
import { drain } from '@/lib/intake/drain'
import { parseEvent } from '@/lib/intake/parse-event'
import { recordEvent } from '@/lib/intake/record-event'
import { ensureProgramme } from '@/lib/programme/ensure-programme'
import { createStripe, type Stripe } from '@/lib/stripe/client'
import { createSandbox, type Sandbox } from '@/lib/stripe-sandbox/index'
import { testDatabase, type TestDatabase } from './database'

/** Books of one's own with a sandbox beside them: what the sandbox's events say comes in when the test delivers them. */
export interface Books {
  db: Database
  database: TestDatabase
  stripe: Stripe
  sandbox: Sandbox
  /** Affiliate's id; the code is AHMET5. */
  ahmet: string
  close(): Promise<void>
}

export const seconds = (text: string): number => Date.parse(text) / 1000

/**
 * @param start the sandbox's time at first; `sandbox.advance` moves it on
 * @param on a migrated database, in place of a copy on the server of all test files
 */
export async function openBooks(start = '2026-01-31T10:00:00Z', on?: TestDatabase): Promise<Books> {
  const database = on ?? (await testDatabase())
  const { db, close } = connect(database.url, { max: 6 })
  const sandbox = await createSandbox({ seed: 'books', now: () => seconds(start) })
  const stripe = createStripe('sk_test_books', sandbox.url)
  await ensureProgramme(db, {
    booksMode: 'sandbox',
    stripeAccountId: null,
    now: new Date('2025-01-01T00:00:00Z'),
  })
  const ahmet = await newAffiliate(db, stripe, {
    handle: 'Ahmet',
    displayName: 'Ahmet Yılmaz',
    email: 'ahmet@example.com',
  })
  return {
    db,
    database,
    stripe,
    sandbox,
    ahmet,
    close: async () => {
      await close()
      await sandbox.close()
      await database.drop()
    },
  }
}

export async function newAffiliate(
  db: Database,
  stripe: Stripe,
  person: { handle: string; displayName: string; email: string },
): Promise<string> {
  const now = new Date('2025-01-02T00:00:00Z')
  const { affiliateId, code } = await createAffiliate({ kind: 'system', job: 'test' }, person, {
    db,
    stripe,
    now,
  })
  await provisionCode(db, stripe, code)
  return affiliateId
}

/** A card of one's own for everybody who buys: a number with a right check digit. */
export function cardNumberOf(seed: string): string {
  const number = createHash('sha256').update(seed).digest().readUInt32BE(0) % 1_000_000_000
  const digits = `400000${String(number).padStart(9, '0')}`
  const sum = [...digits].reverse().reduce((total, digit, at) => {
    const value = Number(digit) * (at % 2 === 0 ? 2 : 1)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return `${digits}${(10 - (sum % 10)) % 10}`
}

/** Who buys, where it matters: otherwise everybody is somebody else with a card of their own. */
export interface Buyer {
  email?: string
  card?: string
  name?: string
  postalCode?: string
  /** A payment method of the sandbox’s in place of a card. */
  method?: string
}

/** A purchase on the hosted page: a subscription, or without `interval` a payment without an invoice. */
export async function buy(
  stripe: Stripe,
  options: {
    amount: number
    interval?: 'month' | 'year'
    code?: string
    fee?: number
    currency?: string
    buyer?: Buyer
  },
): Promise<{ session: Stripe.Checkout.Session; paymentId: string; customerId: string | null }> {
  const { amount, interval, code, fee, currency = 'usd', buyer = {} } = options
  const session = await stripe.checkout.sessions.create({
    mode: interval ? 'subscription' : 'payment',
    allow_promotion_codes: true,
    success_url: 'http://localhost/thanks',
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency,
          unit_amount: amount,
          product_data: { name: 'Pro' },
          ...(interval && { recurring: { interval } }),
        },
      },
    ],
  })
  await stripe.rawRequest('POST', `/v1/test_helpers/sandbox/checkout/sessions/${session.id}/complete`, {
    email: buyer.email ?? `buyer-${session.id.slice(-6)}@example.com`,
    ...(buyer.method === undefined
      ? { card_number: buyer.card ?? cardNumberOf(session.id) }
      : { payment_method: buyer.method }),
    ...(buyer.name !== undefined && { name: buyer.name }),
    ...(buyer.postalCode !== undefined && { postal_code: buyer.postalCode }),
    ...(code !== undefined && { promotion_code: code }),
    ...(fee !== undefined && { fee }),
  })
  const paid = await stripe.checkout.sessions.retrieve(session.id)
  const charges = await stripe.charges.list({ limit: 1 })
  const intent = charges.data[0]?.payment_intent
  return {
    session: paid,
    paymentId: typeof intent === 'string' ? intent : '',
    customerId: typeof paid.customer === 'string' ? paid.customer : null,
  }
}

/** Records these of the sandbox's events, in the order given, as the webhook would. */
export async function deliver(books: Pick<Books, 'db'>, events: readonly object[]): Promise<string[]> {
  const outcomes: string[] = []
  for (const event of events) {
    const parsed = parseEvent(JSON.stringify(event))
    if ('problem' in parsed) throw new Error(parsed.problem)
    outcomes.push(await recordEvent(books.db, parsed, new Date()))
  }
  return outcomes
}

/** Delivers all that happened and settles it. */
export async function deliverAll(books: Books): Promise<void> {
  await deliver(books, books.sandbox.events())
  await drain(books.db, books.stripe, 30_000)
}

export { ledgerDigest as digestOf } from '@/lib/ledger/digest'

/** What the ledger says of a payment, in the order in which it was written. */
export async function linesOf(db: Database, paymentId: string) {
  const rows = await db.select().from(ledgerTransfers).orderBy(asc(ledgerTransfers.id))
  return rows.filter((row) => row.paymentId === paymentId)
}
