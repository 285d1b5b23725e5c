import { describe, expect, it } from 'vitest'
import { termsAt } from './terms'
import { defaultTerms } from './terms'
import { changesOf, packChanges, readTermsTexts, termsTexts, unpackChanges } from './terms-form'

const terms = defaultTerms('2026-01-01')

describe('terms in a form', () => {
  it('come back as they were shown, so that nothing is changed', () => {
    const { values, errors } = readTermsTexts(termsTexts(terms), 'programme')
    expect(errors).toEqual({})
    expect(changesOf(terms, values)).toEqual({})
  })

  it('are changed by what was typed anew, a rule by what it does', () => {
    const texts = {
      ...termsTexts(terms),
      rate_bps: '12.5 %',
      duration_months: '12',
      'anomalies.same_domain': 'notice',
      'anomalies.shared_card.from': '4',
    }
    expect(changesOf(terms, readTermsTexts(texts, 'programme').values)).toEqual({
      rateBps: 1250,
      durationMonths: 12,
      anomalies: {
        same_domain: { action: 'notice', threshold: null },
        shared_card: { action: 'hold', threshold: 4 },
      },
    })
  })

  it('have an error at every field that cannot be read', () => {
    expect(readTermsTexts({ rate_bps: '-5' }, 'own').errors.rate_bps).toMatch(/^A percentage from 0 to 100/)
    const texts = { ...termsTexts(terms), rate_bps: '101', hold_days: '', minimum_payout: 'fifty' }
    const { errors } = readTermsTexts(texts, 'programme')
    expect(Object.keys(errors).sort()).toEqual(['hold_days', 'minimum_payout', 'rate_bps'])
    expect(errors.hold_days).toBe('A number of days from 0 to 3650 is wanted.')
  })

  it('of one’s own are what is not left empty; what is emptied is taken back', () => {
    const own = { rateBps: 2500, group: 'grp_1' }
    const { values, errors } = readTermsTexts({ rate_bps: '', hold_days: '7', member_of: '' }, 'own')
    expect(errors).toEqual({})
    expect(changesOf(own, values)).toEqual({ rateBps: undefined, holdDays: 7, group: undefined })
  })

  it('are carried from the look to the decision as they are, with what is taken back', () => {
    const changes = { minimumPayout: { usd: 5000n }, rateBps: undefined, durationMonths: null }
    expect(unpackChanges(packChanges(changes))).toEqual(changes)
    for (const text of ['', '{}', '{"set":{"rateBps":20000},"clear":[]}', '{"set":{},"clear":["id"]}'])
      expect(() => unpackChanges(text)).toThrow(RangeError)
  })
})

describe('the terms of an affiliate', () => {
  const from = (day: string) => ({ id: 1, effectiveFrom: new Date(day) })
  const versions = [
    { ...from('1970-01-01'), affiliateId: null, groupId: null, values: terms },
    { ...from('2026-02-01'), affiliateId: null, groupId: 'grp_1', values: { rateBps: 2500, holdDays: 7 } },
    { ...from('2026-03-01'), affiliateId: 'aff_1', groupId: null, values: { group: 'grp_1', rateBps: 3000 } },
    { ...from('2026-04-01'), affiliateId: 'aff_1', groupId: null, values: { group: 'grp_1' } },
    { ...from('2026-05-01'), affiliateId: 'aff_1', groupId: null, values: {} },
  ]
  it.each([
    ['2026-02-15', 2000, 30],
    ['2026-03-15', 3000, 7],
    ['2026-04-15', 2500, 7],
    ['2026-05-15', 2000, 30],
  ])('on %s are their own over the group’s over the programme’s', (day, rateBps, holdDays) => {
    expect(termsAt(versions, 'aff_1', Date.parse(day) / 1000)).toMatchObject({ rateBps, holdDays })
    expect(termsAt(versions, 'aff_2', Date.parse(day) / 1000)).toMatchObject({ rateBps: 2000 })
  })
})
