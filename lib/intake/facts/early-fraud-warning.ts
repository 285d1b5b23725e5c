import { z } from 'zod'
import type { FactKind } from './fact'
import { reference, seconds } from './shapes'

const warning = z.object({
  id: z.string(),
  charge: reference,
  payment_intent: reference,
  created: seconds,
  fraud_type: z.string().nullish(),
})

export interface EarlyFraudWarningBody {
  createdAt: number
  /** As the card's issuer labelled it. */
  fraudType: string | null
}

export const earlyFraudWarningFact: FactKind<'early_fraud_warning'> = {
  kind: 'early_fraud_warning',
  observe(object, sight) {
    const seen = warning.parse(object)
    const body: EarlyFraudWarningBody = {
      createdAt: seen.created,
      fraudType: seen.fraud_type?.slice(0, 100) ?? null,
    }
    const paymentId = seen.payment_intent ?? seen.charge
    return [{ ...sight, kind: 'early_fraud_warning', objectId: seen.id, paymentId, body }]
  },
}
