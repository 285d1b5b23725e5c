import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commissions } from '@/db'
import { drain } from '@/lib/intake/drain'
import { buy, deliver, digestOf, openBooks, type Books } from '@/tests/support/books'
import { wipe } from '@/tests/support/orders'

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

const versions = [
  '2024-06-20',
  '2024-12-18.acacia',
  '2025-02-24.acacia',
  '2025-10-29.clover',
  '2026-03-25.dahlia',
  '2027-01-27.newer',
]

async function settled(version?: string): Promise<{ digest: string; answers: unknown[] }> {
  await deliver(books, books.sandbox.events(version))
  await drain(books.db, books.stripe, 30_000)
  const rows = await books.db.select().from(commissions).orderBy(commissions.paymentId)
  const answers = rows.map(({ paymentId, status, commissionMinor, reversedMinor }) => {
    return { paymentId, status, commissionMinor, reversedMinor }
  })
  return { digest: await digestOf(books.db), answers }
}

describe('events in another API version', () => {
  it('come to the same ledger: their objects are read again from Stripe', async () => {
    const { paymentId } = await buy(books.stripe, {
      amount: 2900,
      interval: 'month',
      code: 'AHMET5',
      fee: 355,
    })
    await buy(books.stripe, { amount: 5000, code: 'AHMET5' })
    await books.sandbox.advance(40 * 86_400)
    await books.stripe.refunds.create({ payment_intent: paymentId, amount: 1000 })
    const ours = await settled()
    expect(ours.answers).toHaveLength(3)
    expect(ours.answers).toContainEqual({
      paymentId,
      status: 'settled',
      commissionMinor: 480n,
      reversedMinor: 174n,
    })
    for (const version of versions) {
      await wipe(books.database)
      expect(await settled(version), version).toEqual(ours)
    }
  }, 120_000)
})
