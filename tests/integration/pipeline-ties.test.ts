import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commissions } from '@/db'
import { drain } from '@/lib/intake/drain'
import type { SandboxEvent } from '@/lib/stripe-sandbox/index'
import { buy, deliver, openBooks, type Books } from '@/tests/support/books'

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

async function reversedAfter(events: readonly SandboxEvent[]): Promise<bigint | undefined> {
  await deliver(books, events)
  await drain(books.db, books.stripe, 30_000)
  const [row] = await books.db.select().from(commissions)
  return row?.reversedMinor
}

const move = (what: string, to: string) =>
  books.stripe.rawRequest('POST', `/v1/test_helpers/sandbox/${what}/move`, { to })

describe('of two sights from one second Stripe is asked which is the later:', () => {
  for (const order of ['as they happened', 'backwards'] as const) {
    const inOrder = (events: SandboxEvent[]) => (order === 'backwards' ? events.toReversed() : events)

    it(`a refund that failed and then succeeded counts, told ${order}`, async () => {
      const { paymentId } = await buy(books.stripe, {
        amount: 2900,
        interval: 'month',
        code: 'AHMET5',
        fee: 355,
      })
      await reversedAfter(books.sandbox.events())
      const { id } = await books.stripe.refunds.create({ payment_intent: paymentId })
      await move(`refunds/${id}`, 'failed')
      await move(`refunds/${id}`, 'succeeded')
      expect(await reversedAfter(inOrder(books.sandbox.events()))).toBe(480n)
    })

    it(`a dispute that was lost and then won does not count, told ${order}`, async () => {
      const { paymentId } = await buy(books.stripe, {
        amount: 2900,
        interval: 'month',
        code: 'AHMET5',
        fee: 355,
      })
      await reversedAfter(books.sandbox.events())
      await books.stripe.rawRequest('POST', '/v1/test_helpers/sandbox/disputes', {
        payment_intent: paymentId,
      })
      const id = books.sandbox.all('dispute')[0]?.id ?? ''
      await move(`disputes/${id}`, 'won')
      await move(`disputes/${id}`, 'lost')
      await move(`disputes/${id}`, 'won')
      expect(await reversedAfter(inOrder(books.sandbox.events()))).toBe(0n)
    })
  }

  it('told one after the other, too', async () => {
    const { paymentId } = await buy(books.stripe, {
      amount: 2900,
      interval: 'month',
      code: 'AHMET5',
      fee: 355,
    })
    await reversedAfter(books.sandbox.events())
    const { id } = await books.stripe.refunds.create({ payment_intent: paymentId })
    expect(await reversedAfter(books.sandbox.events())).toBe(480n)
    await move(`refunds/${id}`, 'failed')
    expect(await reversedAfter(books.sandbox.events())).toBe(0n)
    await move(`refunds/${id}`, 'succeeded')
    expect(await reversedAfter(books.sandbox.events())).toBe(480n)
  })
})
