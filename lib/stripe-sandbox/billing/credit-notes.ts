import { moveBalance } from '@/lib/stripe-sandbox/billing/customers'
import { markPaid, tellPaid } from '@/lib/stripe-sandbox/billing/paying'
import { createRefund } from '@/lib/stripe-sandbox/billing/refunds'
import { reviveAfterPayment } from '@/lib/stripe-sandbox/billing/subscription-status'
import { scale, sum } from '@/lib/stripe-sandbox/machine/amounts'
import { invalid } from '@/lib/stripe-sandbox/machine/faults'
import type { CreditNote, Invoice, Refund } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

export interface CreditAsk {
  amount?: number
  lines?: {
    type: 'custom_line_item' | 'invoice_line_item'
    amount: number
    description: string | null
    invoiceLine?: string
  }[]
  refund_amount?: number
  credit_amount?: number
  out_of_band_amount?: number
  refunds?: {
    type?: 'refund' | 'payment_record_refund'
    refund?: string
    payment_record_refund?: { payment_record: string; refund_group: string }
    amount_refunded?: number
  }[]
  reason?: string | null
  memo?: string | null
  metadata?: Record<string, string>
}

/**
 * Credits an invoice. On an open one it lowers what is due; on a paid one every unit goes back as a refund, as credit
 * to the customer's balance, or outside Stripe. https://docs.stripe.com/api/credit_notes/create
 */
export function createCreditNote(world: World, invoiceId: string, ask: CreditAsk): CreditNote {
  const invoice = world.store.need('invoice', invoiceId)
  const lines = ask.lines ?? []
  const amount =
    ask.amount ?? (lines.length > 0 ? sum(lines.map((line) => line.amount)) : creditable(invoice))
  assertCreditable(invoice, amount)
  const prePayment = Math.min(amount, invoice.status === 'paid' ? 0 : invoice.amount_remaining)
  const postPayment = amount - prePayment
  const refunds = refundsOf(world, invoice, ask)
  const credited = ask.credit_amount ?? 0
  const outOfBand = ask.out_of_band_amount ?? 0
  if (sum(refunds.map((each) => each.amount_refunded)) + credited + outOfBand !== postPayment) {
    throw invalid(
      `The sum of refunds, credit_amount and out_of_band_amount must equal the post payment amount (${postPayment}).`,
    )
  }
  const at = world.at(invoice.customer)
  const id = world.id('cn_')
  const balance =
    credited === 0
      ? null
      : moveBalance(world, invoice.customer ?? '', {
          amount: -credited,
          currency: invoice.currency,
          type: 'credit_note',
          credit_note: id,
          invoice: invoiceId,
        })
  const sequence = [...world.store.each('credit_note', { index: 'invoice', key: invoiceId })].length + 1
  const withoutTax = scale(
    amount,
    BigInt(invoice.total_excluding_tax ?? invoice.total),
    BigInt(Math.max(1, invoice.total)),
  )
  const note = {
    ...noteAmounts(invoice, amount, withoutTax),
    id,
    object: 'credit_note',
    created: at,
    currency: invoice.currency,
    customer: invoice.customer ?? '',
    customer_account: null,
    customer_balance_transaction: balance?.id ?? null,
    effective_at: at,
    invoice: invoiceId,
    lines: noteLines(world, id, ask, amount),
    livemode: false,
    memo: ask.memo ?? null,
    metadata: ask.metadata ?? {},
    number: `${invoice.number ?? 'SANDBOX'}-CN-${String(sequence).padStart(2, '0')}`,
    out_of_band_amount: ask.out_of_band_amount ?? null,
    pdf: `https://pay.stripe.com/credit_notes/${id}/pdf`,
    post_payment_amount: postPayment,
    pre_payment_amount: prePayment,
    reason: ask.reason ?? null,
    refunds,
    status: 'issued',
    type: postPayment === 0 ? 'pre_payment' : prePayment === 0 ? 'post_payment' : 'mixed',
    voided_at: null,
  } satisfies CreditNote
  world.store.put('credit_note', note)
  world.emit('credit_note.created', note, at)
  lowerInvoice(world, invoice, prePayment, postPayment)
  return note
}

function assertCreditable(invoice: Invoice, amount: number): void {
  if (invoice.status !== 'open' && invoice.status !== 'paid' && invoice.status !== 'uncollectible') {
    throw invalid('You can only create a credit note for a finalized invoice.', 'invoice')
  }
  if (amount <= 0 || amount > creditable(invoice)) {
    throw invalid(
      `The sum of credit amount, refund amount and out of band amount must be at most ${creditable(invoice)}.`,
      'amount',
    )
  }
}

const creditable = (invoice: Invoice): number =>
  invoice.total - invoice.pre_payment_credit_notes_amount - invoice.post_payment_credit_notes_amount

function refundsOf(world: World, invoice: Invoice, ask: CreditAsk): CreditNote['refunds'] {
  const entry = (refund: Refund, amount: number) => ({
    amount_refunded: amount,
    payment_record_refund: null,
    refund: refund.id,
    type: 'refund' as const,
  })
  const linked = (ask.refunds ?? []).map((each): CreditNote['refunds'][number] => {
    if (each.payment_record_refund) {
      const { payment_record: id } = each.payment_record_refund
      const record = world.store.need('payment_record', id, 'refunds')
      return {
        amount_refunded: each.amount_refunded ?? record.amount_refunded.value,
        payment_record_refund: each.payment_record_refund,
        refund: '', // the SDK's types know no other word for none
        type: 'payment_record_refund',
      }
    }
    const refund = world.store.need('refund', each.refund ?? '', 'refunds')
    return entry(refund, each.amount_refunded ?? refund.amount)
  })
  if (ask.refund_amount === undefined || ask.refund_amount === 0) return linked
  for (const payment of world.store.each('invoice_payment', { index: 'invoice', key: invoice.id })) {
    const intent = world.store.find('payment_intent', payment.payment.payment_intent)
    const charge = world.store.find('charge', intent?.latest_charge)
    if (payment.status !== 'paid' || !charge) continue
    const refund = createRefund(world, charge, { amount: ask.refund_amount })
    return [...linked, entry(refund, refund.amount)]
  }
  throw invalid('This invoice has no payment that could be refunded.', 'refund_amount')
}

function noteAmounts(invoice: Invoice, amount: number, withoutTax: number) {
  const share = (part: number) => scale(part, BigInt(amount), BigInt(Math.max(1, invoice.total)))
  return {
    amount,
    amount_shipping: 0,
    discount_amount: 0,
    discount_amounts: [],
    pretax_credit_amounts: [],
    shipping_cost: null,
    subtotal: amount,
    subtotal_excluding_tax: withoutTax,
    total: amount,
    total_excluding_tax: withoutTax,
    total_taxes: (invoice.total_taxes ?? []).map((tax) => ({
      ...tax,
      amount: share(tax.amount),
      taxable_amount: share(tax.taxable_amount ?? 0),
    })),
  }
}

function noteLines(world: World, id: string, ask: CreditAsk, amount: number): CreditNote['lines'] {
  const asked = ask.lines ?? [
    { type: 'custom_line_item' as const, amount, description: ask.memo ?? 'Credit' },
  ]
  const data = asked.map((line): CreditNote['lines']['data'][number] => ({
    id: world.id('cnli_'),
    object: 'credit_note_line_item',
    amount: line.amount,
    description: line.description,
    discount_amount: 0,
    discount_amounts: [],
    ...(line.invoiceLine === undefined ? {} : { invoice_line_item: line.invoiceLine }),
    livemode: false,
    metadata: {},
    pretax_credit_amounts: [],
    quantity: 1,
    tax_rates: [],
    taxes: [],
    type: line.type,
    unit_amount: line.amount,
    unit_amount_decimal: String(line.amount),
  }))
  return { object: 'list', data, has_more: false, url: `/v1/credit_notes/${id}/lines` }
}

function lowerInvoice(world: World, before: Invoice, prePayment: number, postPayment: number): void {
  const left = before.amount_remaining - prePayment
  const after = world.store.update('invoice', before.id, {
    amount_due: before.amount_due - prePayment,
    amount_remaining: left,
    pre_payment_credit_notes_amount: before.pre_payment_credit_notes_amount + prePayment,
    post_payment_credit_notes_amount: before.post_payment_credit_notes_amount + postPayment,
  })
  world.emit('invoice.updated', after, world.at(before.customer), before)
  if (before.status !== 'open' || left > 0) return
  const paid = markPaid(world, before.id)
  tellPaid(world, before.id, null)
  reviveAfterPayment(world, paid)
}

/** Takes a credit note on an open invoice back. */
export function voidCreditNote(world: World, id: string): CreditNote {
  const before = world.store.need('credit_note', id)
  const invoice = world.store.need('invoice', before.invoice)
  if (before.status === 'void') throw invalid('This credit note has been voided already.', 'id')
  if (before.post_payment_amount > 0 || invoice.status !== 'open') {
    throw invalid('You can only void a credit note of an open invoice.', 'id')
  }
  const at = world.at(before.customer)
  const after = world.store.update('credit_note', id, { status: 'void', voided_at: at })
  world.emit('credit_note.voided', after, at, before)
  lowerInvoice(world, invoice, -before.pre_payment_amount, 0)
  return after
}
