import type { Stripe } from '@/lib/stripe/client'
import type { ActionOf } from './action'
import { control, pick, type Life } from './life'

const share = (amount: number, part: number): number => Math.max(1, Math.floor((amount * part) / 100))

const isPaid = ({ paid, captured }: { paid: boolean; captured: boolean }): boolean => paid && captured

export async function refund(life: Life, action: ActionOf<'refund'>): Promise<void> {
  const paid = life.sandbox.all('charge').filter((each) => isPaid(each) && !each.refunded)
  const charge = pick(paid, action.payment)
  if (!charge) return
  const made = await life.stripe.refunds.create({
    charge: charge.id,
    amount: share(charge.amount - charge.amount_refunded, action.part),
    ...(action.status === 'pending' && { metadata: { sandbox_status: 'pending' } }),
  })
  if (action.status === 'fails') await control(life, `refunds/${made.id}/move`, { to: 'failed' })
}

export async function moveRefund(life: Life, action: ActionOf<'moveRefund'>): Promise<void> {
  const found = pick(
    life.sandbox.all('refund').filter((each) => each.balance_transaction !== null),
    action.refund,
  )
  if (found) await control(life, `refunds/${found.id}/move`, { to: action.to })
}

export async function dispute(life: Life, action: ActionOf<'dispute'>): Promise<void> {
  const charge = pick(life.sandbox.all('charge').filter(isPaid), action.payment)
  if (!charge) return
  await control(life, 'disputes', {
    charge: charge.id,
    amount: share(charge.amount, action.part),
    type: action.inquiry ? 'inquiry' : 'chargeback',
  })
}

export async function moveDispute(life: Life, action: ActionOf<'moveDispute'>): Promise<void> {
  const found = pick(life.sandbox.all('dispute'), action.dispute)
  if (found) await control(life, `disputes/${found.id}/move`, { to: action.to })
}

export async function creditNote(life: Life, action: ActionOf<'creditNote'>): Promise<void> {
  const { stripe } = life
  const open = action.as === 'lower'
  const invoices = life.sandbox
    .all('invoice')
    .filter((each) => each.total > 0 && each.status === (open ? 'open' : 'paid'))
  const invoice = pick(invoices, action.invoice)
  if (!invoice) return
  const left =
    invoice.total - invoice.pre_payment_credit_notes_amount - invoice.post_payment_credit_notes_amount
  const amount = share(left, action.part)
  await stripe.creditNotes.create({
    invoice: invoice.id,
    amount,
    ...(action.as === 'refund' && { refund_amount: amount }),
    ...(action.as === 'balance' && { credit_amount: amount }),
    ...(action.as === 'outside' && { out_of_band_amount: amount }),
    ...(action.as === 'record' && { refunds: [refundOf(life, invoice.id, amount)] }),
  })
}

/** A refund of the record by which an invoice was paid; one of no record is refused, as at Stripe. */
function refundOf(life: Life, invoice: string, amount: number): Stripe.CreditNoteCreateParams.Refund {
  const record = life.sandbox
    .all('invoice_payment')
    .find((each) => each.invoice === invoice && each.payment.type === 'payment_record')
    ?.payment.payment_record
  return {
    type: 'payment_record_refund',
    amount_refunded: amount,
    payment_record_refund: { payment_record: record ?? 'prec_none', refund_group: 'cash' },
  }
}

export async function settleOpen(life: Life, action: ActionOf<'settleOpen'>): Promise<void> {
  const owed = life.sandbox
    .all('invoice')
    .filter((each) => each.status === 'open' || each.status === 'uncollectible')
  const invoice = pick(owed, action.invoice)
  if (!invoice) return
  const { invoices } = life.stripe
  if (action.pays === 'void') await invoices.voidInvoice(invoice.id)
  else if (action.pays === 'outside') await invoices.pay(invoice.id, { paid_out_of_band: true })
  else await invoices.pay(invoice.id, { payment_method: 'pm_card_visa' })
}
