import { eq, sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  balanceDays,
  commissions,
  connect,
  customers,
  evidence,
  facts,
  inboxWork,
  settlementQueue,
} from '@/db'
import type { Connection, Database, Transaction } from '@/db'
import { decideUnmatched } from '@/lib/attribution/decide-unmatched'
import { drain } from '@/lib/intake/drain'
import { handledEventTypes } from '@/lib/intake/events'
import { leaseEvents, postpone } from '@/lib/intake/lease'
import { lockCustomers, lockInvoices, lockPayments } from '@/lib/intake/locks'
import { settleQueued } from '@/lib/intake/settle-queue'
import { enqueueSettlement } from '@/lib/ledger/enqueue-settlement'
import { postDifference } from '@/lib/ledger/post'
import { violatedConstraint } from '@/lib/unique-violation'
import { holdOpen, meet, settleAndHold, somebodyWaits } from '@/tests/support/at-once'
import { buy, deliver, deliverAll, digestOf, openBooks, type Books } from '@/tests/support/books'

const admin = { kind: 'system', job: 'test' } as const
const aMonth = { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 } as const

let books: Books
let second: Connection
beforeEach(async () => {
  books = await openBooks()
  second = connect(books.database.url, { max: 2 })
})
afterEach(async () => {
  await second.close()
  await books.close()
})

const handled = () => books.sandbox.events().filter((event) => handledEventTypes.has(event.type))
const settle = () => drain(books.db, books.stripe, 30_000)

/** The only event of this type. */
function theEvent(type: string) {
  const [event, ...others] = handled().filter((each) => each.type === type)
  if (!event || others.length > 0) throw new Error(`${type} was to come once`)
  return event
}

async function deliverWithout(...types: string[]): Promise<void> {
  await deliver(
    books,
    handled().filter((event) => !types.includes(event.type)),
  )
  await settle()
}

async function onEarned(): Promise<bigint> {
  const days = await books.db.select().from(balanceDays).where(eq(balanceDays.account, 'earned'))
  return days.reduce((sum, day) => sum + day.amountMinor, 0n)
}

describe('the ledger', () => {
  it('takes the same correction of two writers at once from one of them, though neither holds a lock', async () => {
    const { paymentId } = await buy(books.stripe, aMonth)
    await deliverAll(books)
    expect(await onEarned()).toBe(480n)
    const takeBack = (db: Database) =>
      holdOpen(db, (tx) => postDifference(tx, [paymentId], [], new Date('2026-02-01T00:00:00Z')))
    const refused = await meet(books.db, takeBack(books.db), () => takeBack(second.db)).catch(
      violatedConstraint,
    )
    expect(refused).toBe('ledger_transfers_line_once')
    expect(await onEarned()).toBe(0n)
  })

  it('adds payments of one day up in its roll-up', async () => {
    for (let n = 0; n < 3; n++) {
      await buy(books.stripe, aMonth)
      await deliverAll(books)
    }
    expect(await books.db.select().from(balanceDays)).toMatchObject([{ amountMinor: 1440n }])
  })
})

// The rows that are locked are there before and are not written to: an insert would wait for those of itself.
describe('two settlements at once', () => {
  it('of a guest’s payment, its charge and its second refund, lose nothing of each other', async () => {
    const { paymentId } = await buy(books.stripe, { amount: 10_000, code: 'AHMET5' })
    for (let n = 0; n < 2; n++) await books.stripe.refunds.create({ payment_intent: paymentId, amount: 1000 })
    const [one, other] = handled().filter((event) => event.type === 'refund.created')
    if (!one || !other) throw new Error('two refunds were to be told')
    await deliver(books, [one])
    await deliverWithout('charge.succeeded', 'charge.updated', 'refund.created', 'refund.updated')
    const first = await settleAndHold(books, books.db, other)
    await meet(books.db, first, () => settleAndHold(books, second.db, theEvent('charge.updated')))
    const met = await digestOf(books.db)
    await deliverAll(books)
    expect(met).not.toBe('')
    expect(met).toBe(await digestOf(books.db))
  })

  it('of a customer’s first sign and of what they paid again lose nothing of each other', async () => {
    const { stripe } = books
    const customer = await stripe.customers.create({ metadata: { affiliate_id: books.ahmet } })
    const price = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 2900,
      recurring: { interval: 'month' },
      product_data: { name: 'Pro' },
    })
    await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      default_payment_method: 'pm_card_visa',
    })
    await deliverWithout('customer.created', 'customer.updated')
    const before = handled().length
    books.sandbox.advance(31 * 86_400)
    const renewal = handled().slice(before)
    const paid = renewal.find((event) => event.type === 'invoice_payment.paid')
    if (!paid) throw new Error('a renewal was to be paid')
    await deliver(
      books,
      renewal.filter((event) => event.type === 'invoice.paid'),
    )
    await settle()
    const first = await settleAndHold(books, books.db, paid)
    await meet(books.db, first, () => settleAndHold(books, second.db, theEvent('customer.created')))
    const rows = await books.db.select({ affiliateId: commissions.affiliateId }).from(commissions)
    expect(rows).toEqual([{ affiliateId: books.ahmet }, { affiliateId: books.ahmet }])
  })

  it('of an invoice and of its payment find each other', async () => {
    await buy(books.stripe, aMonth)
    await deliverWithout('invoice.paid', 'invoice_payment.paid', 'charge.succeeded', 'charge.updated')
    const first = await settleAndHold(books, books.db, theEvent('invoice_payment.paid'))
    await meet(books.db, first, () => settleAndHold(books, second.db, theEvent('invoice.paid')))
    const rows = await books.db.select().from(commissions)
    expect(rows).toMatchObject([{ affiliateId: books.ahmet, status: 'awaiting_fee' }])
  })
})

describe('locks', () => {
  it.each([
    ['invoices', lockInvoices],
    ['customers', (tx: Transaction, ids: string[]) => lockCustomers(tx, ids, new Date())],
    ['payments', lockPayments],
  ] as const)('on %s are taken by their ids: who waits for one holds none after it', async (table, lock) => {
    // In this order in the table, which is the order in which they would be found.
    for (const id of ['b', 'a']) await books.db.transaction((tx) => lock(tx, [id]))
    const first = holdOpen(books.db, (tx) => lock(tx, ['a']))
    await first.reached
    const other = holdOpen(second.db, (tx) => lock(tx, ['b', 'a']))
    await somebodyWaits(books.db, other.reached)
    const free = await books.db.execute(
      sql`select id from ${sql.identifier(table)} where id = 'b' for update skip locked`,
    )
    first.letGo()
    other.letGo()
    await Promise.all([first.committed, other.committed])
    expect([...free]).toEqual([{ id: 'b' }])
  })
})

describe('a decision', () => {
  it('waits for what is being settled, and leaves nobody out', async () => {
    const coupon = await books.stripe.coupons.create({ percent_off: 10, duration: 'forever' })
    const { id } = await books.stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon: coupon.id },
      code: 'SUMMER',
    })
    await buy(books.stripe, { ...aMonth, code: 'SUMMER' })
    await deliverWithout('invoice.paid', 'customer.subscription.created', 'checkout.session.completed')
    const given = { kind: 'affiliate', affiliateId: books.ahmet, reason: 'his' } as const
    const first = await settleAndHold(books, books.db, theEvent('invoice.paid'))
    await first.reached
    const decided = decideUnmatched(admin, { promotionCodeId: id }, given, second.db)
    await somebodyWaits(books.db, decided)
    first.letGo()
    await Promise.all([first.committed, decided])
    await settleQueued(books.db, 10)
    expect(await books.db.select().from(customers)).toMatchObject([{ affiliateId: books.ahmet }])
    expect(await onEarned()).toBeGreaterThan(0n)
  })

  it('made anew while its customer is being settled is settled anew', async () => {
    const { customerId } = await buy(books.stripe, aMonth)
    await deliverAll(books)
    const again = { subjectId: String(customerId), kind: 'customer', reason: 'decided' } as const
    await enqueueSettlement(books.db, [again])
    const lock = holdOpen(second.db, (tx) => tx.select().from(customers).for('update'))
    await lock.reached
    const settling = settleQueued(books.db, 10)
    await somebodyWaits(books.db, settling)
    await enqueueSettlement(books.db, [{ ...again, reason: 'decided otherwise' }])
    lock.letGo()
    await Promise.all([lock.committed, settling])
    expect(await books.db.select().from(settlementQueue)).toMatchObject([{ reason: 'decided otherwise' }])
  })
})

describe('what is seen again', () => {
  it('in another event is the same observation', async () => {
    await buy(books.stripe, aMonth)
    await deliverAll(books)
    const observations = () => books.db.$count(facts)
    const seen = await observations()
    await deliver(
      books,
      handled().map((event) => ({ ...event, id: `${event.id}again` })),
    )
    await settle()
    expect(await observations()).toBe(seen)
  })

  it('at each renewal is the same sign of a code', async () => {
    await buy(books.stripe, aMonth)
    for (let month = 0; month < 3; month++) {
      books.sandbox.advance(31 * 86_400)
      await deliverAll(books)
    }
    const signs = await books.db.select({ kind: evidence.kind }).from(evidence)
    expect(signs.map(({ kind }) => kind).sort()).toEqual([
      'invoice_discount',
      'session_discount',
      'subscription_discount',
    ])
  })
})

describe('a lease', () => {
  beforeEach(async () => {
    await buy(books.stripe, aMonth)
    await deliver(books, handled())
  })

  it('is one worker’s, though two ask at once', async () => {
    let taken = 0
    const first = holdOpen(books.db, async (tx) => {
      // A transaction runs what a database runs; only its own transactions are nested.
      const leased = await leaseEvents(tx as unknown as Database, { worker: 'one', limit: 200 })
      taken = leased.length
    })
    await first.reached
    const other = leaseEvents(second.db, { worker: 'two', limit: 200 })
    await somebodyWaits(books.db, other)
    first.letGo()
    await first.committed
    expect(taken).toBe(handled().length)
    expect(await other).toEqual([])
  })

  it('that another has taken over is not given back by the first', async () => {
    const [event] = await leaseEvents(books.db, { worker: 'one', limit: 200 })
    await books.db.update(inboxWork).set({ leasedUntil: sql`clock_timestamp() - interval '1 second'` })
    await leaseEvents(books.db, { worker: 'two', limit: 200 })
    if (!event) throw new Error('nothing was due')
    await postpone(books.db, 'one', event, { sentence: 'It failed.', final: false })
    const [work] = await books.db.select().from(inboxWork).where(eq(inboxWork.eventId, event.id))
    expect(work).toMatchObject({ state: 'leased', leasedBy: 'two', sentence: null })
  })

  it('is never given on what is done', async () => {
    await settle()
    expect(await leaseEvents(books.db, { worker: 'one', limit: 200 })).toEqual([])
  })

  it('is given to a second only when the first one’s is over', async () => {
    await leaseEvents(books.db, { worker: 'one', limit: 200 })
    expect(await leaseEvents(books.db, { worker: 'two', limit: 200 })).toEqual([])
  })
})
