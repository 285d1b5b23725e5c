import { describe, expect, it } from 'vitest'
import { anomalySettingOf, type AnomalyRule, type Terms } from '@/lib/programme/schemas'
import { emailSigns } from './fingerprints'
import { judge, judgeAcross, type JudgedPayment, type Surroundings } from './rules'

const at = Date.UTC(2026, 0, 31) / 1000
const emails = (...addresses: string[]) => addresses.flatMap((address) => emailSigns(address) ?? [])

/** A payment with which nothing is wrong. */
const sound: JudgedPayment = {
  paymentId: 'pi_1',
  customerId: 'cus_1',
  paidAt: at,
  cardFingerprint: 'card_buyer',
  payerDigest: 'payer_buyer',
  emails: emails('zoe@blue-harbour.io'),
  earlyFraudWarning: null,
  paidBeforeCode: false,
  affiliate: {
    id: 'aff_1',
    emails: emails('ahmet@lumen-works.io'),
    customerIds: new Set(['cus_ahmet']),
    cards: new Set(['card_ahmet']),
    payers: new Set(['payer_ahmet']),
  },
}

const cases: [AnomalyRule, 'void' | 'hold' | 'notice', Partial<JudgedPayment>, string][] = [
  ['same_email', 'void', { emails: emails('b@blue-harbour.io', 'Ahmet@lumen-works.io') }, 'affiliate’s own'],
  ['own_customer', 'void', { customerId: 'cus_ahmet' }, 'cus_ahmet is the affiliate'],
  ['own_card', 'void', { cardFingerprint: 'card_ahmet' }, 'paid with this card'],
  ['same_domain', 'hold', { emails: emails('zoe@lumen-works.io') }, 'affiliate’s company'],
  ['same_payer', 'hold', { payerDigest: 'payer_ahmet' }, 'billing name and postal code'],
  ['disposable_email', 'hold', { emails: emails('x@mailinator.com') }, 'disposable'],
  ['early_fraud_warning', 'hold', { earlyFraudWarning: { at: at + 60, fraudType: 'misc' } }, '(misc)'],
  ['paid_before_code', 'notice', { paidBeforeCode: true }, 'before the code came'],
]

describe('a rule that looks at one payment', () => {
  it('says nothing of a payment with which nothing is wrong', () => {
    expect(judge(sound, {})).toEqual([])
  })

  it.each(cases)('%s sees its evidence and does by default: %s', (rule, action, evidence, words) => {
    const found = judge({ ...sound, ...evidence }, {}).find((signal) => signal.rule === rule)
    expect(found).toMatchObject({ rule, action, paymentId: 'pi_1', affiliateId: 'aff_1' })
    expect(found?.evidence).toContain(words)
  })

  it.each(cases)(
    '%s does what the terms say in place of its default, and nothing if off',
    (rule, ...rest) => {
      const payment = { ...sound, ...rest[1] }
      const by = (action: 'notice' | 'off'): Terms['anomalies'] => ({ [rule]: { action, threshold: null } })
      const actions = judge(payment, by('notice')).filter((signal) => signal.rule === rule)
      expect(actions.map(({ action }) => action)).toEqual(['notice'])
      expect(judge(payment, by('off')).filter((signal) => signal.rule === rule)).toEqual([])
    },
  )

  it('does not take a domain that many share for a company', () => {
    const affiliate = { ...sound.affiliate, emails: emails('ahmet@gmail.com') }
    expect(judge({ ...sound, emails: emails('zoe@gmail.com'), affiliate }, {})).toEqual([])
  })

  it('dates a fraud warning by when it came, all else by the payment', () => {
    const warned = { ...sound, earlyFraudWarning: { at: at + 60, fraudType: null }, paidBeforeCode: true }
    expect(judge(warned, {}).map((signal) => [signal.rule, signal.at])).toEqual([
      ['early_fraud_warning', at + 60],
      ['paid_before_code', at],
    ])
  })
})

const usual = {
  today: 2,
  on: '2026-01-31' as const,
  days: 90,
  before: 90,
  affiliate: { paid: 100, returned: 2 },
  programme: { paid: 1000, returned: 20 },
}
const around: Surroundings = {
  paymentId: 'pi_1',
  affiliateId: 'aff_1',
  paidAt: at,
  customersOnCard: 1,
  brought: usual,
}
const across = (changes: Partial<Surroundings>, anomalies: Terms['anomalies'] = {}) =>
  judgeAcross({ ...around, ...changes }, anomalies).map(({ rule, action }) => `${rule} ${action}`)

describe('a rule that looks across customers', () => {
  it('says nothing of what is usual', () => {
    expect(across({})).toEqual([])
  })

  it('holds from the third customer on one card on, or from the threshold of the terms', () => {
    expect(across({ customersOnCard: 2 })).toEqual([])
    expect(across({ customersOnCard: 3 })).toEqual(['shared_card hold'])
    expect(across({ customersOnCard: 2 }, { shared_card: { action: 'void', threshold: 2 } })).toEqual([
      'shared_card void',
    ])
    expect(across({ customersOnCard: 9 }, { shared_card: { action: 'off', threshold: null } })).toEqual([])
    expect(across({ customersOnCard: null })).toEqual([])
  })

  it('notices more new customers in a day than five times the usual day’s', () => {
    const brought = (today: number, before: number) => ({ brought: { ...usual, today, before } })
    expect(across(brought(5, 90))).toEqual([])
    expect(across(brought(6, 90))).toEqual(['sudden_customers notice'])
    expect(across(brought(6, 0))).toEqual(['sudden_customers notice'])
    expect(across(brought(10, 180))).toEqual([])
    expect(across(brought(11, 180))).toEqual(['sudden_customers notice'])
  })

  it('notices a refund rate more than three times the programme’s, not of a handful of payments', () => {
    const rate = (paid: number, returned: number) => ({
      brought: { ...usual, affiliate: { paid, returned } },
    })
    expect(across(rate(100, 6))).toEqual([])
    expect(across(rate(100, 7))).toEqual(['refund_rate notice'])
    expect(across(rate(5, 4))).toEqual([])
  })

  it('has a default for all that the terms do not name', () => {
    const terms: Terms['anomalies'] = { shared_card: { action: 'notice', threshold: null } }
    expect(anomalySettingOf(terms, 'shared_card')).toEqual({ action: 'notice', threshold: 3 })
    expect(anomalySettingOf(terms, 'own_card')).toEqual({ action: 'void', threshold: null })
  })
})
