import 'server-only'
import { z } from 'zod'
import { anomalyStates } from '@/lib/anomalies/queries'
import { anomalyRules } from '@/lib/programme/schemas'
import {
  affiliateStatuses,
  codeStatuses,
  commissionStatuses,
  evidenceKinds,
  outcomes,
  payoutMethods,
  payoutStates,
} from '@/db'

/** Minor units as a string: a JSON number cannot hold every amount. */
export const minor = z
  .string()
  .regex(/^-?\d+$/)
  .meta({ description: 'Minor units of the currency', example: '480' })
export const moment = z.iso.datetime().meta({ example: '2026-01-31T12:00:00.000Z' })
const day = z.iso.date()
export const currency = z.string().meta({ example: 'usd' })

export const idParam = z.string().regex(/^[\w-]{1,255}$/, 'This is no id.')

export const pageQuery = z.strictObject({
  limit: z.coerce.number('A whole number from 1 to 100 is wanted.').int().min(1).max(100).default(25),
  cursor: z.string().max(1000).optional(),
})

export const errorBody = z.object({
  error: z.object({
    code: z.string().meta({ description: 'Stable, for programs', example: 'conflict' }),
    message: z.string().meta({ description: 'For people' }),
    field: z.string().optional().meta({ description: 'Which part of what was sent it is about' }),
  }),
})

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ data: z.array(item), nextCursor: z.string().nullable() })
}

export const codeBody = z.object({
  code: z.string().meta({ example: 'AHMET5' }),
  stripeCouponId: z.string(),
  stripePromotionCodeId: z.string().nullable().meta({ description: 'Null until Stripe has made it' }),
  status: z.enum(codeStatuses),
  redemptions: z.int(),
})

export const affiliateBody = z.object({
  id: z.string().meta({ example: 'aff_0123456789abcdefghjk' }),
  handle: z.string(),
  displayName: z.string(),
  email: z.string(),
  status: z.enum(affiliateStatuses),
  rateBps: z.int().meta({ description: 'By the terms in force now; 2000 is 20 %' }),
  codes: z.array(codeBody),
  createdAt: moment,
})

export const balancesBody = z.object({
  on: day,
  balances: z.array(
    z.object({
      currency,
      payableMinor: minor,
      pendingMinor: minor,
      scheduledMinor: minor,
      heldMinor: minor,
      inPayoutMinor: minor,
      paidMinor: minor,
      lifetimeMinor: minor,
    }),
  ),
})

export const commissionBody = z.object({
  paymentId: z.string(),
  basisId: z.string().meta({ description: 'The invoice or Checkout Session that says what was bought' }),
  invoiceId: z.string().nullable(),
  customerId: z.string().nullable(),
  affiliateId: z.string().nullable(),
  status: z.enum(commissionStatuses),
  feeOverdue: z.boolean().meta({ description: 'Stripe has not told its fee within a week' }),
  sentence: z.string().meta({ description: 'Why, for a person' }),
  paidAt: moment,
  paymentCurrency: currency,
  paymentMinor: minor,
  currency: currency.nullable().meta({ description: 'Of the settlement; null while the fee is not known' }),
  netMinor: minor.nullable(),
  rateBps: z.int().nullable(),
  commissionMinor: minor,
  reversedMinor: minor,
  remainingMinor: minor,
  matchedBy: z.string().nullable(),
  settledAt: moment,
  calculation: z.array(z.object({ label: z.string(), formula: z.string(), value: z.string() })),
  instalments: z.array(
    z.object({
      k: z.int(),
      serviceMonthOn: day.nullable(),
      earnedOn: day,
      payableOn: day,
      amountMinor: minor,
      remainingMinor: minor,
    }),
  ),
  reversals: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['refund', 'dispute', 'credit_note', 'manual']),
      on: day,
      amountMinor: minor.meta({ description: 'Of the payment, in its currency' }),
      countedMinor: minor.meta({ description: 'The part of it that counts' }),
      commissionMinor: minor.meta({ description: 'Taken back of the commission' }),
    }),
  ),
})

const evidenceBody = z.object({
  kind: z.enum(evidenceKinds),
  at: moment,
  sourceId: z.string(),
  affiliateId: z
    .string()
    .nullable()
    .meta({ description: 'Whom it names, by the codes known now; null: nobody' }),
  matchedBy: z.string().nullable(),
  promotionCodeId: z.string().nullable(),
  couponId: z.string().nullable(),
  code: z.string().nullable(),
  reason: z.string().nullable(),
})

export const attributionBody = z.object({
  customerId: z.string(),
  affiliateId: z.string().nullable().meta({ description: 'Null: nobody’s' }),
  since: moment.nullable(),
  matchedBy: z.string().nullable(),
  evidence: z.array(evidenceBody),
  conflicts: z.array(evidenceBody),
})

export const unmatchedBody = z.object({
  promotionCodeId: z.string().nullable(),
  couponId: z.string().nullable(),
  code: z.string().nullable(),
  customers: z.int(),
  firstSeenAt: moment,
  lastSeenAt: moment,
  sourceId: z.string().meta({ description: 'The invoice, session or subscription that showed it last' }),
})

export const decisionBody = z.object({
  promotionCodeId: z.string().nullable(),
  couponId: z.string().nullable(),
  decision: z.enum(['house', 'affiliate', 'open']),
  affiliateId: z.string().nullable(),
})

export const anomalyBody = z.object({
  id: z.string(),
  rule: z.enum(anomalyRules),
  action: z.enum(['void', 'hold', 'notice']).meta({ description: 'What the rule does by the terms' }),
  evidence: z.string().meta({ description: 'Which values matched, in words, without personal data' }),
  at: moment,
  paymentId: z.string(),
  customerId: z.string().nullable(),
  affiliateId: z.string(),
  state: z.enum(anomalyStates).meta({ description: 'open: nobody has decided, the rule’s action stands' }),
  verdict: z
    .object({
      decision: z.enum(['void', 'clear', 'hold']),
      reason: z.string(),
      decidedBy: z.string(),
      at: moment,
    })
    .nullable()
    .meta({ description: 'An administrator’s word on the payment or its customer' }),
})

export const verdictBody = z.object({
  paymentId: z.string().nullable(),
  customerId: z.string().nullable(),
  decision: z.enum(['void', 'clear', 'hold', 'lift']),
})

export const eventOutcomeSchema = z.enum([...outcomes, 'working'])

export const eventBody = z.object({
  id: z.string(),
  type: z.string(),
  objectId: z.string().nullable(),
  outcome: eventOutcomeSchema,
  sentence: z.string().nullable(),
  attempts: z.int(),
  createdAt: moment,
  recordedAt: moment,
})

const runTotal = z.object({ currency, payouts: z.int(), amountMinor: minor, paidMinor: minor })

export const payoutRunBody = z.object({
  id: z.string().meta({ example: 'run_0123456789abcdefghjk' }),
  state: z.enum(['draft', 'approved', 'sending', 'paid', 'failed', 'returned', 'unknown', 'discarded']),
  cutOffOn: day,
  currencies: z.array(currency).nullable().meta({ description: 'Null: all of them' }),
  draftedAt: moment,
  draftedBy: z.string(),
  approvedAt: moment.nullable(),
  approvedBy: z.string().nullable(),
  soleAdministrator: z.boolean().meta({ description: 'The approver was the only administrator' }),
  sendingSince: moment.nullable(),
  stopped: z.string().nullable().meta({ description: 'Why sending was stopped, in a sentence' }),
  counts: z.record(z.string(), z.int()).meta({ description: 'Payouts by state' }),
  totals: z.array(runTotal).meta({ description: 'Without what was taken out, failed or came back' }),
})

export const payoutStateSchema = z.enum(payoutStates)

export const payoutBody = z.object({
  id: z.string().meta({ example: 'pay_0123456789abcdefghjk' }),
  runId: z.string(),
  affiliateId: z.string(),
  state: payoutStateSchema,
  currency,
  amountMinor: minor,
  carriedMinor: minor.meta({ description: 'What the currency cannot be paid in, left for the next payout' }),
  method: z.enum(payoutMethods),
  destination: z.string().meta({ description: 'Masked' }),
  warnings: z.array(z.string()),
  reason: z.string().nullable(),
  reference: z.string().nullable().meta({ description: 'Stripe’s transfer, or the provider’s reference' }),
  cutOffOn: day,
  approvedOn: day.nullable(),
  paidAt: moment.nullable(),
})

export const adjustmentBody = z.object({
  id: z.string().meta({ example: 'adj_0123456789abcdefghjk' }),
  affiliateId: z.string(),
  currency,
  amountMinor: minor.meta({ description: 'Positive to the affiliate, negative from them' }),
  payableOn: day,
  reason: z.string().meta({ description: 'The affiliate reads it too' }),
  decidedBy: z.string().nullable(),
  decidedAt: moment,
})
