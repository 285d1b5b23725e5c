import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commissions, inboxWork, ledgerTransfers } from '@/db'
import { drain } from '@/lib/intake/drain'
import { handledEventTypes } from '@/lib/intake/events'
import { settleBatch } from '@/lib/intake/settle-batch'
import { verifyBooks } from '@/lib/ledger/verify'
import { buy, deliver, deliverAll, linesOf, openBooks, type Books } from '@/tests/support/books'

/** How others lose or double money: each of their cases, played on these books. */

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(async () => {
  const verdicts = await verifyBooks({ kind: 'system', job: 'test' }, { db: books.db })
  await books.close()
  expect(verdicts.filter((verdict) => !verdict.holds)).toEqual([])
})

const settle = () => drain(books.db, books.stripe, 30_000)
const handled = () => books.sandbox.events().filter((event) => handledEventTypes.has(event.type))
const ofType = (type: string) => handled().filter((event) => event.type === type)
const rows = () => books.db.select().from(commissions).orderBy(commissions.paidAt)
const aMonth = { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 } as const

async function move(refund: string, to: 'succeeded' | 'failed' | 'canceled'): Promise<void> {
  await books.stripe.rawRequest('POST', `/v1/test_helpers/sandbox/refunds/${refund}/move`, { to })
}

async function complete(session: string, page: Record<string, string | number>): Promise<void> {
  await books.stripe.rawRequest('POST', `/v1/test_helpers/sandbox/checkout/sessions/${session}/complete`, {
    email: 'buyer@example.com',
    ...page,
  })
}

describe('an event that was seen before its work failed', () => {
  it('is worked on again, not told to be done', async () => {
    await buy(books.stripe, aMonth)
    await deliver(books, handled())
    books.sandbox.settings({ failures: [{ path: '/v1/', status: 400, times: 1_000, how: 'error' }] })
    await settleBatch(books.db, books.stripe, { worker: 'one', limit: 200 })
    books.sandbox.settings({ failures: [] })
    expect(await deliver(books, handled())).toEqual(handled().map(() => 'duplicate'))
    await settle()
    expect(await rows()).toMatchObject([{ commissionMinor: 480n }])
  })
})

describe('one payment', () => {
  it('told by two events of their own, and by either of two types, is one commission', async () => {
    const { paymentId } = await buy(books.stripe, aMonth)
    const again = handled().map((event, n) => ({ ...event, id: `evt_again${n}`, created: event.created + 1 }))
    const succeeded = ofType('invoice.paid').map((event) => ({
      ...event,
      id: 'evt_other',
      type: 'invoice.payment_succeeded',
    }))
    await deliver(books, [...handled(), ...again, ...succeeded])
    await settle()
    expect(await rows()).toHaveLength(1)
    expect(await linesOf(books.db, paymentId)).toHaveLength(1)
  })
})

describe('a refund', () => {
  it('in part takes its part only, and two of them what they say, each once', async () => {
    const { paymentId } = await buy(books.stripe, aMonth)
    for (const amount of [1000, 500]) await books.stripe.refunds.create({ payment_intent: paymentId, amount })
    const refunds = ofType('refund.created')
    const told = refunds.flatMap((event) => [
      { ...event, id: `${event.id}u`, type: 'refund.updated', created: event.created + 5 },
      event,
    ])
    await deliver(books, [...handled().filter((event) => !refunds.includes(event)), ...told])
    await settle()
    // 480 × 1500 / 2755 = 261.3
    expect(await rows()).toMatchObject([{ commissionMinor: 480n, reversedMinor: 261n, remainingMinor: 219n }])
  })

  it('that comes before its invoice is not dropped', async () => {
    const { paymentId } = await buy(books.stripe, aMonth)
    await books.stripe.refunds.create({ payment_intent: paymentId, amount: 1000 })
    await deliver(books, ofType('refund.created'))
    await settle()
    const [work] = await books.db.select().from(inboxWork)
    expect(work).toMatchObject({ state: 'done', outcome: 'waiting' })
    await deliver(books, ofType('charge.updated'))
    await settle()
    await deliverAll(books)
    expect(await rows()).toMatchObject([{ commissionMinor: 480n, reversedMinor: 174n }])
  })

  it('that failed later no longer counts, whichever of its events comes last', async () => {
    for (const late of ['refund.created', 'refund.failed']) {
      const { paymentId } = await buy(books.stripe, aMonth)
      const refund = await books.stripe.refunds.create({ payment_intent: paymentId })
      await books.sandbox.advance(86_400)
      await move(refund.id, 'failed')
      const own = (event: { data: { object: object } }) =>
        'id' in event.data.object && event.data.object.id === refund.id
      await deliver(
        books,
        handled().filter((event) => !(event.type === late && own(event))),
      )
      await settle()
      await deliverAll(books)
      const [commission] = await books.db
        .select()
        .from(commissions)
        .where(eq(commissions.paymentId, paymentId))
      expect(commission, late).toMatchObject({ reversedMinor: 0n, remainingMinor: 480n })
      const lines = await linesOf(books.db, paymentId)
      const earned = lines.map((line) => (line.credit === 'earned' ? 1n : -1n) * line.amountMinor)
      expect(earned.reduce((sum, each) => sum + each, 0n)).toBe(480n)
      expect(new Set(lines.map((line) => line.earnedOn)).size, 'undone on the day that it undoes').toBe(1)
    }
  })

  it('and a dispute of one payment together take no more than it earned', async () => {
    const { paymentId } = await buy(books.stripe, aMonth)
    await books.stripe.refunds.create({ payment_intent: paymentId, amount: 1000 })
    await books.stripe.rawRequest('POST', '/v1/test_helpers/sandbox/disputes', { payment_intent: paymentId })
    await deliverAll(books)
    expect(await rows()).toMatchObject([{ commissionMinor: 480n, reversedMinor: 480n, remainingMinor: 0n }])
  })
})

describe('a one-off payment', () => {
  it('told twice and by several events is one commission, of a customer or a guest', async () => {
    const { paymentId } = await buy(books.stripe, { amount: 10_000, code: 'AHMET5' })
    const again = handled().map((event, n) => ({ ...event, id: `evt_again${n}` }))
    await deliver(books, [...again.toReversed(), ...handled()])
    await settle()
    expect(await rows()).toMatchObject([{ paymentId, invoiceId: null, status: 'settled' }])
    expect(await linesOf(books.db, paymentId)).toHaveLength(1)
  })

  it('of a guest stays what it is where the shop makes them a customer afterwards', async () => {
    const { paymentId } = await buy(books.stripe, { amount: 10_000, code: 'AHMET5' })
    await deliverAll(books)
    const { id: customer } = await books.stripe.customers.create({ email: 'guest@example.com' })
    const [told] = ofType('charge.updated')
    if (!told) throw new Error('the fee was to be told')
    const object = { ...told.data.object, customer }
    await deliver(books, [{ ...told, id: 'evt_linked', created: told.created + 60, data: { object } }])
    await settle()
    expect(await rows()).toMatchObject([{ paymentId, status: 'settled', affiliateId: books.ahmet }])
    expect(await linesOf(books.db, paymentId)).toHaveLength(1)
  })

  it('with an invoice of its own is one commission, not one for each', async () => {
    const session = await books.stripe.checkout.sessions.create({
      mode: 'payment',
      allow_promotion_codes: true,
      customer_creation: 'always',
      invoice_creation: { enabled: true },
      success_url: 'http://localhost/thanks',
      line_items: [
        {
          quantity: 1,
          price_data: { currency: 'usd', unit_amount: 10_000, product_data: { name: 'Book' } },
        },
      ],
    })
    await complete(session.id, {
      promotion_code: 'AHMET5',
    })
    for (const event of handled().toReversed()) {
      await deliver(books, [event])
      await settle()
    }
    const found = await rows()
    expect(found).toMatchObject([{ status: 'settled', netMinor: 9_194n, affiliateId: books.ahmet }])
    expect(found[0]?.invoiceId).toMatch(/^in_/)
  })

  it('for which an invoice is written afterwards is one commission still, its invoice’s', async () => {
    const { stripe } = books
    const session = await stripe.checkout.sessions.create({
      mode: 'payment',
      allow_promotion_codes: true,
      customer_creation: 'always',
      success_url: 'http://localhost/thanks',
      line_items: [
        {
          quantity: 1,
          price_data: { currency: 'usd', unit_amount: 10_000, product_data: { name: 'Book' } },
        },
      ],
    })
    await complete(session.id, { promotion_code: 'AHMET5' })
    const paid = await stripe.checkout.sessions.retrieve(session.id)
    const [customer, payment_intent] = [String(paid.customer), String(paid.payment_intent)]
    await deliverAll(books)
    await books.sandbox.advance(3 * 86_400)
    const { id: invoice } = await stripe.invoices.create({
      customer,
      auto_advance: false,
      collection_method: 'send_invoice',
      days_until_due: 30,
    })
    await stripe.invoiceItems.create({ customer, invoice, amount: 9500, currency: 'usd' })
    await stripe.invoices.finalizeInvoice(invoice)
    await stripe.invoices.attachPayment(invoice, { payment_intent })
    await deliverAll(books)
    expect(await rows()).toMatchObject([{ status: 'settled', netMinor: 9_194n, invoiceId: invoice }])
  })

  it('by a slow method earns when the money comes, not when the page is closed', async () => {
    const session = await books.stripe.checkout.sessions.create({
      mode: 'payment',
      allow_promotion_codes: true,
      customer_creation: 'always',
      success_url: 'http://localhost/thanks',
      line_items: [
        {
          quantity: 1,
          price_data: { currency: 'eur', unit_amount: 10_000, product_data: { name: 'Book' } },
        },
      ],
    })
    await complete(session.id, {
      promotion_code: 'AHMET5',
      payment_method: 'pm_sepa_debit',
    })
    await deliverAll(books)
    expect(await books.db.select().from(ledgerTransfers)).toEqual([])
    await books.sandbox.advance(7 * 86_400)
    await deliverAll(books)
    expect(await rows()).toMatchObject([{ status: 'settled', affiliateId: books.ahmet }])
  })
})
