import { z } from 'zod'
import { isDay } from '@/lib/calendar'

const currency = z.string().regex(/^[a-z]{3}$/, 'a currency in three small letters, such as usd, is wanted')

/** Minor units: a string of digits in JSON, a bigint here. */
const minorUnits = z.codec(
  z.string().regex(/^\d{1,18}$/, 'a whole number of minor units is wanted'),
  z.bigint(),
  {
    decode: (text) => BigInt(text),
    encode: (amount) => amount.toString(),
  },
)

const whole = (from: number, to: number) =>
  z
    .int({ error: `a whole number from ${from} to ${to} is wanted` })
    .min(from)
    .max(to)

export const daySchema = z.string().refine(isDay, 'a day such as 2026-01-31 is wanted')

/** What a code gives the customer, for ever. */
export const discountSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('percent'), percentOffBps: whole(1, 10_000) }),
  z.strictObject({ kind: z.literal('amount'), amountOffMinor: minorUnits, currency }),
])

export const anomalyActions = ['void', 'hold', 'notice', 'off'] as const
export type AnomalyAction = (typeof anomalyActions)[number]

/** The rules that judge payments, the last two payouts, with what they do where the terms do not say. */
export const anomalyDefaults = {
  same_email: { action: 'void', threshold: null },
  own_customer: { action: 'void', threshold: null },
  own_card: { action: 'void', threshold: null },
  same_domain: { action: 'hold', threshold: null },
  same_payer: { action: 'hold', threshold: null },
  /** From how many customers on one card on. */
  shared_card: { action: 'hold', threshold: 3 },
  disposable_email: { action: 'hold', threshold: null },
  early_fraud_warning: { action: 'hold', threshold: null },
  paid_before_code: { action: 'notice', threshold: null },
  /** More than so many times the usual day’s new customers, or so many where fewer than one are usual. */
  sudden_customers: { action: 'notice', threshold: 5 },
  /** More than so many times the programme’s share of payments that went back. */
  refund_rate: { action: 'notice', threshold: 3 },
  /** For so many hours. */
  payout_details_changed: { action: 'hold', threshold: 72 },
  same_payout_account: { action: 'hold', threshold: null },
} as const satisfies Record<string, { action: AnomalyAction; threshold: number | null }>

export type AnomalyRule = keyof typeof anomalyDefaults
/** Rules that look at payouts, not at payments. */
export const payoutRules = ['payout_details_changed', 'same_payout_account'] as const
export type PayoutRule = (typeof payoutRules)[number]
export type AnomalySetting = { action: AnomalyAction; threshold: number | null }

/** In the order in which they are told. */
export const anomalyRules = Object.keys(anomalyDefaults) as AnomalyRule[] // the keys of the object above, no others

const anomalySetting = z.strictObject({
  action: z.enum(anomalyActions),
  /** Null: the rule's own. */
  threshold: whole(1, 1_000).nullable(),
})

/** The terms of the programme, whole. Keys are those of the table of terms, in camel case. */
export const termsSchema = z.strictObject({
  /** Basis points of the net that the affiliate earns. */
  rateBps: whole(0, 10_000),
  discount: discountSchema,
  /** From earned to payable. */
  holdDays: whole(0, 3650),
  /** Null: for life. */
  durationMonths: whole(1, 1200).nullable(),
  onCancel: z.enum(['stop', 'continue']),
  /** Stripe products that earn; null: all. */
  products: z
    .array(z.string().regex(/^\S{1,255}$/))
    .min(1)
    .nullable(),
  offStripe: z.enum(['earn', 'ignore']),
  existingCustomers: z.enum(['attribute', 'ignore']),
  /** Earlier payments attribute but earn nothing. */
  earnsFrom: daySchema,
  /** Minor units by currency. */
  minimumPayout: z.record(currency, minorUnits),
  /** Of the month; payouts by hand otherwise. */
  payoutDay: z.union([whole(1, 28), z.literal('by_hand')]),
  join: z.enum(['instant', 'approval']),
  /** Action and threshold of each rule; a rule that is not named has its default. */
  anomalies: z.partialRecord(z.enum(anomalyRules), anomalySetting),
})

/** What a group or an affiliate may have of their own; a key that is missing is the programme's. */
export const overridesSchema = termsSchema.omit({ payoutDay: true, join: true, anomalies: true }).partial()

/** An affiliate's own terms, which also say whose group's terms stand between theirs and the programme's. */
export const ownTermsSchema = overridesSchema.extend({
  group: z
    .string()
    .regex(/^grp_\w{1,40}$/)
    .optional(),
})

/** What any version may say. */
export const termsValuesSchema = termsSchema.partial().extend(ownTermsSchema.pick({ group: true }).shape)

export type Discount = z.output<typeof discountSchema>
export type Terms = z.output<typeof termsSchema>
export type TermsKey = keyof Terms
export type TermsOverrides = z.output<typeof overridesSchema>
export type OwnTerms = z.output<typeof ownTermsSchema>
/** All that some version may say; a key that is there without a value takes back what stood there. */
export type TermsValues = z.output<typeof termsValuesSchema>
export type TermsValueKey = keyof TermsValues

export const termsKeys: readonly TermsKey[] = termsSchema.keyof().options
export const overridableKeys = overridesSchema.keyof().options

/** What a rule does by the terms, the defaults filled in. */
export function anomalySettingOf(anomalies: Terms['anomalies'], rule: AnomalyRule): AnomalySetting {
  const own = anomalies[rule]
  const { action, threshold } = anomalyDefaults[rule]
  return own ? { action: own.action, threshold: own.threshold ?? threshold } : { action, threshold }
}

/** `rateBps` is `rate_bps` to people. */
export function publicKey(key: TermsKey): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
