import { and, eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { affiliates, commissions } from '@/db'
import type { Actor } from '@/lib/actor'
import { exemptAffiliate } from '@/lib/anomalies/exempt-affiliate'
import { listExemptions } from '@/lib/anomalies/exemption-queries'
import { judgeCustomer } from '@/lib/anomalies/judge-customer'
import { judgePayment } from '@/lib/anomalies/judge-payment'
import { liftVerdict } from '@/lib/anomalies/lift-verdict'
import { listAnomalies } from '@/lib/anomalies/queries'
import { drain } from '@/lib/intake/drain'
import { verifyBooks } from '@/lib/ledger/verify'
import { setTerms } from '@/lib/programme/set-terms'
import {
  buy,
  cardNumberOf,
  deliverAll,
  linesOf,
  newAffiliate,
  openBooks,
  type Books,
  type Buyer,
} from '@/tests/support/books'

const admin: Actor = { kind: 'api_key', id: 'key_1', scope: 'admin' }
const card = cardNumberOf('leyla')
const own = { email: 'leyla.demir@gmail.com', card }

let books: Books
let leyla: string
beforeEach(async () => {
  books = await openBooks()
  leyla = await newAffiliate(books.db, books.stripe, {
    handle: 'Leyla',
    displayName: 'Leyla Demir',
    email: 'Leyla.Demir@googlemail.com',
  })
})
afterEach(() => books.close())

/** $29 less 5 %, fee 355: 480, unless somebody objects. */
async function monthly(buyer: Buyer): Promise<string> {
  const { paymentId } = await buy(books.stripe, {
    amount: 2900,
    interval: 'month',
    code: 'LEYLA5',
    fee: 355,
    buyer,
  })
  return paymentId
}

const settle = () => drain(books.db, books.stripe, 30_000)

async function commissionOf(paymentId: string) {
  const [row] = await books.db.select().from(commissions).where(eq(commissions.paymentId, paymentId))
  return row
}

async function signalsOf(paymentId: string) {
  const { anomalies } = await listAnomalies(admin, { limit: 100, paymentId }, books.db)
  return anomalies.map(({ rule, action, state }) => `${rule} ${action} ${state}`).sort()
}

/** Of a payment, by account and day: what there is in the end. */
async function balanceOf(paymentId: string): Promise<Record<string, bigint>> {
  const sums = new Map<string, bigint>()
  for (const line of await linesOf(books.db, paymentId)) {
    for (const [account, amount] of [
      [line.credit, line.amountMinor],
      [line.debit, -line.amountMinor],
    ] as const) {
      if (account === 'commission_expense') continue
      const key = `${account} ${line.earnedOn} ${line.payableOn}`
      sums.set(key, (sums.get(key) ?? 0n) + amount)
    }
  }
  return Object.fromEntries([...sums].filter(([, sum]) => sum !== 0n))
}

async function expectSoundBooks(): Promise<void> {
  const broken = (await verifyBooks(admin, { db: books.db })).filter((verdict) => !verdict.holds)
  expect(broken).toEqual([])
}

describe('an affiliate who buys with a code of their own', () => {
  it('under the same mailbox, written otherwise, earns nothing, and is told why', async () => {
    const paymentId = await monthly({ email: 'l.e.y.l.a.demir+shop@gmail.com' })
    await deliverAll(books)
    expect(await commissionOf(paymentId)).toMatchObject({
      status: 'void',
      commissionMinor: 480n,
      remainingMinor: 0n,
      sentence: expect.stringContaining('the buyer’s e-mail address is the affiliate’s own'),
    })
    expect(await balanceOf(paymentId)).toEqual({})
    expect(await signalsOf(paymentId)).toEqual(['own_customer void open', 'same_email void open'])
    const [affiliate] = await books.db.select().from(affiliates).where(eq(affiliates.id, leyla))
    const commission = await commissionOf(paymentId)
    expect(affiliate?.stripeCustomerId).toBe(commission?.customerId)
    await expectSoundBooks()
  })

  it('with a card that they had paid with as a customer earns nothing', async () => {
    await buy(books.stripe, { amount: 2900, interval: 'month', buyer: own })
    const paymentId = await monthly({ email: 'friend@blue-harbour.io', card })
    await deliverAll(books)
    expect(await commissionOf(paymentId)).toMatchObject({ status: 'void', remainingMinor: 0n })
    expect(await signalsOf(paymentId)).toEqual(['own_card void open'])
  })

  it('with a card that they pay with only later earns: a payment is judged as things stood', async () => {
    const paymentId = await monthly({ email: 'friend@blue-harbour.io', card })
    await books.sandbox.advance(86_400)
    await buy(books.stripe, { amount: 2900, interval: 'month', buyer: own })
    await deliverAll(books)
    expect(await commissionOf(paymentId)).toMatchObject({ status: 'settled', remainingMinor: 480n })
  })

  it('as an agency that buys for its clients is exempted, also for what was paid, until that ends', async () => {
    const paymentId = await monthly(own)
    await deliverAll(books)
    const exempting = { affiliateId: leyla, rule: null, reason: 'an agency' }
    await exemptAffiliate(admin, { ...exempting, exempt: true }, books.db)
    await settle()
    expect(await commissionOf(paymentId)).toMatchObject({ status: 'settled', remainingMinor: 480n })
    expect(await signalsOf(paymentId)).toEqual(['own_customer void exempt', 'same_email void exempt'])
    const standing = () => listExemptions(admin, leyla, books.db)
    expect(await standing()).toMatchObject([{ rule: null, reason: 'an agency' }])
    await exemptAffiliate(admin, { ...exempting, rule: 'own_card', exempt: true }, books.db)
    await exemptAffiliate(admin, { ...exempting, exempt: false }, books.db)
    expect(await standing()).toMatchObject([{ rule: 'own_card' }])
    await settle()
    expect(await commissionOf(paymentId)).toMatchObject({ status: 'settled', remainingMinor: 480n })
    await expectSoundBooks()
  })

  it('earns where the terms have the rules off', async () => {
    const off = { action: 'off', threshold: null } as const
    const anomalies = { same_email: off, own_customer: off }
    await setTerms(
      { kind: 'system', job: 'test' },
      { values: { anomalies }, affiliateId: null },
      { db: books.db, now: new Date('2026-01-01T00:00:00Z') },
    )
    const paymentId = await monthly(own)
    await deliverAll(books)
    expect(await commissionOf(paymentId)).toMatchObject({ status: 'settled' })
    expect(await signalsOf(paymentId)).toEqual([])
  })
})

describe('a void', () => {
  it('by a rule is on the day of the payment; cleared, the commission is back on its original days', async () => {
    const paymentId = await monthly(own)
    await deliverAll(books)
    await judgePayment(admin, { paymentId, decision: 'clear', reason: 'a gift to a client' }, books.db)
    await settle()
    expect(await commissionOf(paymentId)).toMatchObject({ status: 'settled', remainingMinor: 480n })
    expect(await balanceOf(paymentId)).toEqual({ 'earned 2026-01-31 2026-03-02': 480n })
    await liftVerdict(admin, { subject: { kind: 'payment', id: paymentId }, reason: 'no gift' }, books.db)
    await settle()
    expect(await commissionOf(paymentId)).toMatchObject({ status: 'void', remainingMinor: 0n })
    expect(await balanceOf(paymentId)).toEqual({})
    await expectSoundBooks()
  })

  it('by a person takes what was earned back on its day and the rest on its own days; lifted, all is as it was', async () => {
    const buyer = { email: 'zoe@blue-harbour.io' }
    const { paymentId } = await buy(books.stripe, {
      amount: 29000,
      interval: 'year',
      code: 'LEYLA5',
      fee: 829,
      buyer,
    })
    await books.sandbox.advance(100 * 86_400)
    await deliverAll(books)
    const before = await balanceOf(paymentId)
    expect(Object.values(before)).toHaveLength(12)
    await judgePayment(admin, { paymentId, decision: 'void', reason: 'bought for resale' }, books.db)
    await settle()
    const commission = await commissionOf(paymentId)
    expect(commission).toMatchObject({ status: 'void', commissionMinor: 5344n, remainingMinor: 0n })
    expect(commission?.sentence).toContain('by an administrator: bought for resale.')
    const today = new Date().toISOString().slice(0, 10)
    const after = await balanceOf(paymentId)
    const debts = Object.entries(after).filter(([, amount]) => amount < 0n)
    expect(debts.map(([key]) => key.split(' ')[1])).toContain(today)
    expect(Object.values(after).reduce((sum, amount) => sum + amount, 0n)).toBe(0n)
    expect(Object.keys(after).every((key) => (key.split(' ')[1] ?? '') <= today)).toBe(true)
    await liftVerdict(admin, { subject: { kind: 'payment', id: paymentId }, reason: 'it was not' }, books.db)
    await settle()
    expect(await balanceOf(paymentId)).toEqual(before)
    await expectSoundBooks()
  })

  it('of a customer reaches payments past and to come', async () => {
    const paymentId = await monthly({ email: 'zoe@blue-harbour.io' })
    await deliverAll(books)
    const customerId = (await commissionOf(paymentId))?.customerId ?? ''
    await judgeCustomer(admin, { customerId, decision: 'void', reason: 'their own firm' }, books.db)
    await books.sandbox.advance(31 * 86_400)
    await deliverAll(books)
    const rows = await books.db.select().from(commissions).where(eq(commissions.customerId, customerId))
    expect(rows.map(({ status, remainingMinor }) => [status, remainingMinor])).toEqual([
      ['void', 0n],
      ['void', 0n],
    ])
    await liftVerdict(admin, { subject: { kind: 'customer', id: customerId }, reason: 'not so' }, books.db)
    await settle()
    const lifted = await books.db
      .select()
      .from(commissions)
      .where(and(eq(commissions.customerId, customerId), eq(commissions.status, 'settled')))
    expect(lifted).toHaveLength(2)
    await expectSoundBooks()
  })
})

describe('a hold', () => {
  it('puts the lines on held with the same days, and a release returns them', async () => {
    const paymentId = await monthly({ email: 'x@mailinator.com' })
    await deliverAll(books)
    const held = await commissionOf(paymentId)
    expect(held).toMatchObject({ status: 'held', remainingMinor: 480n })
    expect(held?.sentence).toContain('Held: for review, the buyer’s e-mail address is a disposable one.')
    expect(await balanceOf(paymentId)).toEqual({ 'held 2026-01-31 2026-03-02': 480n })
    await expectSoundBooks()
    await judgePayment(admin, { paymentId, decision: 'clear', reason: 'known to us' }, books.db)
    await settle()
    expect(await balanceOf(paymentId)).toEqual({ 'earned 2026-01-31 2026-03-02': 480n })
    expect(await signalsOf(paymentId)).toEqual(['disposable_email hold clear'])
    await expectSoundBooks()
  })

  it('comes of a fraud warning, of the affiliate’s company, of one billing name, of three customers on a card', async () => {
    const firm = await newAffiliate(books.db, books.stripe, {
      handle: 'Firm',
      displayName: 'Firm',
      email: 'deals@lumen-works.io',
    })
    expect(firm).not.toBe(leyla)
    await buy(books.stripe, {
      amount: 900,
      interval: 'month',
      buyer: { ...own, name: 'Leyla Demir', postalCode: '34 710' },
    })
    const warned = await monthly({ email: 'a@one.io', method: 'pm_card_createIssuerFraudRecord' })
    const named = await monthly({ email: 'b@two.io', name: 'LEYLA DEMİR', postalCode: '34710' })
    const shared = cardNumberOf('shared')
    const three = [
      await monthly({ email: 'c@three.io', card: shared }),
      await monthly({ email: 'd@four.io', card: shared }),
      await monthly({ email: 'e@five.io', card: shared }),
    ]
    const { paymentId: colleague } = await buy(books.stripe, {
      amount: 2900,
      interval: 'month',
      code: 'FIRM5',
      buyer: { email: 'intern@lumen-works.io' },
    })
    await deliverAll(books)
    expect(await signalsOf(warned)).toEqual(['early_fraud_warning hold open'])
    expect(await signalsOf(named)).toEqual(['same_payer hold open'])
    expect(await signalsOf(colleague)).toEqual(['same_domain hold open'])
    const onCard = await Promise.all(three.map(signalsOf))
    expect(onCard.flat()).toEqual(['shared_card hold open'])
    const statuses = await Promise.all([warned, named, colleague, ...three].map(commissionOf))
    expect(statuses.map((row) => row?.status).sort()).toEqual([
      ...Array(4).fill('held'),
      'settled',
      'settled',
    ])
    await expectSoundBooks()
  })
})
