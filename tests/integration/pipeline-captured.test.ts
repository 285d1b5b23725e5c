import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commissions, waits } from '@/db'
import { drain } from '@/lib/intake/drain'
import { findLastSweep } from '@/lib/intake/reconcile/queries'
import { deliver, deliverAll, openBooks, type Books } from '@/tests/support/books'
import { brokenInvariants } from '@/tests/support/payouts'
import { sweep, system } from '@/tests/support/programme-life'

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

const rows = () => books.db.select().from(commissions)
const waited = async () => (await books.db.select().from(waits)).map(({ kind }) => kind)

/** A one-off purchase of 100.00 less 5 % whose money is only authorised. @returns its payment */
async function authorize(): Promise<string> {
  const { stripe } = books
  const session = await stripe.checkout.sessions.create({
    mode: 'payment',
    allow_promotion_codes: true,
    customer_creation: 'always',
    payment_intent_data: { capture_method: 'manual' },
    success_url: 'http://localhost/thanks',
    line_items: [
      { quantity: 1, price_data: { currency: 'usd', unit_amount: 10_000, product_data: { name: 'Book' } } },
    ],
  })
  await stripe.rawRequest('POST', `/v1/test_helpers/sandbox/checkout/sessions/${session.id}/complete`, {
    promotion_code: 'AHMET5',
    fee: 300,
  })
  const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(session.id)
  return String(intent)
}

describe('money that is only authorised', () => {
  it('is no payment yet: nothing is earned, and no fee is waited for', async () => {
    await authorize()
    await deliverAll(books)
    expect(await rows()).toEqual([])
    expect(await waited()).toEqual([])
  })

  it('earns once it is captured', async () => {
    const id = await authorize()
    await deliverAll(books)
    await books.stripe.paymentIntents.capture(id)
    await deliverAll(books)
    // (9500 − 300) × 20 %
    expect(await rows()).toMatchObject([{ status: 'settled', commissionMinor: 1840n, reversedMinor: 0n }])
  })

  it('earns on what is captured of it: the rest, which Stripe tells as a refund, was never paid', async () => {
    const id = await authorize()
    await books.stripe.paymentIntents.capture(id, { amount_to_capture: 6000 })
    await books.stripe.refunds.create({ payment_intent: id, amount: 1500 })
    for (const event of books.sandbox.events().toReversed()) {
      await deliver(books, [event])
      await drain(books.db, books.stripe, 30_000)
    }
    // (6000 − 300) × 20 %, of which a quarter was given back
    expect(await rows()).toMatchObject([
      { status: 'settled', paymentMinor: 6000n, commissionMinor: 1140n, reversedMinor: 285n },
    ])
    expect(await brokenInvariants(books.db)).toEqual([])
  })

  it('and captured without a word of it is found by the sweep; what is let go is no finding', async () => {
    const [captured, letGo] = [await authorize(), await authorize()]
    await deliverAll(books)
    books.sandbox.advance(86_400)
    await books.stripe.paymentIntents.capture(captured, { amount_to_capture: 6000 })
    await books.stripe.paymentIntents.cancel(letGo)
    await sweep(books, {})
    expect(await rows()).toMatchObject([{ paymentId: captured, commissionMinor: 1140n, reversedMinor: 0n }])
    expect(await brokenInvariants(books.db)).toEqual([])
    const last = await findLastSweep(system, books.db)
    expect(last?.counts.filter((each) => each.unexplained > 0)).toEqual([])
  })

  it('that is let go earns nothing, and nothing more is waited for', async () => {
    const id = await authorize()
    await deliverAll(books)
    await books.stripe.paymentIntents.cancel(id)
    await deliverAll(books)
    expect(await rows()).toEqual([])
    expect(await waited()).toEqual([])
  })
})
