import { z } from 'zod'
import type { FactKind } from './fact'
import { currency, positive, reference, seconds } from './shapes'

const invoicePayment = z.object({
  id: z.string(),
  invoice: reference,
  status: z.enum(['open', 'paid', 'canceled']),
  amount_paid: positive.nullish(),
  currency,
  created: seconds,
  status_transitions: z.object({ paid_at: seconds.nullish() }),
  payment: z.object({ payment_intent: reference, charge: reference, payment_record: reference }),
})

export interface InvoicePaymentBody {
  invoiceId: string | null
  status: 'open' | 'paid' | 'canceled'
  amountPaid: number
  currency: string
  paidAt: number | null
  /** Cash that Stripe never saw: earns with fee 0, under this object's own id. */
  offStripe: boolean
}

export const invoicePaymentFact: FactKind<'invoice_payment'> = {
  kind: 'invoice_payment',
  observe(object, sight) {
    const seen = invoicePayment.parse(object)
    const { payment_intent: intent, charge, payment_record: record } = seen.payment
    const body: InvoicePaymentBody = {
      invoiceId: seen.invoice,
      status: seen.status,
      amountPaid: seen.amount_paid ?? 0,
      currency: seen.currency,
      paidAt: seen.status_transitions.paid_at ?? null,
      offStripe: intent === null && charge === null && record !== null,
    }
    return [
      {
        ...sight,
        kind: 'invoice_payment',
        objectId: seen.id,
        invoiceId: seen.invoice,
        paymentId: intent ?? charge ?? seen.id,
        body,
      },
    ]
  },
}
