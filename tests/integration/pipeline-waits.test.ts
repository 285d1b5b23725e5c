import { eq, sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { commissions, programme, waits } from '@/db'
import { listCommissions } from '@/lib/commissions/queries'
import { askWaiting } from '@/lib/intake/ask-waiting'
import { drain } from '@/lib/intake/drain'
import { handledEventTypes } from '@/lib/intake/events'
import { settleQueued } from '@/lib/intake/settle-queue'
import { enqueueSettlement } from '@/lib/ledger/enqueue-settlement'
import { verifyBooks } from '@/lib/ledger/verify'
import { buy, deliver, deliverAll, openBooks, type Books } from '@/tests/support/books'

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => {
  vi.useRealTimers()
  return books.close()
})

const settle = () => drain(books.db, books.stripe, 30_000)

/** All events but these come; those never do. */
async function deliverWithout(...lost: string[]): Promise<void> {
  const events = books.sandbox.events().filter((event) => handledEventTypes.has(event.type))
  await deliver(
    books,
    events.filter((event) => !lost.includes(event.type)),
  )
  await settle()
}

const waiting = async () =>
  (await books.db.select().from(waits)).map(({ kind, subjectId }) => [kind, subjectId])
const found = async () => (await books.db.select().from(commissions))[0]

/** What is waited for is due, and asked for until nothing more is. */
async function askNow(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await books.db.execute(sql`update waits set next_ask_at = clock_timestamp() - interval '1 second'`)
    await askWaiting(books.db, books.stripe, 50)
    await settle()
  }
}

async function expectHealed(expected: object): Promise<void> {
  await askNow()
  expect(await waiting()).toEqual([])
  expect(await found()).toMatchObject(expected)
  const verdicts = await verifyBooks({ kind: 'system', job: 'test' }, { db: books.db })
  expect(verdicts.filter((verdict) => !verdict.holds)).toEqual([])
}

const aMonth = { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 } as const
const earned = { status: 'settled', commissionMinor: 480n, affiliateId: expect.any(String) }

describe('what never comes is asked for', () => {
  it('the payment of a paid invoice', async () => {
    const { paymentId } = await buy(books.stripe, aMonth)
    await deliverWithout('invoice_payment.paid', 'charge.succeeded', 'charge.updated')
    expect(await waiting()).toEqual([['invoice_payment', expect.stringMatching(/^in_/)]])
    await expectHealed({ ...earned, paymentId })
  })

  it('the fee, which charge.updated would have told', async () => {
    const { paymentId } = await buy(books.stripe, aMonth)
    await deliverWithout('charge.updated')
    expect(await waiting()).toEqual([['fee', paymentId]])
    expect(await found()).toMatchObject({ status: 'awaiting_fee' })
    await expectHealed(earned)
  })

  it.each([
    ['a day slow', -86_400_000],
    ['a day fast', 86_400_000],
  ])('after a minute or two by the database’s clock, where the worker’s is %s', async (_, aheadMs) => {
    await buy(books.stripe, aMonth)
    const paid = books.sandbox.events().filter(({ type }) => handledEventTypes.has(type))
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + aheadMs })
    await deliver(
      books,
      paid.filter(({ type }) => type !== 'charge.updated'),
    )
    await settle()
    await enqueueSettlement(books.db, [{ subjectId: 'pi_none', kind: 'payment', reason: 'a decision' }])
    expect(await settleQueued(books.db, 10)).toBe(1)
    const [wait] = await books.db.execute<{ soon: boolean }>(sql`
      select next_ask_at between since and since + interval '2 minutes'
             and since between clock_timestamp() - interval '1 hour' and clock_timestamp() as soon from waits`)
    expect(wait).toEqual({ soon: true })
  })

  it('the fee, which is overdue a week after the payment, and not before', async () => {
    await buy(books.stripe, aMonth)
    await deliverWithout('charge.updated')
    const paidAt = (await found())?.paidAt.getTime() ?? Number.NaN
    const overdueAfter = async (days: number) => {
      const clockOffsetSeconds = Math.round((paidAt - Date.now()) / 1000) + days * 86_400
      await books.db.update(programme).set({ clockOffsetSeconds })
      const viewer = { kind: 'api_key', id: 'key', scope: 'read' } as const
      const of = { limit: 10, feeOverdue: true }
      const [all, overdue] = [
        await listCommissions(viewer, { limit: 10 }, books.db),
        await listCommissions(viewer, of, books.db),
      ]
      expect(overdue.commissions).toEqual(all.commissions.filter((each) => each.feeOverdue))
      return overdue.commissions.length
    }
    expect(await overdueAfter(6)).toBe(0)
    expect(await overdueAfter(8)).toBe(1)
    await expectHealed(earned)
    expect(await overdueAfter(8)).toBe(0)
  })

  it('the charge itself', async () => {
    await buy(books.stripe, aMonth)
    await deliverWithout('charge.updated', 'charge.succeeded')
    await expectHealed(earned)
  })

  it('the invoice, with the code on it, where only its payment was told', async () => {
    await buy(books.stripe, aMonth)
    await deliverWithout('invoice.paid', 'charge.updated')
    await expectHealed(earned)
  })

  it('everything but the code that the subscription shows', async () => {
    await buy(books.stripe, aMonth)
    await deliverWithout('invoice.paid', 'invoice_payment.paid', 'charge.updated')
    await expectHealed(earned)
  })

  it('what a refund gives back', async () => {
    const { paymentId } = await buy(books.stripe, { ...aMonth, code: 'AHMET5' })
    await books.stripe.refunds.create({ payment_intent: paymentId, amount: 1000 })
    await deliverWithout('charge.succeeded', 'charge.updated', 'invoice.paid', 'invoice_payment.paid')
    expect(await waiting()).toEqual([['payment', paymentId]])
    await expectHealed({ ...earned, reversedMinor: 174n })
  })

  it('a one-off payment of which only the session was told', async () => {
    const { paymentId } = await buy(books.stripe, { amount: 10_000, code: 'AHMET5' })
    await deliverWithout('charge.succeeded', 'charge.updated')
    expect(await waiting()).toEqual([['payment', paymentId]])
    await expectHealed({ status: 'settled', netMinor: 9194n })
  })

  it('the invoice of a payment outside Stripe', async () => {
    const customer = await books.stripe.customers.create({ metadata: { affiliate_id: books.ahmet } })
    await books.stripe.invoiceItems.create({ customer: customer.id, amount: 10_000, currency: 'usd' })
    const draft = await books.stripe.invoices.create({
      customer: customer.id,
      collection_method: 'send_invoice',
      days_until_due: 30,
      pending_invoice_items_behavior: 'include',
    })
    await books.stripe.invoices.finalizeInvoice(draft.id)
    await books.stripe.invoices.pay(draft.id, { paid_out_of_band: true })
    await deliverWithout('invoice.paid')
    // Whose payment it is, only the invoice says.
    expect(await found()).toMatchObject({ status: 'unattributed', customerId: null })
    expect(await waiting()).toEqual([['basis', expect.stringMatching(/^inpay_/)]])
    await expectHealed({ status: 'settled', commissionMinor: 2000n, currency: 'usd' })
  })

  it('the second of two payments of one invoice', async () => {
    const customer = await books.stripe.customers.create({ metadata: { affiliate_id: books.ahmet } })
    await books.stripe.invoiceItems.create({ customer: customer.id, amount: 10_000, currency: 'usd' })
    const draft = await books.stripe.invoices.create({
      customer: customer.id,
      collection_method: 'send_invoice',
      days_until_due: 30,
      pending_invoice_items_behavior: 'include',
    })
    const invoice = await books.stripe.invoices.finalizeInvoice(draft.id)
    for (const amount of [4_000, 6_000]) {
      const intent = await books.stripe.paymentIntents.create({
        amount,
        currency: 'usd',
        customer: customer.id,
        payment_method: 'pm_card_visa',
        confirm: true,
        off_session: true,
      })
      await books.stripe.invoices.attachPayment(invoice.id, { payment_intent: intent.id })
    }
    const events = books.sandbox.events().filter((event) => handledEventTypes.has(event.type))
    const lost = events.findLast((event) => event.type === 'invoice_payment.paid')
    await deliver(
      books,
      events.filter((event) => event !== lost),
    )
    await settle()
    expect(await waiting()).toContainEqual(['invoice_payment', invoice.id])
    await askNow()
    expect(await waiting()).toEqual([])
    const rows = await books.db
      .select()
      .from(commissions)
      .where(eq(commissions.invoiceId, String(invoice.id)))
    expect(rows.map((row) => row.status)).toEqual(['settled', 'settled'])
  })
})

describe('nothing is waited for', () => {
  it('where a one-off payment belongs to nobody yet; its session, when it comes, brings its code', async () => {
    await buy(books.stripe, { amount: 10_000, code: 'AHMET5' })
    await deliverWithout('checkout.session.completed')
    expect(await found()).toMatchObject({ status: 'unattributed' })
    expect(await waiting()).toEqual([])
    const sessions = books.sandbox.events().filter((event) => event.type === 'checkout.session.completed')
    await deliver(books, sessions)
    await settle()
    await expectHealed({ status: 'settled', netMinor: 9194n })
  })

  it('where a payment failed', async () => {
    const customer = await books.stripe.customers.create({ metadata: { affiliate_id: books.ahmet } })
    const intent = books.stripe.paymentIntents.create({
      amount: 1_000,
      currency: 'usd',
      customer: customer.id,
      payment_method: 'pm_card_chargeDeclined',
      confirm: true,
      off_session: true,
    })
    await expect(intent).rejects.toThrow(/declined/)
    const [charge] = (await books.stripe.charges.list({ limit: 1 })).data
    expect(charge).toMatchObject({ status: 'failed' })
    const [any] = books.sandbox.events()
    const updated = { ...any, id: 'evt_failed', type: 'charge.updated', data: { object: charge } }
    await deliver(books, [updated])
    await deliverAll(books)
    expect(await waiting()).toEqual([])
  })

  it('where an invoice cost nothing', async () => {
    const customer = await books.stripe.customers.create({ metadata: { affiliate_id: books.ahmet } })
    const price = await books.stripe.prices.create({
      currency: 'usd',
      unit_amount: 2900,
      recurring: { interval: 'month' },
      product_data: { name: 'Pro' },
    })
    await books.stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      trial_period_days: 14,
      default_payment_method: 'pm_card_visa',
    })
    await deliverAll(books)
    expect(books.sandbox.events().map((event) => event.type)).toContain('invoice.paid')
    expect(await waiting()).toEqual([])
  })

  it('again before its time: the next ask is twice as far away', async () => {
    books.sandbox.settings({ feeDelaySeconds: 3_600 })
    await buy(books.stripe, aMonth)
    await deliverAll(books)
    const gaps: number[] = []
    for (let asks = 0; asks < 4; asks++) {
      await books.db.execute(sql`update waits set next_ask_at = clock_timestamp() - interval '1 second'`)
      expect(await askWaiting(books.db, books.stripe, 50)).toBe(1)
      expect(await askWaiting(books.db, books.stripe, 50)).toBe(0)
      const [row] = await books.db.execute<{ minutes: number }>(
        sql`select round(extract(epoch from next_ask_at - clock_timestamp()) / 60)::int as minutes from waits`,
      )
      gaps.push(Number(row?.minutes))
    }
    expect(gaps).toEqual([1, 2, 4, 8])
    await books.sandbox.advance(3_600)
    await expectHealed(earned)
  })
})
