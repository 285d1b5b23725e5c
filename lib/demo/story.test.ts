import { describe, expect, it } from 'vitest'
import { addMonths, dayOf, startOfDay } from '@/lib/calendar'
import { cardNumberFrom } from './people'
import { storyMonths, tellStory, type Deed } from './story'

const start = '2026-03-31'
const story = tellStory(start)
const purchases = story.filter((deed): deed is Extract<Deed, { kind: 'buy' }> => deed.kind === 'buy')

describe('the story of the demo', () => {
  it('is the same at every telling', () => {
    expect(tellStory(start)).toEqual(story)
  })

  it('is told in the order of time, one deed after another, within its months', () => {
    for (const [index, { at }] of story.entries()) {
      expect(at).toBeGreaterThan(story[index - 1]?.at ?? 0)
    }
    expect(dayOf(story.at(-1)?.at ?? 0) < addMonths(start, storyMonths)).toBe(true)
  })

  it('names every deed once, and every customer by an address and a card of their own', () => {
    expect(new Set(story.map(({ key }) => key)).size).toBe(story.length)
    expect(new Set(purchases.map(({ customer }) => customer.email)).size).toBe(purchases.length)
    expect(new Set(purchases.map(({ customer }) => customer.cardNumber)).size).toBe(purchases.length)
  })

  it('begins with the founding example: Pro monthly with the code of Ahmet, for a fee of 355', () => {
    expect(purchases[0]).toMatchObject({ plan: 'pro_monthly', code: { handle: 'AHMET' }, feeMinor: 355 })
  })

  it('has twenty affiliates, each there before the first customer with their code', () => {
    const joinedAt = new Map(
      story.flatMap((deed) => (deed.kind === 'join' ? [[deed.affiliate.handle, deed.at]] : [])),
    )
    expect(joinedAt.size).toBe(20)
    for (const { code, at } of purchases) {
      if (code !== null && 'handle' in code) expect(joinedAt.get(code.handle)).toBeLessThan(at)
    }
  })

  it('has customers refunded in part and whole, leaving at once and in time, with and without a code', () => {
    const kinds = new Set(
      story.map((deed) =>
        deed.kind === 'refund'
          ? `refund ${deed.shareBps === 10_000 ? 'whole' : 'part'}`
          : deed.kind === 'cancel'
            ? `cancel ${deed.when}`
            : deed.kind === 'buy'
              ? `buy ${deed.plan} ${deed.code === null ? 'without' : 'with'}`
              : deed.kind,
      ),
    )
    for (const kind of ['refund part', 'refund whole', 'cancel now', 'cancel period_end', 'add_code']) {
      expect(kinds).toContain(kind)
    }
    expect(kinds).toContain('buy pro_monthly without')
    expect(kinds).toContain('buy pro_annual with')
  })

  it('shows all that can happen to a commission in Ahmet’s own portal, on whatever day it begins', () => {
    for (const day of ['2026-03-21', '2026-06-30', '2027-01-31'] as const) {
      const told = tellStory(day)
      const bought = told.filter((deed): deed is Extract<Deed, { kind: 'buy' }> => deed.kind === 'buy')
      const planOf = new Map(
        bought.flatMap(({ customer, code, plan }) =>
          code !== null && 'handle' in code && code.handle === 'AHMET' ? [[customer.email, plan]] : [],
        ),
      )
      const happened = new Set(
        told.flatMap((deed) => {
          if (deed.kind === 'join' || !planOf.has(deed.customer.email)) return []
          const part = deed.kind === 'refund' && deed.shareBps < 10_000 ? ' in part' : ''
          return [`${planOf.get(deed.customer.email)} ${deed.kind}${part}`]
        }),
      )
      for (const kind of ['refund', 'refund in part', 'cancel']) {
        expect(happened).toContain(`pro_annual ${kind}`)
      }
      expect(happened).toContain('pro_monthly refund in part')
    }
  })

  it('lets nobody act before they have bought', () => {
    const boughtAt = new Map(purchases.map(({ customer, at }) => [customer.email, at]))
    for (const deed of story) {
      if (deed.kind === 'join' || deed.kind === 'buy') continue
      expect(boughtAt.get(deed.customer.email)).toBeLessThan(deed.at)
    }
  })

  it('lets only those who came with the programme join before its first day', () => {
    const early = story.filter(({ at }) => at < startOfDay(start))
    expect(new Set(early.map(({ kind }) => kind))).toEqual(new Set(['join']))
  })
})

describe('a card number', () => {
  it('passes the check of its last digit', () => {
    for (const number of [0, 1, 480, 123_456_789, 999_999_999]) {
      const digits = [...cardNumberFrom(number)].reverse().map(Number)
      const sum = digits.reduce((total, digit, index) => {
        const value = index % 2 === 1 ? digit * 2 : digit
        return total + (value > 9 ? value - 9 : value)
      }, 0)
      expect(digits).toHaveLength(16)
      expect(sum % 10).toBe(0)
    }
  })
})
