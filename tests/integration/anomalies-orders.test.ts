import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anomalySignals, connect } from '@/db'
import { loadSignals } from '@/lib/anomalies/signals'
import { drain } from '@/lib/intake/drain'
import { setTerms } from '@/lib/programme/set-terms'
import { buy, cardNumberOf, deliver, newAffiliate, openBooks, type Books } from '@/tests/support/books'
import { pictureOf, shuffled, wipe } from '@/tests/support/orders'

let books: Books
beforeAll(async () => {
  books = await openBooks()
})
afterAll(() => books.close())

/** All rules that look beyond one payment, each with its evidence. */
async function live(): Promise<void> {
  await newAffiliate(books.db, books.stripe, {
    handle: 'Leyla',
    displayName: 'Leyla Demir',
    email: 'leyla.demir@gmail.com',
  })
  await setTerms(
    { kind: 'system', job: 'test' },
    { values: { anomalies: { sudden_customers: { action: 'hold', threshold: 3 } } }, affiliateId: null },
    { db: books.db, now: new Date('2026-01-01T00:00:00Z') },
  )
  const card = cardNumberOf('leyla')
  const shared = cardNumberOf('shared')
  const own = { email: 'leyla.demir@gmail.com', card, name: 'Leyla Demir', postalCode: '34710' }
  const earning = { amount: 2900, interval: 'month', code: 'LEYLA5' } as const
  await buy(books.stripe, { amount: 900, buyer: { ...own } })
  await buy(books.stripe, { amount: 900, interval: 'month', buyer: own })
  await books.sandbox.advance(3_600)
  await buy(books.stripe, { ...earning, buyer: { email: 'a@one.io', card } })
  await buy(books.stripe, {
    ...earning,
    buyer: { email: 'b@two.io', name: 'Leyla Demir', postalCode: '34710' },
  })
  for (const who of ['c@three.io', 'd@four.io', 'e@five.io', 'f@six.io']) {
    await books.sandbox.advance(3_600)
    await buy(books.stripe, { ...earning, buyer: { email: who, card: shared } })
  }
  await buy(books.stripe, {
    ...earning,
    buyer: { email: 'g@seven.io', method: 'pm_card_createIssuerFraudRecord' },
  })
  const changed = await buy(books.stripe, { ...earning, buyer: { email: 'h@eight.io' } })
  await books.sandbox.advance(10 * 86_400)
  await books.stripe.customers.update(changed.customerId ?? '', { email: 'leyla.demir@googlemail.com' })
  await books.sandbox.advance(30 * 86_400)
}

async function settled(events: readonly object[]) {
  await deliver(books, events)
  await drain(books.db, books.stripe, 60_000)
  const ids = [...new Set((await books.db.select().from(anomalySignals)).map(({ paymentId }) => paymentId))]
  const signals = (await loadSignals(books.db, ids))
    .filter(({ stands }) => stands)
    .map(({ paymentId, rule, evidence }) => `${paymentId} ${rule} ${evidence}`)
  return { picture: await pictureOf(books.db), signals: signals.sort() }
}

describe('what the rules say, and the books with it', () => {
  it('is the same in whatever order the events come, a few at a time or all at once', async () => {
    await live()
    const events = books.sandbox.events()
    const once = await settled(events)
    const rules = new Set(once.signals.map((signal) => signal.split(' ')[1]))
    expect([...rules].sort()).toEqual([
      'early_fraud_warning',
      'own_card',
      'own_customer',
      'same_email',
      'same_payer',
      'shared_card',
      'sudden_customers',
    ])
    for (const order of [events.toReversed(), ...[1, 2, 3, 4].map((seed) => shuffled(events, seed))]) {
      await wipe(books.database)
      const half = Math.floor(order.length / 2)
      await settled(order.slice(0, half))
      expect(await settled(order.slice(half))).toEqual(once)
    }
    await wipe(books.database)
    const few = shuffled(events, 5)
    while (few.length > 0) await settled(few.splice(0, 5))
    expect(await settled([])).toEqual(once)
  }, 120_000)

  it('is the same where several workers settle at once', async () => {
    const once = await settled([])
    await wipe(books.database)
    await deliver(books, shuffled(books.sandbox.events(), 6))
    const other = connect(books.database.url, { max: 4 })
    await Promise.all([
      drain(books.db, books.stripe, 60_000),
      drain(other.db, books.stripe, 60_000),
      drain(other.db, books.stripe, 60_000),
    ])
    await other.close()
    expect(await settled([])).toEqual(once)
  })
})
