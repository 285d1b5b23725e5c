import { z } from 'zod'
import type { FactKind } from './fact'
import { amount, currency, positive, reference, seconds } from './shapes'

const dispute = z.object({
  id: z.string(),
  charge: reference,
  payment_intent: reference,
  amount: positive,
  currency,
  status: z.string(),
  created: seconds,
  balance_transactions: z.array(z.object({ id: z.string(), amount, currency, created: seconds })).nullish(),
})

export interface DisputeBody {
  amount: number
  currency: string
  status: string
  createdAt: number
  /** Negative: withdrawn; positive: given back. In the settlement currency. */
  movements: { id: string; amount: number; currency: string; createdAt: number }[]
}

export const disputeFact: FactKind<'dispute'> = {
  kind: 'dispute',
  observe(object, sight) {
    const seen = dispute.parse(object)
    const movements = (seen.balance_transactions ?? []).map(({ created, ...rest }) => ({
      ...rest,
      createdAt: created,
    }))
    const body: DisputeBody = {
      amount: seen.amount,
      currency: seen.currency,
      status: seen.status,
      createdAt: seen.created,
      movements: movements.sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)),
    }
    return [
      { ...sight, kind: 'dispute', objectId: seen.id, paymentId: seen.payment_intent ?? seen.charge, body },
    ]
  },
}
