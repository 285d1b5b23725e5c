import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { movementsOf, type MrrState } from './movements'
import type { PaidUsage } from './usage'

const state = (at: string, mrrMinor: bigint, change: Partial<MrrState> = {}): MrrState => ({
  subscriptionId: 'sub_1',
  customerId: 'cus_1',
  currency: 'usd',
  at: new Date(at),
  mrrMinor,
  status: 'active',
  since: new Date('2026-01-01T00:00:00Z'),
  ...change,
})
const range = { from: '2026-01', to: '2026-04' } as const
const ends = (...states: MrrState[]) => movementsOf(states, range).map((month) => month.endMinor)

describe('recurring revenue month by month', () => {
  it('is new, grows, shrinks and goes, each in the month of its own', () => {
    const months = movementsOf(
      [
        state('2026-01-10T00:00:00Z', 2755n),
        state('2026-02-10T00:00:00Z', 9405n),
        state('2026-03-31T23:59:59Z', 2755n),
        state('2026-04-01T00:00:00Z', 0n, { status: 'canceled' }),
      ],
      range,
    )
    const nothing = { expansionMinor: 0n, contractionMinor: 0n, churnedMinor: 0n, newMinor: 0n }
    expect(months).toMatchObject([
      { ...nothing, month: '2026-01', startMinor: 0n, newMinor: 2755n, endMinor: 2755n },
      { ...nothing, month: '2026-02', startMinor: 2755n, expansionMinor: 6650n, endMinor: 9405n },
      { ...nothing, month: '2026-03', startMinor: 9405n, contractionMinor: 6650n, endMinor: 2755n },
      { ...nothing, month: '2026-04', startMinor: 2755n, churnedMinor: 2755n, endMinor: 0n },
    ])
  })

  it('of what was there before the range starts from what was there', () => {
    expect(movementsOf([state('2025-06-01T00:00:00Z', 100n)], { from: '2026-03', to: '2026-03' })).toEqual([
      expect.objectContaining({ startMinor: 100n, newMinor: 0n, endMinor: 100n }),
    ])
  })

  it('counts from the day on which the customer is the affiliate’s', () => {
    const since = new Date('2026-03-31T23:59:59Z')
    const before = [
      state('2026-01-10T00:00:00Z', 2900n, { since }),
      state('2026-02-10T00:00:00Z', 2755n, { since }),
    ]
    expect(movementsOf(before, range)).toMatchObject([
      { endMinor: 0n },
      { endMinor: 0n },
      { newMinor: 2755n, endMinor: 2755n },
      { newMinor: 0n, endMinor: 2755n },
    ])
  })

  it('takes one subscription in the place of another for growth, and one that comes back for a new one', () => {
    const next = { subscriptionId: 'sub_2' }
    expect(
      movementsOf(
        [
          state('2026-01-10T00:00:00Z', 2755n),
          state('2026-02-10T00:00:00Z', 0n, { status: 'canceled' }),
          state('2026-02-10T00:00:05Z', 5000n, next),
          state('2026-03-10T00:00:00Z', 0n, { ...next, status: 'past_due' }),
          state('2026-04-10T00:00:00Z', 4000n, next),
        ],
        range,
      ),
    ).toMatchObject([
      { newMinor: 2755n },
      { newMinor: 0n, expansionMinor: 2245n, churnedMinor: 0n },
      { churnedMinor: 5000n },
      { newMinor: 4000n, expansionMinor: 0n },
    ])
  })

  it('never adds currencies, and names none in which nothing counts', () => {
    const euro = { subscriptionId: 'sub_2', currency: 'eur' }
    const yen = { subscriptionId: 'sub_3', currency: 'jpy', status: 'trialing' }
    const day = '2026-04-10T00:00:00Z'
    const months = movementsOf([state(day, 2n), state(day, 3n, euro), state(day, 0n, yen)], range)
    expect(months.filter((month) => month.month === '2026-04')).toMatchObject([
      { currency: 'eur', endMinor: 3n },
      { currency: 'usd', endMinor: 2n },
    ])
    expect(months).toHaveLength(8)
  })

  it('decides states of one second: by how far along they are, then for the one that knows the discount', () => {
    const at = '2026-01-10T00:00:00Z'
    const incomplete = state(at, 0n, { status: 'incomplete' })
    expect(ends(state(at, 2900n), incomplete, state(at, 2755n))[0]).toBe(2755n)
    expect(ends(state(at, 0n, { status: 'canceled' }), state(at, 2900n))).toEqual([])
  })

  it('that has ended stays so, whatever a stale sight says later', () => {
    const [january, , march] = ends(
      state('2026-01-10T00:00:00Z', 2755n),
      state('2026-02-10T00:00:00Z', 0n, { status: 'canceled' }),
      state('2026-03-10T00:00:00Z', 2755n),
    )
    expect([january, march]).toEqual([2755n, 0n])
  })
})

const moment = fc.date({
  min: new Date('2025-11-01T00:00:00Z'),
  max: new Date('2026-06-01T00:00:00Z'),
  noInvalidDate: true,
})
const customer = fc.constantFrom('cus_1', 'cus_2')
const histories = fc
  .dictionary(
    fc.constantFrom('sub_1', 'sub_2', 'sub_3', 'sub_4'),
    fc.record({
      customerId: customer,
      currency: fc.constantFrom('usd', 'eur'),
      states: fc.array(
        fc.record({
          // Few moments, so that states share one.
          at: fc.oneof(
            moment,
            fc.constantFrom(new Date('2026-02-01T00:00:00Z'), new Date('2026-02-28T23:59:59Z')),
          ),
          mrrMinor: fc.bigInt({ min: 0n, max: 5n }),
          status: fc.constantFrom(
            'active',
            'trialing',
            'incomplete',
            'past_due',
            'canceled',
            'collection_paused',
          ),
        }),
        { maxLength: 6 },
      ),
    }),
  )
  .chain((subscriptions) =>
    fc.record({ cus_1: moment, cus_2: moment }).map((since) =>
      Object.entries(subscriptions).flatMap(([subscriptionId, { states, customerId, currency }]) =>
        states.map((each): MrrState => {
          const mine = customerId === 'cus_1' ? since.cus_1 : since.cus_2
          return { ...each, subscriptionId, customerId, currency, since: mine }
        }),
      ),
    ),
  )

const seconds = moment.map((date) => Math.floor(date.getTime() / 1000))
const usages = fc
  .dictionary(
    fc.constantFrom('sub_1', 'sub_2', 'sub_3'),
    fc.array(
      fc
        .record({
          periodStart: seconds,
          days: fc.nat({ max: 60 }),
          netMinor: fc.bigInt({ min: -5n, max: 9n }),
        })
        .map(({ periodStart, days, netMinor }): PaidUsage => {
          const periodEnd = periodStart + days * 86_400
          return { periodStart, periodEnd, paidAt: periodEnd, netMinor }
        }),
      { maxLength: 4 },
    ),
  )
  .map((bySubscription) => new Map(Object.entries(bySubscription)))

describe('whatever happened', () => {
  it('the parts of a month lead from its start to its end, which is the next one’s start', () => {
    fc.assert(
      fc.property(histories, usages, (states, usage) => {
        const months = movementsOf(states, range, usage)
        for (const month of months) {
          const parts = month.newMinor + month.expansionMinor - month.contractionMinor - month.churnedMinor
          expect(month.startMinor + parts).toBe(month.endMinor)
          for (const amount of [
            month.newMinor,
            month.expansionMinor,
            month.contractionMinor,
            month.churnedMinor,
          ])
            expect(amount >= 0n).toBe(true)
          const next = months.find((each) => each.currency === month.currency && each.month > month.month)
          if (next) expect(next.startMinor).toBe(month.endMinor)
        }
      }),
    )
  })

  it('the order in which it became known, and how often, makes no difference', () => {
    fc.assert(
      fc.property(
        histories.chain((states) =>
          fc.record({
            states: fc.constant(states),
            other: fc.shuffledSubarray([...states, ...states], { minLength: states.length * 2 }),
          }),
        ),
        usages,
        ({ states, other }, usage) => {
          const backwards = new Map([...usage].map(([id, paid]) => [id, paid.toReversed()]))
          expect(movementsOf(other, range, backwards)).toEqual(movementsOf(states, range, usage))
        },
      ),
    )
  })

  it('a later state never changes an earlier month', () => {
    fc.assert(
      fc.property(histories, fc.bigInt({ min: 0n, max: 9n }), (states, mrrMinor) => {
        const upToMarch = { from: range.from, to: '2026-03' } as const
        const later = states.map((each) => ({ ...each, mrrMinor, at: new Date('2026-04-01T00:00:00Z') }))
        const earlier = states.filter(({ at }) => at < new Date('2026-04-01T00:00:00Z'))
        expect(movementsOf([...later, ...earlier], upToMarch)).toEqual(movementsOf(earlier, upToMarch))
      }),
    )
  })
})
