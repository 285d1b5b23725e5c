import { z } from 'zod'
import type { FactKind } from './fact'
import { currency, positive, reference, seconds } from './shapes'

const refund = z.object({
  id: z.string(),
  charge: reference,
  payment_intent: reference,
  amount: positive,
  currency,
  status: z.enum(['pending', 'requires_action', 'succeeded', 'failed', 'canceled']).nullish(),
  created: seconds,
  balance_transaction: reference,
})

export interface RefundBody {
  amount: number
  currency: string
  status: 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'canceled'
  createdAt: number
  /** Null: nothing was withdrawn for it (yet). Absent: seen before it was kept. */
  balanceTransactionId?: string | null
}

export const refundFact: FactKind<'refund'> = {
  kind: 'refund',
  observe(object, sight) {
    const seen = refund.parse(object)
    const body: RefundBody = {
      amount: seen.amount,
      currency: seen.currency,
      status: seen.status ?? 'succeeded',
      createdAt: seen.created,
      balanceTransactionId: seen.balance_transaction,
    }
    return [
      { ...sight, kind: 'refund', objectId: seen.id, paymentId: seen.payment_intent ?? seen.charge, body },
    ]
  },
}

/** Stripe tells the release of authorised money as a refund too: nothing was ever withdrawn for that. */
export function movedNothing(refund: RefundBody): boolean {
  return refund.status === 'succeeded' && refund.balanceTransactionId === null
}
