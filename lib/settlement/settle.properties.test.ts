import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, compareDays, dayOf, startOfDay } from '@/lib/calendar'
import type { Day } from '@/lib/calendar'
import { roundHalfUp } from '@/lib/money'
import { exampleFacts, exampleInvoice, exampleTerms } from '@/lib/settlement/example-facts'
import type { BasisFact, Commission, CommissionFacts, LineFact, ReversalFact } from '@/lib/settlement/facts'
import { settle } from '@/lib/settlement/settle'

const begin = startOfDay('2026-01-01')
const moment = fc.integer({ min: begin, max: begin + 800 * 86_400 })
const span = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: -40, max: 1200 }) },
  { weight: 1, arbitrary: fc.integer({ min: 29_000, max: 29_300 }) },
)

const anyLine = fc
  .record({
    netMinor: fc.bigInt({ min: -20_000n, max: 90_000n }),
    start: moment,
    days: span,
    dated: fc.boolean(),
  })
  .map(({ netMinor, start, days, dated }): Omit<LineFact, 'id'> => {
    const periodEnd = dated ? start + days * 86_400 : null
    return {
      netMinor,
      periodStart: dated ? start : null,
      periodEnd,
      productId: 'prod_pro',
      description: null,
    }
  })

const anyReversal = fc.record({
  kind: fc.constantFrom<ReversalFact['kind'][]>('refund', 'dispute', 'credit_note', 'manual'),
  id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  amountMinor: fc.bigInt({ min: -100n, max: 60_000n }),
  at: moment,
})

/** All sorts of facts, sound and unsound: overlapping lines, odd shares, too many reversals, taxes above the price. */
const anyFacts = fc
  .record({
    lines: fc.array(anyLine, { minLength: 1, maxLength: 6 }),
    taxMinor: fc.bigInt({ min: -500n, max: 20_000n }),
    paidMinor: fc.bigInt({ min: -10n, max: 120_000n }),
    feeMinor: fc.bigInt({ min: 0n, max: 9000n }),
    part: fc.bigInt({ min: 0n, max: 4n }),
    paidAt: moment,
    offStripe: fc.boolean(),
    reversals: fc.array(anyReversal, { maxLength: 8 }),
    subscriptionEndedAt: fc.option(moment),
    voidAfterDays: fc.option(fc.nat(800)),
    holdDays: fc.nat(90),
    hold: fc.option(fc.constant({ reason: 'look' })),
    rateBps: fc.nat(10_000),
  })
  .map(({ lines, taxMinor, paidMinor, feeMinor, part, paidAt, offStripe, holdDays, rateBps, ...rest }) => {
    const plain = exampleInvoice(lines.map((line, index) => ({ ...line, id: `il_${index}` })))
    const basis: BasisFact = { ...plain, taxMinor, totalMinor: plain.totalMinor + taxMinor }
    const on: Day = addDays('2026-01-01', rest.voidAfterDays ?? 0)
    return exampleFacts({ amountMinor: paidMinor, paidAt, offStripe }, feeMinor, basis, {
      share: { paidMinor: paidMinor * part, ofMinor: paidMinor * 3n },
      reversals: rest.reversals,
      subscriptionEndedAt: rest.subscriptionEndedAt,
      verdicts: { void: rest.voidAfterDays === null ? null : { on, by: 'jo', reason: 'look' } },
      hold: rest.hold,
      terms: { ...exampleTerms, holdDays, rateBps },
    })
  })

/** Facts that earn, and lose what they earn by reversals only. */
const earningFacts = anyFacts
  .map((facts): CommissionFacts => {
    return { ...facts, subscriptionEndedAt: null, verdicts: { void: null }, hold: null }
  })
  .filter((facts) => settle(facts).commissionMinor > 0n)

function sum(amounts: bigint[]): bigint {
  return amounts.reduce((all, amount) => all + amount, 0n)
}

function holds(check: (commission: Commission, facts: CommissionFacts) => void): void {
  fc.assert(
    fc.property(anyFacts, (facts) => check(settle(facts), facts)),
    { numRuns: 300 },
  )
}

describe('whatever the facts are', () => {
  it('the instalments add up to the commission, and what remains of them to what remains', () => {
    holds(({ instalments, commissionMinor, remainingMinor }) => {
      expect(sum(instalments.map(({ amountMinor }) => amountMinor))).toBe(commissionMinor)
      expect(sum(instalments.map((instalment) => instalment.remainingMinor))).toBe(remainingMinor)
    })
  })

  it('the lines add up to what remains, under keys of their own and without empty ones', () => {
    holds(({ lines, remainingMinor }) => {
      expect(sum(lines.map(({ amountMinor }) => amountMinor))).toBe(remainingMinor)
      expect(new Set(lines.map(({ lineKey }) => lineKey)).size).toBe(lines.length)
      expect(lines.some(({ amountMinor }) => amountMinor === 0n)).toBe(false)
    })
  })

  it('nothing is earned below zero, and no more is taken back than was given', () => {
    holds(({ commissionMinor, reversedMinor, remainingMinor, instalments, reversals }) => {
      expect(commissionMinor >= 0n && reversedMinor >= 0n && remainingMinor >= 0n).toBe(true)
      expect(reversedMinor + remainingMinor).toBe(commissionMinor)
      const within = instalments.every(
        (one) => one.remainingMinor >= 0n && one.remainingMinor <= one.amountMinor,
      )
      expect(within && reversals.every((reversal) => reversal.commissionMinor >= 0n)).toBe(true)
    })
  })

  it('everything is earned no later than it is payable, and taken back no earlier than it was given', () => {
    holds(({ lines, instalments }, { payment }) => {
      const given = new Map(instalments.map((instalment) => [`instalment/${instalment.k}`, instalment]))
      const sound = lines.every(({ lineKey, earnedOn, payableOn }) => {
        const of = given.get(lineKey.slice(lineKey.indexOf('instalment/')))
        const later = of !== undefined && earnedOn >= of.earnedOn && payableOn >= of.payableOn
        return later && earnedOn <= payableOn && earnedOn >= dayOf(payment.paidAt)
      })
      expect(sound).toBe(true)
    })
  })

  it('the order in which they are listed makes no difference', () => {
    fc.assert(
      fc.property(anyFacts, fc.infiniteStream(fc.nat()), (facts, dice) => {
        const shuffled = <T>(list: readonly T[]) =>
          list
            .map((item) => ({ item, place: dice.next().value }))
            .toSorted((a, b) => a.place - b.place)
            .map(({ item }) => item)
        const { basis } = facts
        const other: CommissionFacts = {
          ...facts,
          reversals: shuffled(facts.reversals),
          basis: basis && { ...basis, lines: shuffled(basis.lines) },
        }
        expect(settle(other)).toEqual(settle(facts))
      }),
    )
  })

  it('a void leaves nothing', () => {
    holds(({ status, remainingMinor }) => {
      if (status === 'void') expect(remainingMinor).toBe(0n)
    })
  })
})

describe('reversals of whatever earned', () => {
  const refund = (id: string, amountMinor: bigint, at: number): ReversalFact => ({
    kind: 'refund',
    id,
    amountMinor,
    at,
  })

  it('take what the sum of them is of the payment, rounded half up', () => {
    fc.assert(
      fc.property(earningFacts, (facts) => {
        const { reversals, commissionMinor } = settle(facts)
        let backMinor = 0n
        let lostMinor = 0n
        for (const reversal of reversals) {
          backMinor += reversal.countedMinor
          lostMinor += reversal.commissionMinor
          expect(lostMinor).toBe(roundHalfUp(commissionMinor * backMinor, facts.payment.amountMinor))
        }
        expect(backMinor <= facts.payment.amountMinor).toBe(true)
      }),
    )
  })

  it('leave exactly zero once all of the payment has gone back, in whatever parts and order', () => {
    const cuts = fc.array(fc.record({ amount: fc.bigInt({ min: 1n, max: 9000n }), at: moment }), {
      maxLength: 6,
    })
    fc.assert(
      fc.property(earningFacts, cuts, moment, (facts, parts, restAt) => {
        const partial = parts.map(({ amount, at }, index) => refund(`re_${index}`, amount, at))
        const rest = facts.payment.amountMinor - sum(parts.map(({ amount }) => amount))
        const reversals = [refund('re_rest', rest, restAt), ...partial]
        const { remainingMinor, instalments } = settle({ ...facts, reversals })
        expect(remainingMinor).toBe(0n)
        expect(instalments.every((instalment) => instalment.remainingMinor === 0n)).toBe(true)
      }),
    )
  })

  it('in the hold period never show up as debt on any day', () => {
    fc.assert(
      fc.property(earningFacts, fc.bigInt({ min: 1n, max: 120_000n }), (facts, amount) => {
        const { lines } = settle({ ...facts, reversals: [refund('re_1', amount, facts.payment.paidAt)] })
        const days = new Map<Day, bigint>()
        for (const { payableOn, amountMinor } of lines)
          days.set(payableOn, (days.get(payableOn) ?? 0n) + amountMinor)
        let payableMinor = 0n
        for (const [, amountMinor] of [...days].toSorted(([a], [b]) => compareDays(a, b))) {
          payableMinor += amountMinor
          expect(payableMinor >= 0n).toBe(true)
        }
      }),
    )
  })

  it('go before the end of the subscription and a verdict, which take only what is left', () => {
    fc.assert(
      fc.property(earningFacts, moment, (facts, subscriptionEndedAt) => {
        const ended = settle({ ...facts, subscriptionEndedAt })
        expect(ended.reversals).toEqual(settle(facts).reversals)
        expect(ended.remainingMinor <= settle(facts).remainingMinor).toBe(true)
      }),
    )
  })
})
