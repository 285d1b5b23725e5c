import { z } from 'zod'
import type { FactKind } from './fact'
import { currency, positive, reference, seconds } from './shapes'

const creditNote = z.object({
  id: z.string(),
  invoice: reference,
  customer: reference,
  currency,
  created: seconds,
  status: z.enum(['issued', 'void']),
  out_of_band_amount: positive.nullish(),
  refunds: z.array(z.object({ amount_refunded: positive, type: z.string().nullish() })).nullish(),
})

export interface CreditNoteBody {
  status: 'issued' | 'void'
  currency: string
  createdAt: number
  /** What was given back outside Stripe, in one sum or as refunds of payment records; the rest of a credit note moves nothing by itself. */
  outOfBand: number
}

function refundedOutside(refunds: readonly { amount_refunded: number; type?: string | null }[]): number {
  const outside = refunds.filter((refund) => refund.type === 'payment_record_refund')
  return outside.reduce((sum, refund) => sum + refund.amount_refunded, 0)
}

export const creditNoteFact: FactKind<'credit_note'> = {
  kind: 'credit_note',
  observe(object, sight) {
    const seen = creditNote.parse(object)
    const body: CreditNoteBody = {
      status: seen.status,
      currency: seen.currency,
      createdAt: seen.created,
      outOfBand: (seen.out_of_band_amount ?? 0) + refundedOutside(seen.refunds ?? []),
    }
    return [
      {
        ...sight,
        kind: 'credit_note',
        objectId: seen.id,
        customerId: seen.customer,
        invoiceId: seen.invoice,
        body,
      },
    ]
  },
}
