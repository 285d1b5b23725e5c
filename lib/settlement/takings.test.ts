import { describe, expect, it } from 'vitest'
import { annualFacts, at, exampleTerms, monthlyFacts, reversal } from '@/lib/settlement/example-facts'
import type { Commission, CommissionFacts } from '@/lib/settlement/facts'
import { settle } from '@/lib/settlement/settle'
import { disputedMinor } from '@/lib/settlement/takings'

/** The lines that take something back, as key, amount, earned and payable. */
function taken(commission: Commission): [string, bigint, string, string][] {
  return commission.lines
    .filter(({ amountMinor }) => amountMinor < 0n)
    .map(({ lineKey, amountMinor, earnedOn, payableOn }) => [lineKey, amountMinor, earnedOn, payableOn])
}

function lost(commission: Commission): bigint[] {
  return commission.reversals.map(({ commissionMinor }) => commissionMinor)
}

const threeReversals = [
  reversal('refund', 're_1', 1000n, '2026-02-01'),
  reversal('refund', 're_2', 1000n, '2026-03-20'),
  reversal('dispute', 'dp_1', 2755n, '2026-03-25'),
]

const onTwentiethOfMay = reversal('refund', 're_1', 27_550n, '2026-05-20')

describe('a refund of the annual example', () => {
  it('of 183.67 takes 3563: 445 × 8 from the last eight instalments and 3 from the fourth', () => {
    const commission = settle(annualFacts({ reversals: [{ ...onTwentiethOfMay, amountMinor: 18_367n }] }))
    expect(commission).toMatchObject({ reversedMinor: 3563n, remainingMinor: 1781n })
    expect(taken(commission)).toEqual([
      ['refund:re_1/instalment/11', -445n, '2026-12-31', '2027-01-30'],
      ['refund:re_1/instalment/10', -445n, '2026-11-30', '2026-12-30'],
      ['refund:re_1/instalment/9', -445n, '2026-10-31', '2026-11-30'],
      ['refund:re_1/instalment/8', -445n, '2026-09-30', '2026-10-30'],
      ['refund:re_1/instalment/7', -445n, '2026-08-31', '2026-09-30'],
      ['refund:re_1/instalment/6', -445n, '2026-07-31', '2026-08-30'],
      ['refund:re_1/instalment/5', -445n, '2026-06-30', '2026-07-30'],
      ['refund:re_1/instalment/4', -445n, '2026-05-31', '2026-06-30'],
      ['refund:re_1/instalment/3', -3n, '2026-05-20', '2026-05-30'],
    ])
  })

  it('in full cancels what is not payable on its own day and brings back the first three on 05-20', () => {
    const commission = settle(annualFacts({ reversals: [onTwentiethOfMay] }))
    expect(commission).toMatchObject({ status: 'settled', reversedMinor: 5344n, remainingMinor: 0n })
    expect(taken(commission).slice(8)).toEqual([
      ['refund:re_1/instalment/3', -446n, '2026-05-20', '2026-05-30'],
      ['refund:re_1/instalment/2', -446n, '2026-05-20', '2026-05-20'],
      ['refund:re_1/instalment/1', -446n, '2026-05-20', '2026-05-20'],
      ['refund:re_1/instalment/0', -446n, '2026-05-20', '2026-05-20'],
    ])
    const payable = new Map(
      commission.instalments.map(({ k, payableOn }) => [`refund:re_1/instalment/${k}`, payableOn]),
    )
    for (const [key, , , payableOn] of taken(commission).slice(0, 9)) expect(payableOn).toBe(payable.get(key))
  })
})

describe('reversals of the monthly example', () => {
  it('of 1000, 1000 and a dispute of 2755 take 174, 174 and 132', () => {
    const commission = settle(monthlyFacts({ reversals: threeReversals }))
    expect(lost(commission)).toEqual([174n, 174n, 132n])
    expect(commission.reversals.map(({ countedMinor }) => countedMinor)).toEqual([1000n, 1000n, 755n])
    expect(taken(commission)).toEqual([
      ['refund:re_1/instalment/0', -174n, '2026-02-01', '2026-02-14'],
      ['refund:re_2/instalment/0', -174n, '2026-03-20', '2026-03-20'],
      ['dispute:dp_1/instalment/0', -132n, '2026-03-25', '2026-03-25'],
    ])
    expect(commission.lines.map(({ kind }) => kind)).toEqual(['instalment', 'refund', 'refund', 'dispute'])
  })

  it('are taken by the moments from which they count, then by id, in whatever order they come', () => {
    const shuffled = settle(monthlyFacts({ reversals: threeReversals.toReversed() }))
    expect(shuffled).toEqual(settle(monthlyFacts({ reversals: threeReversals })))
    const [first, second] = [
      reversal('refund', 're_b', 2000n, '2026-02-01'),
      reversal('refund', 're_a', 2000n, '2026-02-01'),
    ]
    expect(settle(monthlyFacts({ reversals: [first, second] })).reversals.map(({ id }) => id)).toEqual([
      're_a',
      're_b',
    ])
  })

  it('come back in full when one ceases to count', () => {
    const { reversals, remainingMinor } = settle(monthlyFacts({ reversals: threeReversals.slice(0, 2) }))
    expect(reversals.map(({ commissionMinor }) => commissionMinor)).toEqual([174n, 174n])
    expect(remainingMinor).toBe(132n)
    expect(settle(monthlyFacts({ reversals: [] }))).toEqual(settle(monthlyFacts()))
  })

  it('count once where one is named twice, and not at all below zero', () => {
    const [refund] = threeReversals
    const twice = settle(monthlyFacts({ reversals: refund ? [refund, { ...refund }] : [] }))
    expect(lost(twice)).toEqual([174n])
    const negative = settle(monthlyFacts({ reversals: [reversal('refund', 're_1', -1000n, '2026-02-01')] }))
    expect(negative.remainingMinor).toBe(480n)
  })
})

describe('a payment outside Stripe', () => {
  const offStripe = (facts: CommissionFacts) => ({ ...facts, payment: { ...facts.payment, offStripe: true } })
  const reversals = [
    reversal('credit_note', 'cn_1', 1000n, '2026-02-01'),
    reversal('manual', 'dec_1', 1755n, '2026-02-02'),
  ]

  it('is reversed by a credit note and by hand', () => {
    const commission = settle(offStripe(monthlyFacts({ reversals })))
    expect(lost(commission)).toEqual([200n, 351n])
    expect(taken(commission).map(([key]) => key)).toEqual([
      'credit_note:cn_1/instalment/0',
      'manual:dec_1/instalment/0',
    ])
    expect(commission.lines.map(({ kind }) => kind)).toEqual(['instalment', 'refund', 'refund'])
  })

  it('is the only one that is: within Stripe the refund that comes with a credit note counts', () => {
    const commission = settle(monthlyFacts({ reversals }))
    expect(lost(commission)).toEqual([0n, 0n])
    expect(commission.remainingMinor).toBe(480n)
    expect(commission.steps.find(({ label }) => label === 'Credit note cn_1')?.formula).toMatch(
      /moves nothing/,
    )
  })
})

describe('the end of a subscription', () => {
  const ended = (changes: Partial<CommissionFacts> = {}) =>
    settle(annualFacts({ subscriptionEndedAt: at('2026-05-31'), ...changes }))

  it('stops the instalments whose service month begins after that day', () => {
    const commission = ended()
    expect(commission).toMatchObject({ reversedMinor: 7n * 445n, remainingMinor: 5344n - 7n * 445n })
    expect(taken(commission).at(-1)).toEqual(['cancel:sub_1/instalment/5', -445n, '2026-06-30', '2026-07-30'])
    expect(commission.lines.at(-1)?.kind).toBe('cancel')
  })

  it('takes only what refunds have left, also those that come after it', () => {
    const refund = reversal('refund', 're_1', 18_367n, '2026-07-01')
    const commission = ended({ reversals: [refund] })
    expect(commission.reversedMinor).toBe(3563n)
    expect(taken(commission).some(([key]) => key.startsWith('cancel'))).toBe(false)
    const small = ended({ reversals: [{ ...refund, amountMinor: 2755n }] })
    expect(small).toMatchObject({ reversedMinor: 7n * 445n })
    expect(lost(small)).toEqual([534n])
  })

  it('stops nothing where the terms let instalments continue, or where there is no service month', () => {
    expect(ended({ terms: { ...exampleTerms, onCancel: 'continue' } }).reversedMinor).toBe(0n)
    const { basis } = annualFacts()
    const lines = (basis?.lines ?? []).map((line) => ({ ...line, periodStart: null, periodEnd: null }))
    const oneOff = basis ? { ...basis, lines } : null
    expect(ended({ basis: oneOff, subscriptionEndedAt: at('2026-01-01') }).reversedMinor).toBe(0n)
  })
})

describe('a void', () => {
  const voidOn = (on: '2026-01-31' | '2026-05-20') => ({
    void: { on, by: 'rule same_email', reason: 'own purchase' },
  })

  it('by an administrator takes all that is left on the day it is given', () => {
    const commission = settle(annualFacts({ verdicts: voidOn('2026-05-20') }))
    expect(commission).toMatchObject({ status: 'void', remainingMinor: 0n })
    expect(taken(commission).slice(-2)).toEqual([
      ['void/instalment/1', -446n, '2026-05-20', '2026-05-20'],
      ['void/instalment/0', -446n, '2026-05-20', '2026-05-20'],
    ])
  })

  it('by a rule takes each instalment back on its own day', () => {
    const { lines } = settle(annualFacts({ verdicts: voidOn('2026-01-31') }))
    for (const line of lines.filter(({ kind }) => kind === 'void')) {
      const given = lines.find(({ lineKey }) => `void/${lineKey}` === line.lineKey)
      expect(line).toMatchObject({ earnedOn: given?.earnedOn, payableOn: given?.payableOn })
    }
    expect(lines).toHaveLength(24)
  })

  it('has only what refunds and the end of the subscription have left', () => {
    const facts = { reversals: [onTwentiethOfMay], verdicts: voidOn('2026-05-20') }
    expect(taken(settle(annualFacts(facts))).every(([key]) => key.startsWith('refund'))).toBe(true)
    const ended = settle(
      annualFacts({ subscriptionEndedAt: at('2026-05-31'), verdicts: voidOn('2026-05-20') }),
    )
    expect(taken(ended).filter(([key]) => key.startsWith('void'))).toHaveLength(5)
    expect(ended.remainingMinor).toBe(0n)
  })
})

describe('a dispute in another currency', () => {
  it('counts as P × withdrawn / a, so that all of it is all of the payment', () => {
    expect(disputedMinor(3306n, 3571n, 3571n)).toBe(3306n)
    expect(disputedMinor(3306n, 1000n, 3571n)).toBe(926n)
    expect(disputedMinor(3306n, 1000n, 0n)).toBe(0n)
  })
})
