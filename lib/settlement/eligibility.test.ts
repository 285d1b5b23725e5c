import { describe, expect, it } from 'vitest'
import { annualFacts, at, exampleTerms, monthlyFacts } from '@/lib/settlement/example-facts'
import type { CommissionFacts } from '@/lib/settlement/facts'
import { settle } from '@/lib/settlement/settle'

const paidAt = at('2026-01-15')

function attributedSince(since: number): CommissionFacts['attribution'] {
  return { affiliateId: 'aff_ahmet', since, matchedBy: 'promotion_code' }
}

function outcome(changes: Partial<CommissionFacts>): string {
  return settle(monthlyFacts(changes)).status
}

describe('a payment may earn', () => {
  it('from the very second the attribution began', () => {
    expect(outcome({ attribution: attributedSince(paidAt) })).toBe('settled')
    expect(outcome({ attribution: attributedSince(paidAt + 1) })).toBe('not_earning')
  })

  it('before the number of months in the terms is over, to the second', () => {
    const terms = { ...exampleTerms, durationMonths: 2, earnsFrom: '2025-01-01' as const }
    expect(outcome({ terms, attribution: attributedSince(at('2025-11-15') + 1) })).toBe('settled')
    expect(outcome({ terms, attribution: attributedSince(at('2025-11-15')) })).toBe('not_earning')
    expect(outcome({ terms: { ...terms, durationMonths: 0 } })).toBe('not_earning')
  })

  it('with instalments that run to their end after those months', () => {
    const terms = { ...exampleTerms, durationMonths: 1 }
    const attribution = attributedSince(at('2026-01-31'))
    expect(settle(annualFacts({ terms, attribution })).instalments).toHaveLength(12)
  })

  it('from the day on that the programme earns from', () => {
    expect(outcome({ terms: { ...exampleTerms, earnsFrom: '2026-01-15' } })).toBe('settled')
    expect(outcome({ terms: { ...exampleTerms, earnsFrom: '2026-01-16' } })).toBe('not_earning')
  })

  it('until the affiliate is closed', () => {
    expect(outcome({ affiliateClosedAt: paidAt })).toBe('settled')
    expect(outcome({ affiliateClosedAt: paidAt - 1 })).toBe('not_earning')
  })

  it('from a customer who had paid before the code came, unless the terms ignore such customers', () => {
    const customerPaidBeforeEvidence = true
    expect(outcome({ customerPaidBeforeEvidence })).toBe('settled')
    const terms = { ...exampleTerms, existingCustomers: 'ignore' as const }
    expect(outcome({ customerPaidBeforeEvidence, terms })).toBe('not_earning')
    expect(outcome({ customerPaidBeforeEvidence: false, terms })).toBe('settled')
  })

  it('at a rate above zero', () => {
    expect(outcome({ terms: { ...exampleTerms, rateBps: 1 } })).toBe('settled')
    expect(outcome({ terms: { ...exampleTerms, rateBps: 0 } })).toBe('not_earning')
  })
})

describe('a payment that earns nothing', () => {
  it('says why in a sentence', () => {
    const sentence = (changes: Partial<CommissionFacts>) => settle(monthlyFacts(changes)).sentence
    expect(sentence({ attribution: attributedSince(at('2026-02-01')) })).toBe(
      "Paid on 2026-01-15, before the customer's attribution began on 2026-02-01.",
    )
    expect(sentence({ terms: { ...exampleTerms, earnsFrom: '2026-03-01' } })).toBe(
      'Paid on 2026-01-15; the programme earns from 2026-03-01 on.',
    )
    expect(sentence({ affiliateClosedAt: at('2026-01-14') })).toBe(
      'The affiliate was closed on 2026-01-14, before this payment.',
    )
  })

  it('keeps the affiliate it is attributed to, and waits for nothing', () => {
    const commission = settle(monthlyFacts({ affiliateClosedAt: 0, basis: null, settlement: null }))
    expect(commission).toMatchObject({ status: 'not_earning', affiliateId: 'aff_ahmet', lines: [] })
  })
})
