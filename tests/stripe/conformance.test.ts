import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Bodies } from '@/lib/intake/facts'
import { isRefused } from '@/lib/stripe/client'
import {
  read,
  readBalanceTransactions,
  readInvoicePayments,
  readPayment,
  readWhatWasPaid,
} from '@/lib/stripe/read'
import { openAccount, type Account } from './account'
import { live, type Life } from './life'
import { seen } from './seen'

// Stripe itself takes its time over a test clock.
const patience = 300_000

let account: Account
let life: Life
beforeAll(async () => {
  account = await openAccount()
  life = await live(account)
}, patience)
afterAll(() => account.close(), patience)

const id = (prefix: string) => expect.stringMatching(new RegExp(`^${prefix}_\\w+$`))
const price = 2900
const discounted = 2755

describe('a promotion code', () => {
  it('names its coupon by id; expanded, both name the affiliate', async () => {
    const plain = await account.stripe.promotionCodes.retrieve(life.promotionCodeId)
    expect(plain).not.toHaveProperty('coupon')
    expect(plain.promotion).toMatchObject({ type: 'coupon', coupon: life.couponId })
    const { body } = seen('promotion_code', await read.promotion_code(account.stripe, life.promotionCodeId))
    expect(body).toMatchObject({
      codeText: account.code,
      active: true,
      timesRedeemed: 1,
      couponId: life.couponId,
      promotionAffiliateId: account.affiliateId,
      couponAffiliateId: account.affiliateId,
    })
  })

  it('is switched off and on, found in any case, and free for another only while it is off', async () => {
    const { stripe } = account
    const text = `${account.code}-B`
    const coupon = await stripe.coupons.create({
      percent_off: 12.5,
      duration: 'repeating',
      duration_in_months: 3,
    })
    const made = await stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon: coupon.id },
      code: text,
      max_redemptions: 10,
      restrictions: { first_time_transaction: true },
    })
    expect(coupon).toMatchObject({ percent_off: 12.5, duration_in_months: 3 })
    expect(made).toMatchObject({ max_redemptions: 10, restrictions: { first_time_transaction: true } })
    const again = { promotion: { type: 'coupon', coupon: coupon.id }, code: text.toLowerCase() } as const
    const refused = await stripe.promotionCodes.create(again).catch((error: unknown) => error)
    expect(isRefused(refused)).toBe(true)
    const off = await stripe.promotionCodes.update(made.id, { active: false })
    expect(off).toMatchObject({ active: false, times_redeemed: 0 })
    const found = await stripe.promotionCodes.list({
      code: text.toLowerCase(),
      expand: ['data.promotion.coupon'],
    })
    expect(found.data).toMatchObject([{ id: made.id, promotion: { coupon: { id: coupon.id } } }])
    const on = await stripe.promotionCodes.update(made.id, { active: true })
    expect(on.active).toBe(true)
    const byCoupon = await stripe.promotionCodes.list({ coupon: coupon.id })
    expect(byCoupon.data.map(({ id: each }) => each)).toEqual([made.id])
    await stripe.promotionCodes.update(made.id, { active: false })
  })
})

describe('a subscription', () => {
  it('carries its discounts as ids, its periods on its items and no discount of old', async () => {
    const plain = await account.stripe.subscriptions.retrieve(life.subscriptionId)
    expect(plain.discounts).toEqual([id('di')])
    expect(plain).not.toHaveProperty('discount')
    expect(plain).not.toHaveProperty('current_period_end')
    expect(plain.items.data).toMatchObject([{ current_period_end: expect.any(Number) }])
    const { own, body } = seen('subscription', plain)
    expect(own).toMatchObject({ customerId: life.customerId, subscriptionId: life.subscriptionId })
    expect(body).toMatchObject({ status: 'active', currency: 'usd', endedAt: null })
    const item = { unitAmount: price, interval: 'month', intervalCount: 1, productId: life.product.id }
    expect(body.items).toMatchObject([item])
  })

  it('expanded, shows since when the discount is there and whose it is', async () => {
    const { facts } = seen('subscription', await read.subscription(account.stripe, life.subscriptionId))
    const discount = facts.find((fact) => fact.kind === 'discount')
    expect(discount?.body).toMatchObject({
      promotionCodeId: life.promotionCodeId,
      couponId: life.couponId,
      codeText: account.code,
      promotionAffiliateId: account.affiliateId,
      couponAffiliateId: account.affiliateId,
      percentOffBps: 500,
      duration: 'forever',
      end: null,
    })
    const body = discount?.body as Bodies['discount'] | undefined // its kind is asked for above
    expect(Math.abs((body?.start ?? 0) - life.begunAt)).toBeLessThan(600)
  })
})

describe('an invoice', () => {
  it.each(['first', 'renewal'] as const)(
    'as it is read (%s) has neither payments nor what was taken away in basil',
    async (which) => {
      const plain = await account.stripe.invoices.retrieve(life[which].invoiceId)
      for (const gone of [
        'payments',
        'charge',
        'payment_intent',
        'subscription',
        'discount',
        'tax',
        'paid',
      ]) {
        expect(plain).not.toHaveProperty(gone)
      }
      expect(plain.discounts).toEqual([id('di')])
      const { own, body } = seen('invoice', plain)
      expect(own).toMatchObject({ customerId: life.customerId, subscriptionId: life.subscriptionId })
      const sums = {
        total: discounted,
        totalExcludingTax: discounted,
        subtotal: price,
        discount: 145,
        tax: 0,
      }
      expect(body).toMatchObject({ ...sums, status: 'paid', amountPaid: discounted, linesComplete: true })
      expect(body.paidAt).toEqual(expect.any(Number))
      expect(body.lines).toMatchObject([
        { amount: price, discount: 145, inclusiveTax: 0, productId: life.product.id, priceId: id('price') },
      ])
      const [line] = body.lines
      const days = ((line?.periodEnd ?? 0) - (line?.periodStart ?? 0)) / 86_400
      expect(days).toBeGreaterThanOrEqual(28)
      expect(days).toBeLessThanOrEqual(31)
    },
  )

  it('of a renewal shows the same discount with its first start', async () => {
    const startOf = async (invoiceId: string) => {
      const { facts } = seen('invoice', await read.invoice(account.stripe, invoiceId))
      const discount = facts.find((fact) => fact.kind === 'discount')
      return discount?.body as Bodies['discount'] | undefined // its kind is asked for
    }
    const first = await startOf(life.first.invoiceId)
    const later = await startOf(life.renewal.invoiceId)
    expect(first).toMatchObject({ promotionCodeId: life.promotionCodeId, codeText: account.code })
    expect(later).toMatchObject({ promotionCodeId: life.promotionCodeId, start: first?.start })
  })

  it('is found with its payment from either end', async () => {
    const { invoiceId, intentId } = life.first
    const byInvoice = await readInvoicePayments(account.stripe, invoiceId)
    const { invoicePayments, sessions } = await readWhatWasPaid(account.stripe, intentId)
    expect(sessions).toEqual([])
    for (const payments of [byInvoice, invoicePayments]) {
      expect(payments).toHaveLength(1)
      const { own, body } = seen('invoice_payment', payments[0])
      expect(own).toMatchObject({ paymentId: intentId, invoiceId })
      expect(body).toMatchObject({
        status: 'paid',
        amountPaid: discounted,
        currency: 'usd',
        offStripe: false,
      })
      expect(body.paidAt).toEqual(expect.any(Number))
    }
  })
})

const feeShape = z.object({ fee: z.int(), fee_details: z.array(z.object({ amount: z.int() })), net: z.int() })

describe('a charge', () => {
  it('names its PaymentIntent, its card and its balance transaction, and no invoice', async () => {
    const plain = await account.stripe.charges.retrieve(life.first.chargeId)
    expect(plain).not.toHaveProperty('invoice')
    expect(plain).not.toHaveProperty('refunds')
    const { own, body } = seen('charge', plain)
    expect(own).toMatchObject({ customerId: life.customerId, paymentId: life.first.intentId })
    expect(body).toMatchObject({ amount: discounted, currency: 'usd', status: 'succeeded' })
    expect(body).toMatchObject({
      balanceTransactionId: id('txn'),
      cardFingerprint: expect.stringMatching(/^\w+$/),
    })
    expect(plain.amount_refunded).toBe(1000)
  })

  it('is read with its whole fee through its PaymentIntent', async () => {
    const { facts, body } = seen('charge', await readPayment(account.stripe, life.renewal.intentId))
    expect(body.balanceTransactionId).not.toBeNull()
    const transaction = facts.find((fact) => fact.kind === 'balance_transaction')
    expect(transaction).toMatchObject({
      objectId: body.balanceTransactionId,
      paymentId: life.renewal.intentId,
      body: { sourceId: life.renewal.chargeId, type: expect.stringMatching(/^(charge|payment)$/) },
    })
    const plain = await read.balance_transaction(account.stripe, String(body.balanceTransactionId))
    const { fee, fee_details, net } = feeShape.parse(plain)
    expect(fee).toBeGreaterThan(0)
    expect(fee_details.reduce((sum, part) => sum + part.amount, 0)).toBe(fee)
    expect(net).toBe(plain.amount - fee)
  })

  it('has its balance transaction among those listed, and what is not there fails alone', async () => {
    const wanted = new Map<string, number>()
    for (const { chargeId } of [life.first, life.renewal]) {
      const { body } = seen('charge', await account.stripe.charges.retrieve(chargeId))
      wanted.set(String(body.balanceTransactionId), body.createdAt)
    }
    for (const nobody of ['txn_nobody1', 'txn_nobody2']) wanted.set(nobody, life.begunAt)
    const answers = await readBalanceTransactions(account.stripe, wanted, () => undefined)
    const kinds = [...wanted.keys()].map((each) => Object.keys(answers.get(each) ?? {}))
    expect(kinds).toEqual([['object'], ['object'], ['error'], ['error']])
  })
})

describe('a refund', () => {
  it('names what it gives back and says how it stands', async () => {
    const { own, body } = seen('refund', await read.refund(account.stripe, life.refund.id))
    expect(own.paymentId).toBe(life.first.intentId)
    expect(body).toMatchObject({ amount: 1000, currency: 'usd', status: 'succeeded' })
  })
})
