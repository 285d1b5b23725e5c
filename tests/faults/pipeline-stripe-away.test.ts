import { eq, sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commissions, customers, inboxWork } from '@/db'
import { listUnmatched } from '@/lib/attribution/queries'
import { drain } from '@/lib/intake/drain'
import { handledEventTypes } from '@/lib/intake/events'
import { listEvents } from '@/lib/intake/queries'
import { settleBatch } from '@/lib/intake/settle-batch'
import { Stripe } from '@/lib/stripe/client'
import type { SandboxEvent } from '@/lib/stripe-sandbox/index'
import { buy, deliver, deliverAll, openBooks, type Books } from '@/tests/support/books'
import { pictureOf } from '@/tests/support/orders'

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

const handled = () => books.sandbox.events().filter((event) => handledEventTypes.has(event.type))
const settle = () => drain(books.db, books.stripe, 30_000)

const viewer = { kind: 'system', job: 'test' } as const

/** A client that does not try again and has little patience. */
function hasty(): Stripe {
  const options = { host: '127.0.0.1', port: books.sandbox.port, protocol: 'http' } as const
  return new Stripe('sk_test_hasty', { ...options, maxNetworkRetries: 0, timeout: 150 })
}

async function letTimePass(): Promise<void> {
  await books.db.execute(
    sql`update inbox_work set next_attempt_at = clock_timestamp() - interval '1 second' where state <> 'done'`,
  )
}

async function workByState(): Promise<Record<string, string[]>> {
  const rows = await books.db.execute<{ state: string; type: string }>(sql`
    select w.state, e.type from inbox_work w join inbox_events e using (event_id) order by e.type`)
  const byState: Record<string, string[]> = {}
  for (const { state, type } of rows) (byState[state] ??= []).push(type)
  return byState
}

const aMonth = { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 } as const

describe('while Stripe does not answer', () => {
  it.each([
    ['refuses for being asked too much', 429, 'error'],
    ['fails', 500, 'error'],
    ['breaks off', 200, 'cut'],
    ['is silent, for 80 seconds and longer', 200, 'silence'],
  ] as const)(
    'as it %s, only events that need it wait, with a sentence; later all is settled',
    async (_, status, how) => {
      await buy(books.stripe, aMonth)
      await deliver(books, handled())
      books.sandbox.settings({ failures: [{ path: '/v1/', status, times: 1_000, how }] })
      await settleBatch(books.db, hasty(), { worker: 'one', limit: 200 })
      const { queued, done } = await workByState()
      expect(queued).toEqual(['charge.updated', 'customer.subscription.created', 'invoice.paid'])
      expect(done).toEqual(
        expect.arrayContaining(['checkout.session.completed', 'charge.succeeded', 'invoice_payment.paid']),
      )
      const shown = await listEvents(viewer, { outcome: 'working', limit: 10 }, books.db)
      expect(shown.events.map(({ type }) => type).toSorted()).toEqual(queued)
      for (const { sentence } of shown.events) expect(sentence).toMatch(/^It could not be settled: ./)
      books.sandbox.settings({ failures: [] })
      await letTimePass()
      await settle()
      expect(await workByState()).toEqual({ done: expect.any(Array) })
      expect(await books.db.select().from(commissions)).toMatchObject([
        { status: 'settled', commissionMinor: 480n },
      ])
    },
  )

  it('about one fee, the others of the batch are settled', async () => {
    for (let n = 0; n < 6; n++) await buy(books.stripe, aMonth)
    await deliver(books, handled())
    const [charge] = (await books.stripe.charges.list({ limit: 1 })).data
    const one = `/v1/balance_transactions/${String(charge?.balance_transaction)}`
    const failing = { status: 500, times: 1_000, how: 'error' } as const
    const list = { path: '/v1/balance_transactions', ...failing, times: 1 }
    books.sandbox.settings({ failures: [list, { path: one, ...failing }] })
    await settleBatch(books.db, hasty(), { worker: 'one', limit: 200 })
    expect((await workByState())['queued']).toEqual(['charge.updated'])
    const rows = await books.db.select({ status: commissions.status }).from(commissions)
    expect(rows.map((row) => row.status).sort()).toEqual([
      'awaiting_fee',
      ...Array<string>(5).fill('settled'),
    ])
  })

  it('for long, what needs nothing from it is settled meanwhile', async () => {
    await buy(books.stripe, aMonth)
    await deliver(books, handled())
    let letThrough = () => {}
    const open = new Promise<void>((resolve) => (letThrough = resolve))
    const slow: typeof fetch = async (input, init) => {
      await open
      return books.sandbox.fetch(input, init)
    }
    const stripe = new Stripe('sk_test_slow', { httpClient: Stripe.createFetchHttpClient(slow) })
    const batch = settleBatch(books.db, stripe, { worker: 'one', limit: 200 })
    let states = await workByState()
    while (states['done'] === undefined || !states['done'].includes('invoice_payment.paid')) {
      states = await workByState()
    }
    expect(states['leased']).toEqual(['charge.updated', 'customer.subscription.created', 'invoice.paid'])
    letThrough()
    await batch
    expect(await books.db.select().from(commissions)).toMatchObject([
      { status: 'settled', commissionMinor: 480n },
    ])
  })

  it('for ever, the event is shown as quarantined, is still tried, and settles by itself in the end', async () => {
    await buy(books.stripe, aMonth)
    await deliver(books, handled())
    books.sandbox.settings({ failures: [{ path: '/v1/', status: 500, times: 1_000, how: 'error' }] })
    for (let attempts = 0; attempts < 6; attempts++) {
      await settleBatch(books.db, hasty(), { worker: 'one', limit: 200 })
      await letTimePass()
    }
    expect((await workByState())['quarantined']).toHaveLength(3)
    books.sandbox.settings({ failures: [] })
    await settle()
    expect(await pictureOf(books.db)).toMatchObject({
      unfinished: [],
      commissions: [{ commission_minor: '480' }],
    })
  })
})

describe('an object that Stripe has otherwise than the event', () => {
  const inAnotherVersion = (event: SandboxEvent) => {
    const { id, object } = event.data.object as { id: string; object: string } // as every object of Stripe's
    return { ...event, api_version: '2024-06-20', data: { object: { id, object, discount: 'of old' } } }
  }

  it('in another API version is read again', async () => {
    await buy(books.stripe, aMonth)
    await deliver(books, handled().map(inAnotherVersion))
    await settle()
    expect(await pictureOf(books.db)).toMatchObject({
      unfinished: [],
      commissions: [{ status: 'settled', commission_minor: '480' }],
    })
  })

  it('or has no more at all is quarantined with the reason', async () => {
    await buy(books.stripe, aMonth)
    const gone = handled().map((event) =>
      event.type === 'invoice.paid'
        ? { ...event, api_version: null, data: { object: { id: 'in_gone', object: 'invoice' } } }
        : event,
    )
    await deliver(books, gone)
    await settleBatch(books.db, books.stripe, { worker: 'one', limit: 200 })
    const left = await books.db.select().from(inboxWork).where(eq(inboxWork.state, 'queued'))
    expect(left.map((work) => work.sentence)).toEqual([expect.stringContaining("No such invoice: 'in_gone'")])
  })

  it('a discount that was taken off before it was read is told as unmatched, until an invoice shows it', async () => {
    const { stripe } = books
    const customer = await stripe.customers.create({ email: 'trial@example.com' })
    const price = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 2900,
      recurring: { interval: 'month' },
      product_data: { name: 'Pro' },
    })
    const [code] = (await stripe.promotionCodes.list({ code: 'AHMET5' })).data
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      trial_period_days: 14,
      default_payment_method: 'pm_card_visa',
      discounts: [{ promotion_code: String(code?.id) }],
    })
    await stripe.subscriptions.update(subscription.id, { discounts: '' })
    const events = handled()
    await deliver(
      books,
      events.filter((event) => event.type === 'customer.subscription.created'),
    )
    await settle()
    const [work] = await books.db.select().from(inboxWork)
    expect(work).toMatchObject({ state: 'done', outcome: 'unmatched' })
    expect(work?.sentence).toMatch(/di_/)
    const list = () => listUnmatched(viewer, { limit: 10 }, books.db)
    expect((await list()).discounts).toHaveLength(1)
    await deliverAll(books)
    expect(await books.db.select().from(customers)).toMatchObject([{ affiliateId: books.ahmet }])
    expect((await list()).discounts).toEqual([])
  })
})
