import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { drain } from '@/lib/intake/drain'
import { handledEventTypes } from '@/lib/intake/events'
import { setTerms } from '@/lib/programme/set-terms'
import type { SandboxEvent } from '@/lib/stripe-sandbox/index'
import { buy, deliver, newAffiliate, openBooks, type Books } from '@/tests/support/books'
import { permutations, pictureOf, shuffled, wipe } from '@/tests/support/orders'

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

const settle = () => drain(books.db, books.stripe, 30_000)
const handled = () => books.sandbox.events().filter((event) => handledEventTypes.has(event.type))
const ofTypes = (...types: string[]) => handled().filter((event) => types.includes(event.type))

async function pictureAfter(batches: readonly (readonly SandboxEvent[])[]): Promise<unknown> {
  await wipe(books.database)
  for (const batch of batches) {
    await deliver(books, batch)
    await settle()
  }
  return pictureOf(books.db)
}

async function expectOnePicture(orders: SandboxEvent[][]): Promise<void> {
  const [first = []] = orders
  const inOrder = await pictureAfter([first])
  expect(inOrder).toMatchObject({ unfinished: [] })
  for (const order of orders) {
    const types = order.map((event) => event.type).join(', ')
    expect(await pictureAfter(order.map((event) => [event])), `one by one: ${types}`).toEqual(inOrder)
  }
  expect(await pictureAfter([first.toReversed()]), 'in one batch, backwards').toEqual(inOrder)
}

const randomOrders = (events: SandboxEvent[], count: number) =>
  Array.from({ length: count }, (_, seed) => (seed === 0 ? events : shuffled(events, seed)))

async function aYearHalfRefunded(): Promise<string> {
  const { paymentId, session } = await buy(books.stripe, { amount: 29000, interval: 'year', code: 'AHMET5' })
  await books.sandbox.advance(110 * 86_400)
  await books.stripe.refunds.create({ payment_intent: paymentId, amount: 18367 })
  return String(session.subscription)
}

describe('in whatever order the events of a purchase come, the books say the same', () => {
  it('a payment, its fee and a refund of it, in every order there is', async () => {
    await aYearHalfRefunded()
    const four = ofTypes('invoice.paid', 'invoice_payment.paid', 'charge.updated', 'refund.created')
    expect(four).toHaveLength(4)
    await expectOnePicture(permutations(four))
  }, 120_000)

  it('all that Stripe tells of a year, refunded in part and then cancelled, in orders drawn by lot', async () => {
    const subscription = await aYearHalfRefunded()
    await books.sandbox.advance(30 * 86_400)
    await books.stripe.subscriptions.cancel(subscription)
    const events = handled()
    expect(new Set(events.map((event) => event.type))).toEqual(
      new Set([
        'promotion_code.created',
        'customer.created',
        'customer.subscription.created',
        'customer.subscription.deleted',
        'checkout.session.completed',
        'invoice.paid',
        'invoice_payment.paid',
        'charge.succeeded',
        'charge.updated',
        'refund.created',
      ]),
    )
    await expectOnePicture(randomOrders(events, 10))
    const { commissions } = (await pictureOf(books.db)) as { commissions: { reversed_minor: string }[] }
    expect(commissions).toMatchObject([{ commission_minor: '5344', remaining_minor: '1781' }])
  }, 120_000)

  it('a year cancelled in its fifth month stops what was to come', async () => {
    const { session } = await buy(books.stripe, { amount: 29000, interval: 'year', code: 'AHMET5' })
    await books.sandbox.advance(110 * 86_400)
    await books.stripe.subscriptions.cancel(String(session.subscription))
    await expectOnePicture(randomOrders(handled(), 5))
    expect(await pictureOf(books.db)).toMatchObject({
      commissions: [{ commission_minor: '5344', remaining_minor: String(4 * 446) }],
    })
  }, 120_000)

  it('a year replaced by another subscription within a day goes on', async () => {
    const { session, customerId } = await buy(books.stripe, {
      amount: 29000,
      interval: 'year',
      code: 'AHMET5',
    })
    await books.sandbox.advance(110 * 86_400)
    await books.stripe.subscriptions.cancel(String(session.subscription))
    await books.sandbox.advance(3_600)
    const price = await books.stripe.prices.create({
      currency: 'usd',
      unit_amount: 2900,
      recurring: { interval: 'month' },
      product_data: { name: 'Pro monthly' },
    })
    await books.stripe.subscriptions.create({
      customer: String(customerId),
      items: [{ price: price.id }],
      default_payment_method: 'pm_card_visa',
    })
    await expectOnePicture(randomOrders(handled(), 5))
    const { commissions } = (await pictureOf(books.db)) as { commissions: { remaining_minor: string }[] }
    expect(commissions.map((row) => row.remaining_minor).sort()).toEqual(['5344', expect.any(String)].sort())
  }, 120_000)

  it('a customer who paid for two months before a code came, by terms that leave such customers out', async () => {
    await setTerms(
      { kind: 'system', job: 'test' },
      { values: { existingCustomers: 'ignore' }, affiliateId: null },
      { db: books.db, now: new Date('2025-06-01T00:00:00Z') },
    )
    const { session } = await buy(books.stripe, { amount: 2900, interval: 'month' })
    await books.sandbox.advance(40 * 86_400)
    const [code] = (await books.stripe.promotionCodes.list({ code: 'AHMET5' })).data
    await books.stripe.subscriptions.update(String(session.subscription), {
      discounts: [{ promotion_code: String(code?.id) }],
    })
    await books.sandbox.advance(40 * 86_400)
    await expectOnePicture(randomOrders(handled(), 5))
  }, 120_000)

  it('a customer whom two affiliates claim belongs to the one whose code came first', async () => {
    const berta = await newAffiliate(books.db, books.stripe, {
      handle: 'Berta',
      displayName: 'Berta',
      email: 'berta@example.com',
    })
    const { session } = await buy(books.stripe, { amount: 2900, interval: 'month', code: 'BERTA5' })
    await books.sandbox.advance(3 * 86_400)
    const [code] = (await books.stripe.promotionCodes.list({ code: 'AHMET5' })).data
    await books.stripe.subscriptions.update(String(session.subscription), {
      discounts: [{ promotion_code: String(code?.id) }],
    })
    await books.sandbox.advance(40 * 86_400)
    await expectOnePicture(randomOrders(handled(), 5))
    expect(await pictureOf(books.db)).toMatchObject({
      customers: [{ affiliate_id: berta }],
      commissions: [{ affiliate_id: berta }, { affiliate_id: berta }],
    })
  }, 120_000)

  it('an upgrade from a month to a year, with what was unused credited', async () => {
    const { session } = await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5' })
    await books.sandbox.advance(10 * 86_400)
    const subscription = await books.stripe.subscriptions.retrieve(String(session.subscription))
    const price = await books.stripe.prices.create({
      currency: 'usd',
      unit_amount: 29000,
      recurring: { interval: 'year' },
      product_data: { name: 'Pro annual' },
    })
    await books.stripe.subscriptions.update(subscription.id, {
      items: [{ id: String(subscription.items.data[0]?.id), price: price.id }],
    })
    await expectOnePicture(randomOrders(handled(), 5))
    const { commissions } = (await pictureOf(books.db)) as { commissions: unknown[] }
    expect(commissions).toHaveLength(2)
  }, 120_000)
})
