import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commissions, inboxWork } from '@/db'
import { buy, deliverAll, openBooks, type Books } from '@/tests/support/books'
import { brokenInvariants } from '@/tests/support/payouts'

let books: Books
beforeEach(async () => {
  books = await openBooks('2026-01-31T10:00:00Z')
  await books.stripe.rawRequest('POST', '/v1/test_helpers/sandbox/settings', {
    fee: { percentBps: 0, fixedMinor: 290 },
  })
})
afterEach(async () => {
  const broken = await brokenInvariants(books.db)
  await books.close()
  expect(broken).toEqual([])
})

/** Settles all that happened. @returns of each commission its basis, what it is and what was taken back, the largest first */
async function earned() {
  await deliverAll(books)
  const rows = await books.db.select().from(commissions)
  return rows
    .map(({ basisId, commissionMinor, reversedMinor }) => [basisId, commissionMinor, reversedMinor] as const)
    .toSorted((a, b) => Number((b[1] ?? 0n) - (a[1] ?? 0n)))
}

async function openInvoice(customer: string, amount: number, code?: string): Promise<string> {
  const { stripe } = books
  const [promotion] = code === undefined ? [] : (await stripe.promotionCodes.list({ code })).data
  const { id } = await stripe.invoices.create({
    customer,
    currency: 'usd',
    collection_method: 'send_invoice',
    days_until_due: 30,
    auto_advance: false,
    ...(promotion && { discounts: [{ promotion_code: promotion.id }] }),
  })
  await stripe.invoiceItems.create({ customer, invoice: id, amount, currency: 'usd' })
  await stripe.invoices.finalizeInvoice(id)
  return id
}

async function pay(customer: string, amount: number): Promise<string> {
  const { id } = await books.stripe.paymentIntents.create({
    customer,
    amount,
    currency: 'usd',
    payment_method: 'pm_card_visa',
    confirm: true,
  })
  return id
}

describe('between payments and invoices', () => {
  it('one payment of two is shared by what it paid on each, and so is a refund of it', async () => {
    const { stripe } = books
    const { id: customer } = await stripe.customers.create({ email: 'somebody@example.com' })
    const first = await openInvoice(customer, 10_000, 'AHMET5')
    const second = await openInvoice(customer, 5000)
    const payment = await pay(customer, 14_500)
    for (const invoice of [first, second])
      await stripe.invoices.attachPayment(invoice, { payment_intent: payment })
    // (9500 − 190) × 20 % and (5000 − 100) × 20 %
    expect(await earned()).toEqual([
      [first, 1862n, 0n],
      [second, 980n, 0n],
    ])
    await stripe.refunds.create({ payment_intent: payment, amount: 7250 })
    expect(await earned()).toEqual([
      [first, 1862n, 931n],
      [second, 980n, 490n],
    ])
  })

  it('a refund of one of two on an invoice takes nothing from the other', async () => {
    const { stripe } = books
    const { id: customer } = await stripe.customers.create({ email: 'somebody@example.com' })
    const invoice = await openInvoice(customer, 10_000, 'AHMET5')
    const small = await pay(customer, 4000)
    await stripe.invoices.attachPayment(invoice, { payment_intent: small })
    await stripe.invoices.attachPayment(invoice, { payment_intent: await pay(customer, 5500) })
    await stripe.refunds.create({ payment_intent: small })
    expect(await earned()).toEqual([
      [invoice, 1042n, 0n],
      [invoice, 742n, 742n],
    ])
  })
})

describe('a customer deleted at Stripe', () => {
  it('leaves what they paid for up to then with their affiliate', async () => {
    const { customerId } = await buy(books.stripe, { amount: 29_000, interval: 'year', code: 'AHMET5' })
    await deliverAll(books)
    books.sandbox.advance(100 * 86_400)
    await books.stripe.customers.del(String(customerId))
    await deliverAll(books)
    const [row] = await books.db.select().from(commissions)
    // 5452 over twelve months, four of which had begun on 2026-05-11.
    expect(row).toMatchObject({ affiliateId: books.ahmet, commissionMinor: 5452n, remainingMinor: 1820n })
    expect((await books.db.select().from(inboxWork)).filter((work) => work.state !== 'done')).toEqual([])
  })
})

describe('a dispute', () => {
  it('counts while it is lost, or neither won nor given back, whatever Stripe calls it on the way', async () => {
    const ways: [type: 'chargeback' | 'inquiry', moves: string[], counts: boolean][] = [
      ['chargeback', [], true],
      ['chargeback', ['under_review'], true],
      ['chargeback', ['won'], false],
      ['chargeback', ['lost'], true],
      ['chargeback', ['lost', 'appeal_needs_response', 'appeal_under_review'], true],
      ['chargeback', ['lost', 'appeal_needs_response', 'appeal_under_review', 'won'], false],
      ['chargeback', ['funds_reinstated'], false],
      ['chargeback', ['funds_reinstated', 'lost'], true],
      ['chargeback', ['prevented'], false],
      ['inquiry', [], false],
      ['inquiry', ['warning_under_review', 'warning_closed'], false],
      ['inquiry', ['escalated'], true],
    ]
    const disputed = new Map<string, string>()
    for (const [type, moves, counts] of ways) {
      const { paymentId } = await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5' })
      const control = '/v1/test_helpers/sandbox/disputes'
      const of = { payment_intent: paymentId, type }
      const { id } = (await books.stripe.rawRequest('POST', control, of)) as { id: string }
      for (const to of moves) await books.stripe.rawRequest('POST', `${control}/${id}/move`, { to })
      disputed.set(paymentId, `${type} ${moves.join(' ')}: ${counts ? 'gone' : 'kept'}`)
    }
    await deliverAll(books)
    const rows = await books.db.select().from(commissions)
    const said = rows.map(({ paymentId, commissionMinor, remainingMinor }) => {
      const became = remainingMinor === 0n ? 'gone' : remainingMinor === commissionMinor ? 'kept' : 'neither'
      return disputed.get(paymentId)?.replace(/: .*/, `: ${became}`)
    })
    expect(said.toSorted()).toEqual([...disputed.values()].toSorted())
  })
})
