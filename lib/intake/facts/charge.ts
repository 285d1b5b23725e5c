import { z } from 'zod'
import { balanceTransactionFact } from './balance-transaction'
import { emailSigns, payerDigest, type EmailSigns } from '@/lib/anomalies/fingerprints'
import type { FactKind } from './fact'
import { currency, maskEmail, positive, reference, seconds } from './shapes'

const charge = z.object({
  id: z.string(),
  payment_intent: reference,
  customer: reference,
  amount: positive,
  amount_captured: positive.nullish(),
  captured: z.boolean().nullish(),
  refunded: z.boolean().nullish(),
  currency,
  status: z.enum(['succeeded', 'pending', 'failed']),
  created: seconds,
  balance_transaction: z.union([z.string(), z.looseObject({ id: z.string() })]).nullish(),
  payment_method_details: z
    .object({ type: z.string().nullish(), card: z.object({ fingerprint: z.string().nullish() }).nullish() })
    .nullish(),
  billing_details: z
    .object({
      email: z.string().nullish(),
      name: z.string().nullish(),
      address: z.object({ postal_code: z.string().nullish() }).nullish(),
    })
    .nullish(),
})

export interface ChargeBody {
  customerId: string | null
  amount: number
  /** What was authorised and never captured. Absent: seen before it was kept. */
  releasedMinor?: number
  currency: string
  /** Money that is only authorised is pending, and failed once it is let go. */
  status: 'succeeded' | 'pending' | 'failed'
  createdAt: number
  /** null: Stripe has not settled it yet. */
  balanceTransactionId: string | null
  cardFingerprint: string | null
  maskedEmail: string | null
  /** Absent: seen before it was kept. */
  email?: EmailSigns | null
  /** Of the billing name and postal code. Absent: seen before it was kept. */
  payerDigest?: string | null
}

export const chargeFact: FactKind<'charge'> = {
  kind: 'charge',
  observe(object, sight) {
    const seen = charge.parse(object)
    const transaction = seen.balance_transaction ?? null
    const paymentId = seen.payment_intent ?? seen.id
    const amount = seen.amount_captured || seen.amount
    const isAuthorized = seen.status === 'succeeded' && seen.captured === false
    const body: ChargeBody = {
      customerId: seen.customer,
      amount,
      ...(amount < seen.amount && { releasedMinor: seen.amount - amount }),
      currency: seen.currency,
      status: isAuthorized ? (seen.refunded ? 'failed' : 'pending') : seen.status,
      createdAt: seen.created,
      balanceTransactionId: typeof transaction === 'string' ? transaction : (transaction?.id ?? null),
      cardFingerprint: seen.payment_method_details?.card?.fingerprint ?? null,
      maskedEmail: maskEmail(seen.billing_details?.email),
      email: emailSigns(seen.billing_details?.email),
      payerDigest: payerDigest(seen.billing_details?.name, seen.billing_details?.address?.postal_code),
    }
    const own = { ...sight, kind: 'charge', objectId: seen.id, customerId: seen.customer, paymentId, body }
    if (transaction === null || typeof transaction === 'string') return [own]
    return [
      own,
      ...balanceTransactionFact.observe(transaction, sight).map((fact) => ({ ...fact, paymentId })),
    ]
  },
}
