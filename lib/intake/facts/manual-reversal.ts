import { z } from 'zod'
import type { FactKind } from './fact'
import { positive, seconds } from './shapes'

const manualReversal = z.object({
  id: z.string(),
  payment: z.string(),
  amount: positive,
  at: seconds,
  by: z.string(),
  reason: z.string(),
})

export interface ManualReversalBody {
  amount: number
  at: number
  by: string
  reason: string
}

/** An administrator's word that a payment outside Stripe was given back: no object of Stripe's. */
export const manualReversalFact: FactKind<'manual_reversal'> = {
  kind: 'manual_reversal',
  observe(object, sight) {
    const { id, payment, ...body } = manualReversal.parse(object)
    return [{ ...sight, kind: 'manual_reversal', objectId: id, paymentId: payment, body }]
  },
}
