import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auditEntries, commissions, exemptions, settlementQueue, verdicts } from '@/db'
import type { Actor } from '@/lib/actor'
import { exemptAffiliate } from '@/lib/anomalies/exempt-affiliate'
import { judgeCustomer } from '@/lib/anomalies/judge-customer'
import { judgePayment } from '@/lib/anomalies/judge-payment'
import { judgePayments } from '@/lib/anomalies/judge-payments'
import { liftVerdict } from '@/lib/anomalies/lift-verdict'
import { listCommissions } from '@/lib/commissions/queries'
import { drain } from '@/lib/intake/drain'
import { buy, deliverAll, openBooks, type Books } from '@/tests/support/books'
import { refuseAudit } from '@/tests/support/failing-audit'

const admin: Actor = { kind: 'api_key', id: 'key_1', scope: 'admin' }
const reader: Actor = { kind: 'api_key', id: 'key_2', scope: 'read' }
const finance: Actor = {
  kind: 'person',
  userId: 'u',
  email: 'f@example.com',
  administrator: { id: 'adm_f', role: 'finance' },
  affiliateId: null,
}

let books: Books
let paymentId: string
let customerId: string
beforeEach(async () => {
  books = await openBooks()
  const bought = await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 })
  paymentId = bought.paymentId
  customerId = bought.customerId ?? ''
  await deliverAll(books)
})
afterEach(() => books.close())

const reason = 'said so on the phone'
const payment = { kind: 'payment', id: '' } as const

/** Each word with how it is given, and a word that has to stand before it. */
const words = [
  {
    name: 'a verdict on a payment',
    give: (actor: Actor) => judgePayment(actor, { paymentId, decision: 'void', reason }, books.db),
    rows: () => books.db.select().from(verdicts),
    action: 'payment.judge',
  },
  {
    name: 'a verdict on a customer',
    give: (actor: Actor) => judgeCustomer(actor, { customerId, decision: 'hold', reason }, books.db),
    rows: () => books.db.select().from(verdicts),
    action: 'customer.judge',
  },
  {
    name: 'one word on several payments',
    give: (actor: Actor) =>
      judgePayments(actor, { payments: [{ paymentId }], decision: 'hold', reason }, books.db),
    rows: () => books.db.select().from(verdicts),
    action: 'payment.judge',
  },
  {
    name: 'an exemption',
    give: (actor: Actor) =>
      exemptAffiliate(actor, { affiliateId: books.ahmet, rule: 'own_card', exempt: true, reason }, books.db),
    rows: () => books.db.select().from(exemptions),
    action: 'affiliate.exempt',
  },
]

describe.each(words)('$name', ({ give, rows, action }) => {
  it('given twice is one word', async () => {
    await give(admin)
    await give(admin)
    expect(await rows()).toHaveLength(1)
    const audit = await books.db.select().from(auditEntries).where(eq(auditEntries.action, action))
    expect(audit).toEqual([expect.objectContaining({ reason, actorId: 'key_1' })])
  })

  it('given at once by several is one word', async () => {
    await Promise.all([give(admin), give(admin), give(admin), give(admin)])
    expect(await rows()).toHaveLength(1)
  })

  it('that fails half-way leaves nothing', async () => {
    await refuseAudit(books.database)
    await expect(give(admin)).rejects.toThrow()
    expect(await rows()).toEqual([])
    expect(await books.db.select().from(settlementQueue)).toEqual([])
  })

  it('is refused to all but administrators', async () => {
    await expect(give(reader)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(give(finance)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await rows()).toEqual([])
  })
})

describe('lifting a verdict', () => {
  const lift = (actor: Actor) => {
    const subject = { ...payment, id: paymentId }
    return liftVerdict(actor, { subject, reason }, books.db)
  }
  const judge = () => judgePayment(admin, { paymentId, decision: 'void', reason }, books.db)
  const decisions = async () =>
    (await books.db.select().from(verdicts)).map(({ decision }) => decision).sort()

  it('twice is refused the second time', async () => {
    await judge()
    await lift(admin)
    await expect(lift(admin)).rejects.toMatchObject({ code: 'conflict' })
    expect(await decisions()).toEqual(['lift', 'void'])
  })

  it('at once from several lifts once', async () => {
    await judge()
    const results = await Promise.allSettled([lift(admin), lift(admin), lift(admin)])
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await decisions()).toEqual(['lift', 'void'])
  })

  it('that fails half-way leaves the verdict', async () => {
    await judge()
    await drain(books.db, books.stripe, 30_000)
    await refuseAudit(books.database)
    await expect(lift(admin)).rejects.toThrow()
    expect(await decisions()).toEqual(['void'])
    expect(await books.db.select().from(settlementQueue)).toEqual([])
  })

  it('is refused to all but administrators', async () => {
    await judge()
    await expect(lift(reader)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(lift(finance)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await decisions()).toEqual(['void'])
  })
})

describe('a word', () => {
  it('needs a reason, and somebody who has been heard of', async () => {
    const judge = (changes: object) =>
      judgePayment(admin, { paymentId, decision: 'void', reason, ...changes }, books.db)
    await expect(judge({ reason: '  ' })).rejects.toMatchObject({ code: 'invalid', field: 'reason' })
    await expect(judge({ paymentId: 'pi_x' })).rejects.toMatchObject({ field: 'paymentId' })
    await expect(
      judgeCustomer(admin, { customerId: 'cus_x', decision: 'clear', reason }, books.db),
    ).rejects.toMatchObject({ code: 'not_found', field: 'customerId' })
    const exempting = { affiliateId: 'aff_x', rule: null, exempt: true, reason }
    await expect(exemptAffiliate(admin, exempting, books.db)).rejects.toMatchObject({ field: 'affiliateId' })
    await expect(
      exemptAffiliate(admin, { ...exempting, affiliateId: books.ahmet, exempt: false }, books.db),
    ).rejects.toMatchObject({ code: 'conflict' })
    expect(await books.db.select().from(verdicts)).toEqual([])
  })

  it('given while the payment is being settled is not lost', async () => {
    await books.sandbox.advance(31 * 86_400)
    await Promise.all([
      deliverAll(books),
      judgeCustomer(admin, { customerId, decision: 'void', reason }, books.db),
      drain(books.db, books.stripe, 30_000),
    ])
    await drain(books.db, books.stripe, 30_000)
    const rows = await books.db.select().from(commissions)
    expect(rows.map(({ status }) => status)).toEqual(['void', 'void'])
  })
})

describe('one word on several payments', () => {
  it('is taken on all of them or on none: one that somebody else has judged meanwhile stops it', async () => {
    const bought = await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 })
    await deliverAll(books)
    const both = [paymentId, bought.paymentId].map((id) => ({ paymentId: id, seen: 'none' }))
    await judgePayment(admin, { paymentId: bought.paymentId, decision: 'clear', reason }, books.db)
    const late = judgePayments(admin, { payments: both, decision: 'void', reason }, books.db)
    await expect(late).rejects.toMatchObject({ code: 'conflict' })
    expect((await books.db.select().from(verdicts)).map(({ decision }) => decision)).toEqual(['clear'])
    await judgePayments(
      admin,
      { payments: both.map((each) => ({ paymentId: each.paymentId })), decision: 'void', reason },
      books.db,
    )
    await drain(books.db, books.stripe, 20_000)
    const left = () => books.db.select({ left: commissions.remainingMinor }).from(commissions)
    expect(await left()).toEqual([{ left: 0n }, { left: 0n }])
    await judgePayments(
      admin,
      { payments: both.map((each) => ({ paymentId: each.paymentId })), decision: 'lift', reason },
      books.db,
    )
    await drain(books.db, books.stripe, 20_000)
    expect(await left()).toEqual([{ left: 480n }, { left: 480n }])
  })

  it('tells the affiliate what stands, and nothing of what was seen or said', async () => {
    await judgePayments(admin, { payments: [{ paymentId }], decision: 'void', reason }, books.db)
    await drain(books.db, books.stripe, 20_000)
    const mine: Actor = {
      kind: 'person',
      userId: 'u',
      email: 'a@example.com',
      administrator: null,
      affiliateId: books.ahmet,
    }
    const of = { affiliateId: books.ahmet, limit: 1 }
    const [told] = (await listCommissions(mine, of, books.db)).commissions
    expect(told).toMatchObject({
      status: 'void',
      sentence: expect.stringContaining('by the rules of the programme'),
    })
    expect(told?.sentence).not.toContain(reason)
    const [seen] = (await listCommissions(admin, of, books.db)).commissions
    expect(seen?.sentence).toContain(reason)
  })
})
