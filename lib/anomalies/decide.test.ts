import { describe, expect, it } from 'vitest'
import { decide, isExempt, type Exemption, type Verdict } from './decide'
import type { Signal } from './rules'

const paidAt = Date.UTC(2026, 0, 31, 10) / 1000
const later = Date.UTC(2026, 4, 20) / 1000

const signal = (rule: Signal['rule'], action: Signal['action']): Signal => ({
  rule,
  action,
  paymentId: 'pi_1',
  affiliateId: 'aff_1',
  evidence: `what ${rule} saw`,
  at: paidAt,
})
const word = (
  id: number,
  decision: Verdict['decision'],
  subjectKind: Verdict['subjectKind'] = 'payment',
): Verdict => ({ id, subjectKind, decision, reason: 'said so', decidedBy: 'adm_1', at: later })

const nothing = { void: null, hold: null }
const voidByRule = { on: '2026-01-31', by: 'a rule', reason: 'what same_email saw.' }
const voidByPerson = { on: '2026-05-20', by: 'an administrator', reason: 'said so' }

describe('what becomes of a payment', () => {
  it('is nothing without a signal or with a notice', () => {
    expect(decide(paidAt, [], [], [])).toEqual(nothing)
    expect(decide(paidAt, [signal('paid_before_code', 'notice')], [], [])).toEqual(nothing)
  })

  it('is a void on its own day by a rule, whatever else would only hold it', () => {
    const signals = [signal('same_domain', 'hold'), signal('same_email', 'void')]
    expect(decide(paidAt, signals, [], [])).toEqual({ void: voidByRule, hold: null })
  })

  it('is held for what each rule saw, in whatever order they are told', () => {
    const signals = [signal('same_payer', 'hold'), signal('same_domain', 'hold')]
    const held = { void: null, hold: { reason: 'for review, what same_domain saw; what same_payer saw.' } }
    expect(decide(paidAt, signals, [], [])).toEqual(held)
    expect(decide(paidAt, signals.toReversed(), [], [])).toEqual(held)
  })

  it('is a void on the day a person gives it, also without a signal', () => {
    expect(decide(paidAt, [], [word(1, 'void')], [])).toEqual({ void: voidByPerson, hold: null })
  })

  it('is a void on its own day where it comes after a person’s word on its customer', () => {
    const decision = decide(later + 86_400, [], [word(1, 'void', 'customer')], [])
    expect(decision.void?.on).toBe('2026-05-21')
  })

  it('is cleared by a person, whatever the rules say, until that is lifted', () => {
    const signals = [signal('same_email', 'void')]
    expect(decide(paidAt, signals, [word(1, 'clear')], [])).toEqual(nothing)
    expect(decide(paidAt, signals, [word(1, 'clear'), word(2, 'lift')], [])).toEqual({
      void: voidByRule,
      hold: null,
    })
  })

  it('is what the later of two words says, on the payment or on its customer', () => {
    const first = [word(1, 'void'), word(2, 'clear', 'customer')]
    expect(decide(paidAt, [], first, [])).toEqual(nothing)
    expect(decide(paidAt, [], first.toReversed(), [])).toEqual(nothing)
    expect(decide(paidAt, [], [...first, word(3, 'hold')], [])).toEqual({
      void: null,
      hold: { reason: 'said so' },
    })
    expect(decide(paidAt, [], [...first, word(3, 'lift', 'customer')], []).void).toEqual(voidByPerson)
  })

  it('is nothing for an exempt affiliate, but what a person says stands', () => {
    const exempt = [{ id: 1, rule: 'same_email', exempt: true, at: later }]
    const signals = [signal('same_email', 'void'), signal('same_domain', 'hold')]
    expect(decide(paidAt, signals, [], exempt).void).toBeNull()
    expect(decide(paidAt, signals, [], exempt).hold).not.toBeNull()
    expect(decide(paidAt, signals, [], [{ id: 1, rule: null, exempt: true, at: later }])).toEqual(nothing)
    expect(decide(paidAt, signals, [word(1, 'void')], exempt).void).toEqual(voidByPerson)
  })
})

describe('an exemption', () => {
  const row = (id: number, exempt: boolean, at: number): Exemption => ({ id, rule: null, exempt, at })

  it('covers what was paid before it, and ends for what is paid after its end', () => {
    const ended = [row(1, true, later), row(2, false, later + 100)]
    expect(isExempt('same_email', paidAt, ended)).toBe(true)
    expect(isExempt('same_email', later + 99, ended)).toBe(true)
    expect(isExempt('same_email', later + 100, ended)).toBe(false)
  })

  it('from one rule leaves the others', () => {
    expect(isExempt('own_card', paidAt, [{ ...row(1, true, later), rule: 'same_email' }])).toBe(false)
  })
})
