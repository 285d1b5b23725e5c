import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auditEntries, commissions, facts, waits } from '@/db'
import type { Actor } from '@/lib/actor'
import { drain } from '@/lib/intake/drain'
import { reverseOffStripePayment } from '@/lib/intake/reverse-off-stripe-payment'
import { setTerms } from '@/lib/programme/set-terms'
import { buy, deliver, deliverAll, digestOf, linesOf, openBooks, type Books } from '@/tests/support/books'
import { refuseAudit } from '@/tests/support/failing-audit'

const admin: Actor = { kind: 'api_key', id: 'key_1', scope: 'admin' }
const reader: Actor = { kind: 'api_key', id: 'key_2', scope: 'read' }

let books: Books
beforeEach(async () => {
  books = await openBooks('2026-01-31T10:00:00Z')
})
afterEach(() => books.close())

const at = (text: string) => ({ db: books.db, now: new Date(text) })
const answer = async () => (await books.db.select().from(commissions))[0]

/** An invoice of 100.00 less 5 % that was paid in cash. */
async function paidInCash(currency = 'usd') {
  const [code] = (await books.stripe.promotionCodes.list({ code: 'AHMET5' })).data
  const customer = await books.stripe.customers.create({ email: 'cash@example.com' })
  const draft = await books.stripe.invoices.create({
    customer: customer.id,
    currency,
    collection_method: 'send_invoice',
    days_until_due: 14,
    discounts: [{ promotion_code: code?.id ?? '' }],
  })
  const invoiceId = draft.id ?? ''
  await books.stripe.invoiceItems.create({
    customer: customer.id,
    invoice: invoiceId,
    amount: 10000,
    currency,
  })
  await books.stripe.invoices.finalizeInvoice(invoiceId)
  await books.stripe.invoices.pay(invoiceId, { paid_out_of_band: true })
  const [payment] = (await books.stripe.invoicePayments.list({ invoice: invoiceId })).data
  return { invoiceId, paymentId: payment?.id ?? '', customerId: customer.id }
}

const creditNote = (invoice: string, amount: number) =>
  books.stripe.creditNotes.create({ invoice, amount, out_of_band_amount: amount })

describe('a payment outside Stripe', () => {
  it('earns on the cash without a fee, in the invoice’s currency, under the invoice payment’s id', async () => {
    const { paymentId, invoiceId } = await paidInCash('eur')
    await deliverAll(books)
    expect(paymentId).toMatch(/^inpay_/)
    expect(await answer()).toMatchObject({
      paymentId,
      invoiceId,
      status: 'settled',
      affiliateId: books.ahmet,
      currency: 'eur',
      netMinor: 9500n,
      commissionMinor: 1900n,
    })
    expect(await books.db.select().from(waits)).toEqual([])
  })

  it('earns nothing where the terms say so', async () => {
    const change = { values: { offStripe: 'ignore' as const }, affiliateId: null }
    await setTerms({ kind: 'system', job: 'test' }, change, at('2025-12-01T00:00:00Z'))
    await paidInCash()
    await deliverAll(books)
    expect(await answer()).toMatchObject({
      status: 'not_earning',
      sentence: 'Payments outside Stripe earn nothing by the terms.',
    })
  })

  it('is given back by a credit note’s out-of-band amount, and earns again when that is voided', async () => {
    const { invoiceId, paymentId } = await paidInCash()
    await deliverAll(books)
    const whole = await digestOf(books.db)
    const note = await creditNote(invoiceId, 1900)
    await deliverAll(books)
    expect(await answer()).toMatchObject({
      commissionMinor: 1900n,
      reversedMinor: 380n,
      remainingMinor: 1520n,
    })
    expect((await linesOf(books.db, paymentId)).at(-1)).toMatchObject({
      lineKey: `credit_note:${note.id}/instalment/0`,
      kind: 'refund',
      amountMinor: 380n,
    })
    const created = books.sandbox.events().find((event) => event.type === 'credit_note.created')
    const voided = { ...created, id: 'evt_voided', type: 'credit_note.voided' }
    const object = { ...created?.data.object, status: 'void' }
    await deliver(books, [{ ...voided, data: { object } }])
    await drain(books.db, books.stripe, 30_000)
    expect(await answer()).toMatchObject({ reversedMinor: 0n })
    expect(await digestOf(books.db)).toBe(whole)
  })

  it('comes to the same whatever order its events come in', async () => {
    const { invoiceId } = await paidInCash()
    await creditNote(invoiceId, 1900)
    for (const event of books.sandbox.events().toReversed()) {
      await deliver(books, [event])
      await drain(books.db, books.stripe, 30_000)
    }
    expect(await answer()).toMatchObject({ commissionMinor: 1900n, reversedMinor: 380n })
  })

  it('is left alone by a credit note on an invoice that was paid through Stripe', async () => {
    const { session } = await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 })
    await deliverAll(books)
    await creditNote(String(session.invoice), 1000)
    await deliverAll(books)
    expect(await answer()).toMatchObject({ commissionMinor: 480n, reversedMinor: 0n })
  })
})

describe('an administrator who says that cash was given back', () => {
  const given = { reason: 'the shop gave it back' }

  it('takes back the part, then the rest, and no more', async () => {
    const { paymentId } = await paidInCash()
    await deliverAll(books)
    const id = await reverseOffStripePayment(
      admin,
      { paymentId, amountMinor: 1900n, ...given },
      at('2026-02-10T00:00:00Z'),
    )
    expect(await answer()).toMatchObject({ reversedMinor: 380n })
    expect((await linesOf(books.db, paymentId)).at(-1)).toMatchObject({
      lineKey: `manual:${id}/instalment/0`,
    })
    const tooMuch = reverseOffStripePayment(
      admin,
      { paymentId, amountMinor: 7601n, ...given },
      at('2026-02-11T00:00:00Z'),
    )
    await expect(tooMuch).rejects.toMatchObject({ code: 'unprocessable', field: 'amountMinor' })
    await reverseOffStripePayment(admin, { paymentId, ...given }, at('2026-02-12T00:00:00Z'))
    expect(await answer()).toMatchObject({ reversedMinor: 1900n, remainingMinor: 0n })
    const again = reverseOffStripePayment(admin, { paymentId, ...given }, at('2026-02-13T00:00:00Z'))
    await expect(again).rejects.toMatchObject({ code: 'conflict' })
    const entries = await books.db.select().from(auditEntries)
    expect(entries).toContainEqual(
      expect.objectContaining({ action: 'payment.reverse_off_stripe', ...given, subjectId: paymentId }),
    )
  })

  it('twice at once takes it back once', async () => {
    const { paymentId } = await paidInCash()
    await deliverAll(books)
    const tries = await Promise.allSettled(
      [1, 2].map(() => reverseOffStripePayment(admin, { paymentId, ...given }, { db: books.db })),
    )
    expect(tries.map((each) => each.status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await answer()).toMatchObject({ reversedMinor: 1900n })
  })

  it('is refused for Stripe’s own payments, for none at all and to a reading key', async () => {
    const { paymentId } = await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5' })
    await deliverAll(books)
    const reverse = (actor: Actor, id: string) =>
      reverseOffStripePayment(actor, { paymentId: id, ...given }, { db: books.db })
    await expect(reverse(admin, paymentId)).rejects.toMatchObject({ code: 'conflict' })
    await expect(reverse(admin, 'inpay_x')).rejects.toMatchObject({ code: 'not_found' })
    await expect(reverse(reader, paymentId)).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('leaves nothing where it fails half-way', async () => {
    const { paymentId } = await paidInCash()
    await deliverAll(books)
    const before = await digestOf(books.db)
    await refuseAudit(books.database)
    await expect(reverseOffStripePayment(admin, { paymentId, ...given }, { db: books.db })).rejects.toThrow()
    expect(await digestOf(books.db)).toBe(before)
    const kept = await books.db.select().from(facts)
    expect(kept.filter((fact) => fact.kind === 'manual_reversal')).toEqual([])
  })
})
