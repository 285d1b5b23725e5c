import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commissions, payments } from '@/db'
import { currency } from '@/lib/intake/facts/shapes'
import { drain } from '@/lib/intake/drain'
import { handledEventTypes } from '@/lib/intake/events'
import { verifyBooks } from '@/lib/ledger/verify'
import { listEvents } from '@/lib/intake/queries'
import type { SandboxEvent } from '@/lib/stripe-sandbox/index'
import { buy, deliver, linesOf, openBooks, type Books } from '@/tests/support/books'

const aMonth = { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 } as const

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

/** An object of Stripe's as JSON has it. */
type Fields = Record<string, unknown>
type Change = (object: Fields) => Fields

const handled = () => books.sandbox.events().filter((event) => handledEventTypes.has(event.type))

/** The events since, those of one type with another object. */
function tampered(since: number, type: string, change: Change): SandboxEvent[] {
  return handled()
    .slice(since)
    .map((event) => {
      if (event.type !== type) return event
      const object = change(event.data.object as unknown as Fields) // any object of Stripe's has fields
      return { ...event, data: { ...event.data, object } } as unknown as SandboxEvent // wrong on purpose
    })
}

/** Somebody else's purchase, and what came after it with something wrong, in one batch. */
async function settleTogether(act: () => Promise<unknown>, type: string, change: Change): Promise<string> {
  const { paymentId } = await buy(books.stripe, aMonth)
  const sound = handled()
  await act()
  await deliver(books, [...tampered(sound.length, type, change), ...sound])
  await drain(books.db, books.stripe, 30_000)
  const verdicts = await verifyBooks({ kind: 'system', job: 'test' }, { db: books.db })
  expect(verdicts.filter((verdict) => !verdict.holds)).toEqual([])
  const [others] = await books.db.select().from(commissions).where(eq(commissions.paymentId, paymentId))
  expect(others).toMatchObject({ status: 'settled', commissionMinor: 480n })
  return paymentId
}

/** As the console and the API show it. */
const quarantined = async () =>
  (await listEvents({ kind: 'system', job: 'test' }, { outcome: 'quarantined', limit: 10 }, books.db)).events

async function theOther(paymentId: string) {
  const rows = await books.db.select().from(commissions)
  const [other, ...more] = rows.filter((row) => row.paymentId !== paymentId)
  if (!other || more.length > 0) throw new Error('one other payment was to be settled')
  return other
}

const purchase = () => buy(books.stripe, aMonth)
const refunded = async () => {
  const { paymentId } = await purchase()
  await books.stripe.refunds.create({ payment_intent: paymentId, amount: 1000 })
}

/** An object with one field set, at a path such as `lines.data.0.amount`. */
function withField(object: Fields, path: string, value: unknown): Fields {
  const copy: Fields = structuredClone(object)
  const names = path.split('.')
  const last = names.pop() ?? ''
  const holder = names.reduce<Fields>((at, name) => at[name] as Fields, copy) // the path is of Stripe's shape
  if (value === undefined) delete holder[last]
  else holder[last] = value
  return copy
}

describe('an amount that is none is quarantined with the reason, and harms nothing else', () => {
  const wrong: [string, unknown][] = [
    ['negative', -2755],
    ['missing', undefined],
    ['null', null],
    ['a string', '2755'],
    ['a fraction', 27.55],
    ['beyond 2^53', 2 ** 53],
    ['beyond all numbers', 1e300],
  ]
  it.each(wrong)('%s, on a charge', async (_, value) => {
    await settleTogether(purchase, 'charge.updated', (charge) => withField(charge, 'amount', value))
    const [work, ...more] = await quarantined()
    expect(more).toEqual([])
    expect(work).toMatchObject({ outcome: 'quarantined', type: 'charge.updated', delayMs: null })
    expect(work?.sentence).toMatch(/^Its object is not of Stripe's shape: amount: /)
  })

  it.each(wrong)('%s, on a refund', async (_, value) => {
    const paymentId = await settleTogether(refunded, 'refund.created', (refund) =>
      withField(refund, 'amount', value),
    )
    expect(await quarantined()).toMatchObject([
      { sentence: expect.stringMatching(/not of Stripe's shape: amount: /) },
    ])
    expect(await theOther(paymentId)).toMatchObject({ status: 'settled', commissionMinor: 480n })
  })

  it.each(wrong.filter(([name]) => name !== 'negative'))('%s, on a line of an invoice', async (_, value) => {
    await settleTogether(purchase, 'invoice.paid', (invoice) =>
      withField(invoice, 'lines.data.0.amount', value),
    )
    expect(await quarantined()).toMatchObject([
      { sentence: expect.stringMatching(/not of Stripe's shape: lines\.data\.0\.amount: /) },
    ])
  })
})

describe('a currency', () => {
  it.each(['dollars', '', 'USD', '$$$'])(
    'that is no code (%s) is quarantined with the reason',
    async (code) => {
      await settleTogether(purchase, 'charge.updated', (charge) => withField(charge, 'currency', code))
      expect(await quarantined()).toMatchObject([
        { sentence: "Its object is not of Stripe's shape: currency: is no currency code." },
      ])
    },
  )

  it('that does not exist is quarantined with the reason', async () => {
    await settleTogether(purchase, 'charge.updated', (charge) => withField(charge, 'currency', 'zzz'))
    expect(await quarantined()).toMatchObject([
      { sentence: "Its object is not of Stripe's shape: currency: is no currency that there is." },
    ])
  })

  it('is known, each that Stripe has, also where Node is older', () => {
    const some = 'usd eur jpy kwd ugx huf twd xcg sle mru stn ves vnd xaf xof xpf cdf bam all'.split(' ')
    expect(some.filter((code) => !currency.safeParse(code).success)).toEqual([])
  })
})

describe('a period', () => {
  const start = Date.parse('2026-02-28T10:00:00Z') / 1000

  /** A renewal whose invoice is for this period: no discount of it is new, so Stripe is not asked for the invoice. */
  async function renewWithPeriod(length: number) {
    const { paymentId } = await purchase()
    await deliver(books, handled())
    await drain(books.db, books.stripe, 30_000)
    const before = handled().length
    books.sandbox.advance(31 * 86_400)
    const period = { start, end: start + length }
    const change: Change = (invoice) => withField(invoice, 'lines.data.0.period', period)
    await deliver(books, tampered(before, 'invoice.paid', change))
    await drain(books.db, books.stripe, 30_000)
    const verdicts = await verifyBooks({ kind: 'system', job: 'test' }, { db: books.db })
    expect(verdicts.filter((verdict) => !verdict.holds)).toEqual([])
    return linesOf(books.db, (await theOther(paymentId)).paymentId)
  }

  it('that ends before it starts is one month, its first', async () => {
    const lines = await renewWithPeriod(-86_400 * 400)
    expect(lines).toMatchObject([{ earnedOn: '2026-02-28', amountMinor: 480n }])
  })

  it('of 80 years is spread over all of them, to the unit', async () => {
    const lines = await renewWithPeriod(80 * 365.25 * 86_400)
    expect(lines).toHaveLength(480)
    expect(lines.every((line) => line.amountMinor === 1n)).toBe(true)
    expect(
      lines
        .map((line) => line.earnedOn)
        .toSorted()
        .at(-1),
    ).toBe('2066-01-28')
  })

  it('beyond the year 2200 is no period', async () => {
    expect(await renewWithPeriod(300 * 365.25 * 86_400)).toEqual([])
    expect(await quarantined()).toMatchObject([
      { sentence: expect.stringMatching(/lines\.data\.0\.period\.end: /) },
    ])
  })
})

describe('money that goes back', () => {
  it('by a refund larger than its payment takes what there is, and no more', async () => {
    const paymentId = await settleTogether(refunded, 'refund.created', (refund) =>
      withField(refund, 'amount', 99_999_999),
    )
    expect(await theOther(paymentId)).toMatchObject({
      commissionMinor: 480n,
      reversedMinor: 480n,
      remainingMinor: 0n,
    })
  })

  it.each([
    ['an empty list', []],
    ['null', null],
    ['nothing', undefined],
  ])('by a dispute with %s of balance transactions moves nothing until one is known', async (_, list) => {
    const disputed = async () => {
      const { paymentId } = await purchase()
      await books.stripe.rawRequest('POST', '/v1/test_helpers/sandbox/disputes', {
        payment_intent: paymentId,
      })
    }
    const { paymentId } = await buy(books.stripe, aMonth)
    const sound = handled()
    await disputed()
    const told = handled().slice(sound.length)
    const bare = told.map((event) =>
      event.type.startsWith('charge.dispute')
        ? ({
            ...event,
            data: { object: withField(event.data.object as unknown as Fields, 'balance_transactions', list) },
          } as unknown as SandboxEvent) // without what it always has
        : event,
    )
    await deliver(books, [...bare, ...sound])
    await drain(books.db, books.stripe, 30_000)
    expect(await quarantined()).toEqual([])
    expect(await theOther(paymentId)).toMatchObject({ commissionMinor: 480n, reversedMinor: 0n })
    const again = told.filter((event) => event.type.startsWith('charge.dispute'))
    await deliver(
      books,
      again.map((event) => ({ ...event, id: `${event.id}again` })),
    )
    await drain(books.db, books.stripe, 30_000)
    expect(await theOther(paymentId)).toMatchObject({ reversedMinor: 480n })
  })
})

describe('metadata', () => {
  // https://docs.stripe.com/metadata: 50 keys of up to 40 characters, values of up to 500.
  const full = (named: Fields): Fields => ({
    ...Object.fromEntries(
      Array.from({ length: 49 }, (_, at) => [`key_${at}_${'k'.repeat(30)}`, '\u0301é"\\'.repeat(100)]),
    ),
    ...named,
  })

  it('of 50 keys is read for the one that names an affiliate', async () => {
    const metadata = full({ affiliate_id: books.ahmet })
    const { code: _, ...withoutCode } = aMonth
    const bought = () => buy(books.stripe, withoutCode)
    const paymentId = await settleTogether(bought, 'customer.subscription.created', (subscription) => ({
      ...subscription,
      metadata,
    }))
    expect(await quarantined()).toEqual([])
    expect(await theOther(paymentId)).toMatchObject({ affiliateId: books.ahmet, matchedBy: 'metadata' })
  })

  it('whose values are no text is quarantined with the reason', async () => {
    await settleTogether(purchase, 'customer.subscription.created', (subscription) => ({
      ...subscription,
      metadata: full({ affiliate_id: { of: 'somebody' } }),
    }))
    expect(await quarantined()).toMatchObject([
      { sentence: expect.stringMatching(/not of Stripe's shape: metadata\.affiliate_id: /) },
    ])
    expect(await books.db.$count(payments)).toBe(2)
  })
})
