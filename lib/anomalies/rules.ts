import type { Day, Instant } from '@/lib/calendar'
import {
  anomalyRules,
  anomalySettingOf,
  payoutRules,
  type AnomalyRule,
  type AnomalySetting,
  type PayoutRule,
  type Terms,
} from '@/lib/programme/schemas'
import type { EmailSigns } from './fingerprints'

/** What the rules that look at one payment are given: all of it as things stood when it was made. */
export interface JudgedPayment {
  paymentId: string
  /** Null: a guest. */
  customerId: string | null
  paidAt: Instant
  cardFingerprint: string | null
  payerDigest: string | null
  /** Those on the payment itself and the customer's. */
  emails: readonly EmailSigns[]
  /** Null: none came. */
  earlyFraudWarning: { at: Instant; fraudType: string | null } | null
  paidBeforeCode: boolean
  affiliate: {
    id: string
    /** Every one they had had by then. */
    emails: readonly EmailSigns[]
    /** As whom the affiliate buys from the programme. */
    customerIds: ReadonlySet<string>
    /** What the affiliate had paid with and under by then. */
    cards: ReadonlySet<string>
    payers: ReadonlySet<string>
  }
}

/** The answer of a rule about a payment. */
export interface Signal {
  rule: AnomalyRule
  paymentId: string
  affiliateId: string
  action: Exclude<AnomalySetting['action'], 'off'>
  /** Which values matched, in words, without personal data. */
  evidence: string
  /** When the evidence was there. */
  at: Instant
}

/** Rules whose answer hangs on other customers' payments too. */
export const crossRules = ['shared_card', 'sudden_customers', 'refund_rate'] as const
export type CrossRule = (typeof crossRules)[number]
export type OwnRule = Exclude<AnomalyRule, CrossRule | PayoutRule>

export function isCrossRule(rule: string): rule is CrossRule {
  return crossRules.some((cross) => cross === rule)
}

function isPayoutRule(rule: AnomalyRule): rule is PayoutRule {
  return payoutRules.some((own) => own === rule)
}

type Seen = { evidence: string; at?: Instant } | null

const ownRules: Record<OwnRule, (payment: JudgedPayment) => Seen> = {
  same_email({ emails, affiliate }) {
    const same = emails.some(({ digest }) => affiliate.emails.some((own) => own.digest === digest))
    return same ? { evidence: 'the buyer’s e-mail address is the affiliate’s own' } : null
  },
  own_customer({ customerId, affiliate }) {
    const own = customerId !== null && affiliate.customerIds.has(customerId)
    return own ? { evidence: `${customerId} is the affiliate as a customer` } : null
  },
  own_card({ cardFingerprint, affiliate }) {
    const own = cardFingerprint !== null && affiliate.cards.has(cardFingerprint)
    return own ? { evidence: 'the affiliate had paid with this card as a customer' } : null
  },
  same_domain({ emails, affiliate }) {
    const theirs = affiliate.emails.filter(({ domainClass }) => domainClass === 'company')
    const same = emails.some((email) => theirs.some((own) => own.domainDigest === email.domainDigest))
    return same ? { evidence: 'the buyer’s e-mail address is of the affiliate’s company' } : null
  },
  same_payer({ payerDigest, affiliate }) {
    const same = payerDigest !== null && affiliate.payers.has(payerDigest)
    return same
      ? { evidence: 'the affiliate had paid under this billing name and postal code as a customer' }
      : null
  },
  disposable_email({ emails }) {
    const disposable = emails.some((email) => email.domainClass === 'disposable')
    return disposable ? { evidence: 'the buyer’s e-mail address is a disposable one' } : null
  },
  early_fraud_warning({ earlyFraudWarning: warning }) {
    if (warning === null) return null
    const label = warning.fraudType === null ? '' : ` (${warning.fraudType})`
    return { evidence: `the card’s issuer warned of fraud${label}`, at: warning.at }
  },
  paid_before_code({ paidBeforeCode }) {
    return paidBeforeCode ? { evidence: 'the customer had paid before the code came' } : null
  },
}

/** What the rules that look at one payment say of it, by the terms in force in its second. Pure. */
export function judge(payment: JudgedPayment, anomalies: Terms['anomalies']): Signal[] {
  return anomalyRules.flatMap((rule) => {
    if (isCrossRule(rule) || isPayoutRule(rule)) return []
    const { action } = anomalySettingOf(anomalies, rule)
    const seen = action === 'off' ? null : ownRules[rule](payment)
    if (action === 'off' || seen === null) return []
    const { evidence, at = payment.paidAt } = seen
    return [{ rule, paymentId: payment.paymentId, affiliateId: payment.affiliate.id, action, evidence, at }]
  })
}

/** What a rule that looks across customers is told of one payment: figures as things stood when it was made. */
export interface Surroundings {
  paymentId: string
  affiliateId: string
  paidAt: Instant
  /** Customers of the affiliate who had paid with its card, this one too; no more are counted than a rule asks for. Null: no card. */
  customersOnCard: number | null
  /** For a new customer's first payment; null for all others. */
  brought: {
    /** The day on which the code came to this customer. */
    on: Day
    /** Customers to whom it came that day so far, and who paid, this one too. */
    today: number
    /** The days before since the first one, at most 90, and to how many it came then. */
    days: number
    before: number
    /** Of the 90 days before the payment's. */
    affiliate: { paid: number; returned: number }
    programme: { paid: number; returned: number }
  } | null
}

/** A share of fewer payments than that says nothing. */
const fewestReturned = 5

const crossRuleOf: Record<CrossRule, (around: Surroundings, threshold: number) => string | null> = {
  shared_card({ customersOnCard }, threshold) {
    if (customersOnCard === null || customersOnCard < threshold) return null
    return `${threshold} or more customers of this affiliate had paid with this card`
  },
  sudden_customers({ brought }, threshold) {
    if (brought === null) return null
    const { today, on, days, before } = brought
    // today > threshold × max(1, before ÷ days), in whole numbers
    if (today * days <= threshold * Math.max(days, before) || today <= threshold) return null
    return `${today} new customers on ${on}, after ${before} in ${days === 1 ? 'the day' : `the ${days} days`} before`
  },
  refund_rate({ brought }, threshold) {
    if (brought === null) return null
    const { affiliate, programme } = brought
    if (affiliate.returned < fewestReturned) return null
    if (affiliate.returned * programme.paid <= threshold * programme.returned * affiliate.paid) return null
    return (
      `${affiliate.returned} of ${affiliate.paid} payments of the 90 days before went back, ` +
      `of the programme’s ${programme.returned} of ${programme.paid}`
    )
  },
}

/** What the rules that look across customers say of a payment. Pure. */
export function judgeAcross(around: Surroundings, anomalies: Terms['anomalies']): Signal[] {
  const { paymentId, affiliateId, paidAt: at } = around
  return crossRules.flatMap((rule) => {
    const { action, threshold } = anomalySettingOf(anomalies, rule)
    if (action === 'off') return []
    const evidence = crossRuleOf[rule](around, threshold ?? 1)
    return evidence === null ? [] : [{ rule, paymentId, affiliateId, action, evidence, at }]
  })
}
