import { describe, expect, it } from 'vitest'
import { annualFacts, at, exampleFacts, exampleInvoice, exampleLine } from '@/lib/settlement/example-facts'
import { monthlyFacts, reversal, taxedFacts } from '@/lib/settlement/example-facts'
import type { CommissionFacts } from '@/lib/settlement/facts'
import { settle } from '@/lib/settlement/settle'

function stepsOf(facts: CommissionFacts): [string, string, string][] {
  return settle(facts).steps.map(({ label, formula, value }) => [label, formula, value])
}

function valuesOf(facts: CommissionFacts): Record<string, string> {
  return Object.fromEntries(settle(facts).steps.map(({ label, value }) => [label, value]))
}

describe('the arithmetic of a commission', () => {
  it("can be redone by hand, from gross to instalment, with Stripe's ids", () => {
    expect(stepsOf(monthlyFacts())).toEqual([
      ['Gross', 'invoice in_1 before discounts', '$29.00'],
      ['Discount', 'off before anything is earned', '-$1.45'],
      ['Tax', 'in the total; never earns', '$0.00'],
      ['Total', 'T: after discounts, with tax', '$27.55'],
      ['Total without tax', 'X: after discounts', '$27.55'],
      ['Paid', 'P: pi_1 on 2026-01-15', '$27.55'],
      ['Settled', 'a: balance transaction txn_1', '$27.55'],
      ['Fee', 'f: balance transaction txn_1', '$3.55'],
      ['Earning share', 'E: net of 1 of 1 lines, il_1', '$27.55'],
      ['Net', '(a × X/T − f) × E/X = (27.55 × 27.55/27.55 − 3.55) × 27.55/27.55', '24.00'],
      ['Rate', 'terms in force on 2026-01-15', '20 %'],
      ['Commission', '24.00 × 20 % = 4.80, rounded half up', '$4.80'],
      ['Instalments', 'each payable 30 days after it is earned', '1 × $4.80'],
    ])
  })

  it("shows what was charged in its currency and what is earned in the settlement's", () => {
    expect(valuesOf(taxedFacts())).toMatchObject({
      Total: '€33.06',
      Tax: '€5.51',
      Settled: '$35.71',
      'Earning share': '€27.55',
      Net: '28.268333…',
      Commission: '$5.65',
    })
    const commission = settle(taxedFacts()).steps.find(({ label }) => label === 'Commission')
    expect(commission?.formula).toBe('28.268333… × 20 % = 5.653666…, rounded half up')
  })

  it('sums up equal instalments, and tells each reversal, the end and what remains', () => {
    const facts = annualFacts({
      reversals: [reversal('refund', 're_1', 18_367n, '2026-05-20')],
      subscriptionEndedAt: at('2026-03-31'),
      verdicts: { void: { on: '2026-06-01', by: 'jo@example.com', reason: 'own purchase' } },
    })
    expect(stepsOf(facts).slice(12)).toEqual([
      ['Instalments', 'each payable 30 days after it is earned', '4 × $4.46, 8 × $4.45'],
      [
        'Refund re_1',
        '2026-05-20: $183.67; in all 53.44 × 183.67/275.50, ' +
          'rounded half up, less what was taken before, latest instalments first',
        '-$35.63',
      ],
      ['Cancelled', 'sub_1 ended on 2026-03-31: later service months stop', '-$4.43'],
      ['Void', 'all that is left, on 2026-06-01', '-$13.38'],
      ['Remaining', 'commission less what was taken back', '$0.00'],
    ])
  })

  it('says how much of a reversal counts where there is more of it than of the payment', () => {
    const reversals = [
      reversal('refund', 're_1', 2000n, '2026-02-01'),
      reversal('dispute', 'dp_1', 2755n, '2026-03-25'),
    ]
    const dispute = settle(monthlyFacts({ reversals })).steps.find(({ label }) => label === 'Dispute dp_1')
    expect(dispute?.formula).toMatch(
      /^2026-03-25: \$27\.55, of which 7\.55 counts; in all 4\.80 × 27\.55\/27\.55,/,
    )
  })

  it('has the share where a payment covers more than one invoice', () => {
    const basis = exampleInvoice([exampleLine(7500n, '2026-01-15', '2026-02-15')])
    const share = { paidMinor: 7500n, ofMinor: 10_000n }
    const facts = exampleFacts({ amountMinor: 10_000n, paidAt: at('2026-01-15') }, 320n, basis, { share })
    expect(valuesOf(facts)).toMatchObject({ Share: '$75.00 of $100.00', Net: '72.60' })
    expect(settle(facts).steps.find(({ label }) => label === 'Net')?.formula).toBe(
      '(a × X/T − f) × E/X × S = (100.00 × 75.00/75.00 − 3.20) × 75.00/75.00 × 75.00/100.00',
    )
  })

  it('goes as far as what is known, and names no more than five lines', () => {
    const waiting = stepsOf(monthlyFacts({ settlement: null })).map(([label]) => label)
    expect(waiting).toEqual(['Gross', 'Discount', 'Tax', 'Total', 'Total without tax', 'Paid'])
    expect(stepsOf(monthlyFacts({ basis: null }))).toHaveLength(1)
    const lines = ['7', '6', '5', '4', '3', '2', '1'].map((id) =>
      exampleLine(100n, '2026-01-15', '2026-02-15', { id }),
    )
    const facts = exampleFacts({ amountMinor: 700n, paidAt: at('2026-01-15') }, 0n, exampleInvoice(lines))
    expect(settle(facts).steps.find(({ label }) => label === 'Earning share')?.formula).toBe(
      'E: net of 7 of 7 lines, 1, 2, 3, 4, 5 and 2 more',
    )
  })
})

describe('the sentence of a commission', () => {
  it('says what is earned, in how many instalments, and what was taken back', () => {
    expect(settle(monthlyFacts()).sentence).toBe('20 % of a net $24.00 is $4.80.')
    expect(settle(annualFacts()).sentence).toBe('20 % of a net $267.21 is $53.44, earned in 12 instalments.')
    const reversals = [reversal('refund', 're_1', 1000n, '2026-02-01')]
    expect(settle(monthlyFacts({ reversals })).sentence).toBe(
      '20 % of a net $24.00 is $4.80. $1.74 was taken back, $3.06 remains.',
    )
  })

  it('begins with the verdict or the hold', () => {
    const verdicts = { void: { on: '2026-02-01', by: 'jo@example.com', reason: 'own purchase' } } as const
    expect(settle(monthlyFacts({ verdicts })).sentence).toBe(
      'Void since 2026-02-01, by jo@example.com: own purchase. ' +
        '20 % of a net $24.00 is $4.80. $4.80 was taken back, $0.00 remains.',
    )
    expect(settle(monthlyFacts({ hold: { reason: 'Same card.' } })).sentence).toBe(
      'Held: Same card. 20 % of a net $24.00 is $4.80.',
    )
  })
})
