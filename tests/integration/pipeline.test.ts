import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commissions, customers, inboxWork, subscriptions } from '@/db'
import { drain } from '@/lib/intake/drain'
import { buy, deliver, deliverAll, digestOf, linesOf, openBooks, type Books } from '@/tests/support/books'

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

describe('a payment made with a code', () => {
  it('is the founding example: Pro $29 less 5 %, fee 355, earns 480', async () => {
    const { paymentId, customerId } = await buy(books.stripe, {
      amount: 2900,
      interval: 'month',
      code: 'AHMET5',
      fee: 355,
    })
    await deliverAll(books)
    const [commission] = await books.db.select().from(commissions)
    expect(commission).toMatchObject({
      paymentId,
      customerId,
      affiliateId: books.ahmet,
      status: 'settled',
      currency: 'usd',
      netMinor: 2400n,
      rateBps: 2000,
      commissionMinor: 480n,
      matchedBy: 'promotion_code',
    })
    expect(await linesOf(books.db, paymentId)).toEqual([
      expect.objectContaining({
        lineKey: 'instalment/0',
        debit: 'commission_expense',
        credit: 'earned',
        amountMinor: 480n,
        earnedOn: '2026-01-31',
        payableOn: '2026-03-02',
      }),
    ])
    const [customer] = await books.db.select().from(customers)
    expect(customer).toMatchObject({ affiliateId: books.ahmet, maskedEmail: 'b•••@e•••.com' })
    const [subscription] = await books.db.select().from(subscriptions)
    expect(subscription).toMatchObject({ mrrMinor: 2755n, status: 'active' })
  })

  it('is earned over twelve months for a year: 4 × 446 then 8 × 445', async () => {
    const { paymentId } = await buy(books.stripe, { amount: 29000, interval: 'year', code: 'ahmet5' })
    await deliverAll(books)
    const lines = await linesOf(books.db, paymentId)
    expect(lines.map((line) => line.amountMinor)).toEqual([
      446n,
      446n,
      446n,
      446n,
      ...Array<bigint>(8).fill(445n),
    ])
    expect(lines.map((line) => line.payableOn).slice(0, 5)).toEqual([
      '2026-03-02',
      '2026-03-30',
      '2026-04-30',
      '2026-05-30',
      '2026-06-30',
    ])
  })

  it('waits, visibly, while the fee is not known, and settles by itself when it is', async () => {
    await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 })
    const events = books.sandbox.events()
    await deliver(
      books,
      events.filter((event) => event.type !== 'charge.updated'),
    )
    await drain(books.db, books.stripe, 30_000)
    const [waiting] = await books.db.select().from(commissions)
    expect(waiting).toMatchObject({ status: 'awaiting_fee', commissionMinor: 0n })
    await deliver(
      books,
      events.filter((event) => event.type === 'charge.updated'),
    )
    await drain(books.db, books.stripe, 30_000)
    const [settled] = await books.db.select().from(commissions)
    expect(settled).toMatchObject({ status: 'settled', commissionMinor: 480n })
    const waits = await books.db.select().from(inboxWork).where(eq(inboxWork.outcome, 'waiting'))
    expect(waits, 'an event that waited says what became of it').toEqual([])
  })

  it('gives back its share when half is refunded, and all when the rest is', async () => {
    const { paymentId } = await buy(books.stripe, {
      amount: 2900,
      interval: 'month',
      code: 'AHMET5',
      fee: 355,
    })
    await books.stripe.refunds.create({ payment_intent: paymentId, amount: 1000 })
    await deliverAll(books)
    const [half] = await books.db.select().from(commissions)
    expect(half).toMatchObject({ commissionMinor: 480n, reversedMinor: 174n, remainingMinor: 306n })
    await books.stripe.refunds.create({ payment_intent: paymentId })
    await deliverAll(books)
    const [nothing] = await books.db.select().from(commissions)
    expect(nothing).toMatchObject({ reversedMinor: 480n, remainingMinor: 0n })
  })

  it('earns again at each renewal, though no discount is in the payload', async () => {
    await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5' })
    await deliverAll(books)
    await books.sandbox.advance(62 * 86_400)
    await deliverAll(books)
    const rows = await books.db.select().from(commissions)
    expect(rows.map((row) => [row.status, row.affiliateId])).toEqual(Array(3).fill(['settled', books.ahmet]))
  })

  it('earns on a one-off Checkout of a guest, without an invoice', async () => {
    const { paymentId, customerId } = await buy(books.stripe, { amount: 10000, code: 'AHMET5' })
    await deliverAll(books)
    expect(customerId).toBeNull()
    const [commission] = await books.db.select().from(commissions)
    expect(commission).toMatchObject({
      paymentId,
      invoiceId: null,
      customerId: null,
      status: 'settled',
      netMinor: 9194n,
    })
  })

  it('without a code earns nothing, and says so', async () => {
    await buy(books.stripe, { amount: 2900, interval: 'month' })
    await deliverAll(books)
    const [commission] = await books.db.select().from(commissions)
    expect(commission).toMatchObject({
      status: 'unattributed',
      affiliateId: null,
      sentence: 'The customer belongs to no affiliate.',
    })
  })
})

describe('deliveries', () => {
  it('twice, ten times, backwards: one effect', async () => {
    const { paymentId } = await buy(books.stripe, { amount: 29000, interval: 'year', code: 'AHMET5' })
    await books.stripe.refunds.create({ payment_intent: paymentId, amount: 18367 })
    const events = books.sandbox.events()
    await deliver(books, events)
    await drain(books.db, books.stripe, 30_000)
    const once = await digestOf(books.db)
    expect(await deliver(books, events)).toEqual(events.map(() => 'duplicate'))
    await drain(books.db, books.stripe, 30_000)
    expect(await digestOf(books.db)).toBe(once)

    const backwards = await openBooks()
    try {
      await buy(backwards.stripe, { amount: 29000, interval: 'year', code: 'AHMET5' })
      await backwards.stripe.refunds.create({ payment_intent: paymentId, amount: 18367 })
      for (const event of backwards.sandbox.events().toReversed()) {
        await deliver(backwards, [event])
        await drain(backwards.db, backwards.stripe, 30_000)
      }
      const lines = await linesOf(backwards.db, paymentId)
      const total = lines.reduce(
        (sum, line) => sum + (line.credit === 'earned' ? 1n : -1n) * line.amountMinor,
        0n,
      )
      expect(total).toBe(5344n - 3563n)
    } finally {
      await backwards.close()
    }
  })

  it('that are recorded as ignored are never parsed further', async () => {
    const ignored = {
      object: 'event',
      id: 'evt_x',
      type: 'invoice.upcoming',
      created: 1,
      livemode: false,
      data: { object: {} },
    }
    expect(await deliver(books, [ignored, ignored])).toEqual(['ignored', 'duplicate'])
    const [work] = await books.db.select().from(inboxWork).where(eq(inboxWork.eventId, 'evt_x'))
    expect(work).toMatchObject({ state: 'done', outcome: 'ignored' })
  })

  it('with fields missing are quarantined with the reason, and harm nothing else', async () => {
    const { paymentId } = await buy(books.stripe, {
      amount: 2900,
      interval: 'month',
      code: 'AHMET5',
      fee: 355,
    })
    const poison = {
      object: 'event',
      id: 'evt_poison',
      type: 'invoice.paid',
      api_version: books.sandbox.events()[0]?.api_version,
      created: 1,
      livemode: false,
      data: { object: { id: 'in_poison', object: 'invoice', total: 'a lot' } },
    }
    await deliver(books, [poison])
    await deliverAll(books)
    const [work] = await books.db.select().from(inboxWork).where(eq(inboxWork.eventId, 'evt_poison'))
    expect(work).toMatchObject({ state: 'quarantined', outcome: 'quarantined' })
    expect(work?.sentence).toMatch(/not of Stripe's shape/)
    expect(await linesOf(books.db, paymentId)).toHaveLength(1)
  })
})
