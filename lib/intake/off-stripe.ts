import type { ReversalFact } from '@/lib/settlement/facts'
import type { Sights } from './facts/merge'

/**
 * What was given back of a payment outside Stripe: by credit notes' out-of-band amounts, and by an administrator's word. A credit note
 * names an invoice only: where several payments outside Stripe paid it, the earliest is given back first. Pure.
 */
export function offStripeReversals(
  paymentId: string,
  invoiceIds: readonly string[],
  sights: Sights,
): ReversalFact[] {
  const byHand = sights
    .all('manual_reversal')
    .filter((seen) => seen.paymentId === paymentId)
    .map(({ objectId, body }): ReversalFact => {
      return { id: objectId, kind: 'manual', amountMinor: BigInt(body.amount), at: body.at }
    })
  return [...invoiceIds.flatMap((invoiceId) => byCreditNotes(paymentId, invoiceId, sights)), ...byHand]
}

function byCreditNotes(paymentId: string, invoiceId: string, sights: Sights): ReversalFact[] {
  const payments = sights
    .all('invoice_payment')
    .filter(({ body }) => body.invoiceId === invoiceId && body.offStripe && body.status === 'paid')
    .map(({ paymentId: id, body }) => ({ id, at: body.paidAt ?? 0, left: BigInt(body.amountPaid) }))
    .sort((a, b) => a.at - b.at)
  const notes = sights
    .all('credit_note')
    .filter(
      (seen) => seen.invoiceId === invoiceId && seen.body.status === 'issued' && seen.body.outOfBand > 0,
    )
    .sort((a, b) => a.body.createdAt - b.body.createdAt)
  return notes.flatMap(({ objectId, body }) => {
    let toPlace = BigInt(body.outOfBand)
    return payments.flatMap((payment): ReversalFact[] => {
      const amountMinor = toPlace < payment.left ? toPlace : payment.left
      toPlace -= amountMinor
      payment.left -= amountMinor
      if (amountMinor === 0n || payment.id !== paymentId) return []
      return [{ id: objectId, kind: 'credit_note', amountMinor, at: body.createdAt }]
    })
  })
}
