import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { connect } from '@/db'
import { drain } from '@/lib/intake/drain'
import { findLastSweep, listFindings } from '@/lib/intake/reconcile/queries'
import { buy, deliver, openBooks, type Books } from '@/tests/support/books'
import { handled, sweep, system } from '@/tests/support/programme-life'

// Months of a programme's life on a machine that may be busy.
vi.setConfig({ testTimeout: 300_000 })

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

const settle = () => drain(books.db, books.stripe, 60_000)

/** All that happened so far comes in; what happens from now on does not. */
async function upToHere(): Promise<void> {
  await deliver(books, handled(books))
  await settle()
}

async function report() {
  const last = await findLastSweep(system, books.db)
  if (!last) throw new Error('There was no sweep.')
  const { findings } = await listFindings(system, { sweepId: last.id, limit: 100 }, books.db)
  return {
    ...last,
    findings: findings.map(({ kind, objectId, verdict, sentence }) => ({
      kind,
      objectId,
      verdict,
      sentence,
    })),
  }
}

async function remaining(paymentId: string): Promise<string | undefined> {
  const [row] = await books.db.execute<{ remaining: string }>(
    sql`select remaining_minor as remaining from commissions where payment_id = ${paymentId}`,
  )
  return row?.remaining
}

/** Only what the books know to be open is left to be seen: nothing was made since. */
const onlyOpen = { since: new Date('2030-01-01T00:00:00Z') }

describe('what no balance transaction of its time shows', () => {
  it('a pending refund that failed is given back to the affiliate', async () => {
    const { paymentId } = await buy(books.stripe, {
      amount: 2900,
      interval: 'month',
      code: 'AHMET5',
      fee: 355,
    })
    const refund = await books.stripe.refunds.create({
      payment_intent: paymentId,
      metadata: { sandbox_status: 'pending' },
    })
    await upToHere()
    expect(await remaining(paymentId)).toBe('0')
    await books.stripe.rawRequest('POST', `/v1/test_helpers/sandbox/refunds/${refund.id}/move`, {
      to: 'failed',
    })
    await sweep(books, onlyOpen)
    expect(await remaining(paymentId)).toBe('480')
    expect(await report()).toMatchObject({
      findings: [{ kind: 'refund', objectId: refund.id, verdict: 'healed' }],
      leakage: [{ affiliateId: books.ahmet, currency: 'usd', missedMinor: 480n, overpaidMinor: 0n }],
    })
  })

  it('an open dispute that was won gives back what it took', async () => {
    const { paymentId } = await buy(books.stripe, {
      amount: 2900,
      interval: 'month',
      code: 'AHMET5',
      fee: 355,
    })
    const dispute = (await books.stripe.rawRequest('POST', '/v1/test_helpers/sandbox/disputes', {
      payment_intent: paymentId,
    })) as { id: string }
    await upToHere()
    expect(await remaining(paymentId)).toBe('0')
    await books.stripe.rawRequest('POST', `/v1/test_helpers/sandbox/disputes/${dispute.id}/move`, {
      to: 'won',
    })
    await sweep(books, onlyOpen)
    expect(await remaining(paymentId)).toBe('480')
  })

  it('a running subscription that was cancelled stops its instalments', async () => {
    const { paymentId, session } = await buy(books.stripe, {
      amount: 29000,
      interval: 'year',
      code: 'AHMET5',
    })
    await upToHere()
    const before = await remaining(paymentId)
    await books.stripe.subscriptions.cancel(String(session.subscription))
    await sweep(books, onlyOpen)
    expect(Number(await remaining(paymentId))).toBeLessThan(Number(before))
    const { leakage } = await report()
    expect(leakage).toMatchObject([{ missedMinor: 0n }])
    expect(leakage[0]?.overpaidMinor).toBe(BigInt(Number(before) - Number(await remaining(paymentId))))
  })

  it('an affiliate’s coupon that was deleted is missed among the coupons', async () => {
    await upToHere()
    const [code] = await books.db.execute<{ coupon: string }>(
      sql`select stripe_coupon_id as coupon from codes`,
    )
    await books.stripe.coupons.del(code?.coupon ?? '')
    await sweep(books, onlyOpen)
    const [now] = await books.db.execute(sql`select status from codes`)
    expect(now).toEqual({ status: 'gone' })
  })

  it('a code that was switched off in Stripe is found so', async () => {
    await upToHere()
    const [code] = await books.db.execute<{ id: string }>(
      sql`select stripe_promotion_code_id as id from codes`,
    )
    await books.stripe.promotionCodes.update(code?.id ?? '', { active: false })
    await sweep(books, onlyOpen)
    expect((await report()).findings).toMatchObject([
      { kind: 'promotion_code', sentence: 'The books had it otherwise: active.' },
    ])
  })

  it('an old invoice that is paid only now, of which no event came, earns', async () => {
    const customer = await books.stripe.customers.create({ email: 'late@example.com' })
    const [code] = await books.db.execute<{ id: string }>(
      sql`select stripe_promotion_code_id as id from codes`,
    )
    await books.stripe.invoiceItems.create({ customer: customer.id, amount: 10_000, currency: 'usd' })
    const draft = await books.stripe.invoices.create({
      customer: customer.id,
      collection_method: 'send_invoice',
      days_until_due: 30,
      discounts: [{ promotion_code: code?.id ?? '' }],
      pending_invoice_items_behavior: 'include',
    })
    await books.stripe.invoices.finalizeInvoice(draft.id)
    await upToHere()
    books.sandbox.advance(20 * 86_400)
    const method = await books.stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id })
    await books.stripe.invoices.pay(draft.id, { payment_method: method.id })
    books.sandbox.advance(3_600)
    const [charge] = (await books.stripe.charges.list({ limit: 1 })).data
    const since = new Date(((charge?.created ?? 0) - 86_400) * 1000)
    // Only its money shows: what it paid for was made before, and the events are gone by now.
    await sweep(books, { since })
    expect(Number(await remaining(String(charge?.payment_intent)))).toBeGreaterThan(1000)
  })
})

it('what lives on a test clock is listed with its clock, not read one by one', async () => {
  for (let n = 0; n < 2; n += 1) {
    const clock = await books.stripe.testHelpers.testClocks.create({ frozen_time: 1_769_853_600 })
    for (let of = 0; of < 3; of += 1) {
      const customer = await books.stripe.customers.create({ test_clock: clock.id })
      const method = await books.stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id })
      await books.stripe.subscriptions.create({
        customer: customer.id,
        default_payment_method: method.id,
        items: [{ price_data: await aPlan() }],
      })
    }
  }
  await upToHere()
  await sweep(books)
  const { counts, findings, calls } = await report()
  expect(findings).toEqual([])
  expect(counts.find(({ kind }) => kind === 'subscription')?.seen).toBe(6)
  expect(counts.find(({ kind }) => kind === 'customer')?.seen).toBe(6)
  // Three lists by walk and clock; a dozen other walks.
  expect(calls).toBeLessThanOrEqual(30)
})

async function aPlan() {
  const product = await books.stripe.products.create({ name: 'Pro' })
  return {
    currency: 'usd',
    unit_amount: 2900,
    product: product.id,
    recurring: { interval: 'month' as const },
  }
}

describe('an object that cannot be taken in', () => {
  it('is unexplained with a sentence, and the page around it is healed', async () => {
    const sold = [await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 })]
    sold.push(await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 }))
    const [first, second] = sold.map(({ paymentId }) => paymentId)
    await breakPayment(first ?? '')
    await sweep(books)
    expect(await remaining(second ?? '')).toBe('480')
    const { findings } = await report()
    expect(findings).toContainEqual(
      expect.objectContaining({ verdict: 'unexplained', sentence: expect.stringContaining('a fault') }),
    )
  })
})

/** The database refuses the lines of one payment. */
async function breakPayment(paymentId: string): Promise<void> {
  const superuser = connect(books.database.superuserUrl, { max: 1 })
  await superuser.db.execute(
    sql.raw(`create function break_it() returns trigger language plpgsql as $$ begin raise exception 'a fault'; end $$;
      create trigger a_fault before insert on facts for each row when (new.payment_id = '${paymentId}')
      execute function break_it()`),
  )
  await superuser.close()
}
