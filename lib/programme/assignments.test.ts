import { describe, expect, it } from 'vitest'
import { parseAssignments } from './assignments'
import { describeTerms } from './describe-terms'
import { defaultTerms } from './terms'

describe('terms as they are typed', () => {
  it('are read with their units', () => {
    const { values, errors } = parseAssignments([
      'rate_bps=2500',
      'discount=7.5%',
      'duration_months=none',
      'products=prod_a,prod_b',
      'minimum_payout=50.00usd,5000jpy',
      'payout_day=by_hand',
      'earns_from=2026-01-01',
    ])
    expect(errors).toEqual({})
    expect(values).toEqual({
      rateBps: 2500,
      discount: { kind: 'percent', percentOffBps: 750 },
      durationMonths: null,
      products: ['prod_a', 'prod_b'],
      minimumPayout: { usd: 5000n, jpy: 5000n },
      payoutDay: 'by_hand',
      earnsFrom: '2026-01-01',
    })
  })

  it('have an error for each that cannot be read, which says what is wanted', () => {
    const { values, errors } = parseAssignments([
      'rate_bps=20%',
      'rate_bps=10001',
      'hold_days=-1',
      'on_cancel=maybe',
      'payout_day=31',
      'discount=0%',
      'discount=101%',
      'minimum_payout=50',
      'earns_from=2026-02-30',
      'colour=blue',
      'join',
    ])
    expect(values).toEqual({})
    expect(Object.keys(errors)).toEqual([
      'rate_bps',
      'hold_days',
      'on_cancel',
      'payout_day',
      'discount',
      'minimum_payout',
      'earns_from',
      'colour',
      'join',
    ])
    expect(errors['colour']).toContain('there are rate_bps, discount')
  })

  it('are shown as they are typed', () => {
    const shown = describeTerms(defaultTerms('2026-01-01'))
    const { values, errors } = parseAssignments(shown.map(({ key, value }) => `${key}=${value}`))
    expect(errors).toEqual({})
    expect({ ...values, anomalies: {} }).toEqual(defaultTerms('2026-01-01'))
    expect(values.anomalies).toMatchObject({
      same_email: { action: 'void', threshold: null },
      shared_card: { action: 'hold', threshold: 3 },
      refund_rate: { action: 'notice', threshold: 3 },
    })
  })

  it('name a rule about anomalies, what it does and from how many on', () => {
    const { values, errors } = parseAssignments([
      'anomalies.same_domain=notice',
      'anomalies.shared_card=hold:4',
      'anomalies.sudden_customers=off',
      'anomalies.own_card=hold:2',
      'anomalies.refund_rate=notice:0',
      'anomalies.same_email=forgive',
      'anomalies=off',
    ])
    expect(values.anomalies).toEqual({
      same_domain: { action: 'notice', threshold: null },
      shared_card: { action: 'hold', threshold: 4 },
      sudden_customers: { action: 'off', threshold: null },
    })
    expect(Object.keys(errors)).toEqual([
      'anomalies.own_card',
      'anomalies.refund_rate',
      'anomalies.same_email',
      'anomalies',
    ])
    expect(errors['anomalies.same_email']).toContain('void, hold, notice, off')
  })
})
