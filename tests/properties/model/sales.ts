import type { Charge, InvoiceLine, InvoicePayment } from '@/lib/stripe-sandbox/machine/wire'
import type { Decisions, Line, Reversal, Sale } from './facts'
import type { Objects } from './objects'

/** Every payment that succeeded, once for each invoice or session that it paid. */
export function salesOf(objects: Objects, byHand: Decisions['reversals'] = []): Sale[] {
  return [...invoiceSales(objects, byHand), ...sessionSales(objects)]
}

const sum = (amounts: readonly number[]): number => amounts.reduce((a, b) => a + b, 0)

function netOf(line: InvoiceLine): bigint {
  const discounts = sum((line.discount_amounts ?? []).map((each) => each.amount))
  const included = (line.taxes ?? []).filter((tax) => tax.tax_behavior === 'inclusive')
  return BigInt(line.amount - discounts - sum(included.map((tax) => tax.amount)))
}

function linesOf(objects: Objects, invoiceId: string): Line[] {
  return objects.line_item
    .filter((line) => line.invoice === invoiceId)
    .map((line) => {
      const product = line.pricing?.price_details?.product ?? null
      return { net: netOf(line), period: { start: line.period.start, end: line.period.end }, product }
    })
}

function invoiceSales(objects: Objects, byHand: Decisions['reversals']): Sale[] {
  return objects.invoice_payment.flatMap((paid): Sale[] => {
    const invoice = objects.invoice.find((each) => each.id === paid.invoice)
    if (!invoice || paid.status !== 'paid' || !paid.amount_paid) return []
    const isOffStripe = paid.payment.type === 'payment_record'
    const charge = isOffStripe ? null : chargeOf(objects, paid.payment.payment_intent)
    const here = BigInt(paid.amount_paid)
    return [
      {
        paymentId: isOffStripe ? paid.id : (paid.payment.payment_intent ?? ''),
        customerId: invoice.customer,
        payment: {
          currency: invoice.currency,
          all: isOffStripe ? here : paidByIntent(objects, paid),
          here,
          paidAt: paid.status_transitions.paid_at ?? 0,
          isOffStripe,
        },
        settled: isOffStripe
          ? { currency: invoice.currency, amount: here, fee: 0n }
          : settledOf(objects, charge),
        basis: {
          id: invoice.id,
          total: BigInt(invoice.total),
          withoutTax: BigInt(invoice.total_excluding_tax ?? invoice.total),
          lines: linesOf(objects, invoice.id),
          subscriptionId: invoice.parent?.subscription_details?.subscription ?? null,
        },
        reversals: isOffStripe
          ? [...creditsOf(objects, invoice.id), ...byHand.filter((each) => each.paymentId === paid.id)]
          : reversalsOf(objects, charge),
      },
    ]
  })
}

/** A one-off Checkout without an invoice: the session in the invoice's place, one line. */
function sessionSales(objects: Objects): Sale[] {
  return objects['checkout.session'].flatMap((session): Sale[] => {
    const charge = chargeOf(objects, session.payment_intent)
    if (session.mode !== 'payment' || session.invoice !== null || !charge) return []
    const total = BigInt(session.amount_total ?? 0)
    const withoutTax = total - BigInt(session.total_details?.amount_tax ?? 0)
    const all = BigInt(charge.amount_captured)
    return [
      {
        paymentId: charge.payment_intent ?? '',
        customerId: session.customer,
        payment: {
          currency: charge.currency,
          all,
          here: all,
          // Without an invoice nothing at Stripe keeps the moment at which a delayed method succeeded.
          paidAt: charge.created,
          isOffStripe: false,
        },
        settled: settledOf(objects, charge),
        basis: {
          id: session.id,
          total,
          withoutTax,
          lines: [{ net: withoutTax, period: null, product: null }],
          subscriptionId: null,
        },
        reversals: reversalsOf(objects, charge),
      },
    ]
  })
}

export function chargeOf(objects: Objects, intentId: string | null | undefined): Charge | null {
  const found = objects.charge.find(
    (each) => each.payment_intent === intentId && each.status === 'succeeded' && each.captured,
  )
  return found ?? null
}

function paidByIntent(objects: Objects, paid: InvoicePayment): bigint {
  const intent = objects.payment_intent.find((each) => each.id === paid.payment.payment_intent)
  return BigInt(intent?.amount_received ?? 0)
}

function settledOf(objects: Objects, charge: Charge | null): Sale['settled'] {
  const booked = objects.balance_transaction.find((each) => each.id === charge?.balance_transaction)
  return booked ? { currency: booked.currency, amount: BigInt(booked.amount), fee: BigInt(booked.fee) } : null
}

/**
 * Section 4: a refund unless it failed or was cancelled; a dispute while the money is gone. What was authorised and never captured
 * is let go by a refund too, which moves no money.
 */
function reversalsOf(objects: Objects, charge: Charge | null): Reversal[] {
  if (!charge) return []
  const refunds = objects.refund
    .filter(
      (refund) =>
        refund.charge === charge.id &&
        refund.status !== 'failed' &&
        refund.status !== 'canceled' &&
        refund.balance_transaction !== null,
    )
    .map(({ id, created, amount }) => ({ id, at: created, amount: BigInt(amount) }))
  const disputes = objects.dispute.flatMap((dispute): Reversal[] => {
    const withdrawals = dispute.balance_transactions.filter((each) => each.amount < 0)
    const isGivenBack = dispute.balance_transactions.some((each) => each.amount > 0)
    const counts = dispute.status === 'lost' || (dispute.status !== 'won' && !isGivenBack)
    if (dispute.charge !== charge.id || withdrawals.length === 0 || !counts) return []
    const at = Math.min(...withdrawals.map((each) => each.created))
    return [{ id: dispute.id, at, amount: BigInt(dispute.amount) }]
  })
  return [...refunds, ...disputes]
}

/** What a credit note says was given back outside Stripe: in one sum, or as refunds of payment records. */
function creditsOf(objects: Objects, invoiceId: string): Reversal[] {
  return objects.credit_note
    .filter((note) => note.invoice === invoiceId && note.status === 'issued')
    .map((note) => {
      const refunded = note.refunds.filter((each) => each.type === 'payment_record_refund')
      const sum = refunded.reduce((total, each) => total + each.amount_refunded, 0)
      return { id: note.id, at: note.created, amount: BigInt((note.out_of_band_amount ?? 0) + sum) }
    })
    .filter(({ amount }) => amount > 0n)
}
