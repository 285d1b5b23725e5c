import { describe, expect, it } from 'vitest'
import {
  isKeyKnown,
  judgeCandidate,
  minimumOf,
  pauseSeconds,
  payablePart,
  runStateOf,
  type Candidate,
} from './rules'

const candidate = (changes: Partial<Candidate> = {}): Candidate => ({
  currency: 'usd',
  status: 'active',
  balanceMinor: 6000n,
  minimumMinor: 5000n,
  moreToCome: true,
  details: { usable: true, hoursOld: 1000, changed: false, shared: false },
  rules: { detailsChanged: { action: 'hold', hours: 72 }, sameAccount: { action: 'hold' } },
  before: { payouts: 1, largestMinor: 6000n },
  openAnomalies: false,
  debtElsewhere: false,
  ...changes,
})
const details = (changes: object) => ({
  details: { usable: true, hoursOld: 1000, changed: false, shared: false, ...changes },
})

describe('what can be paid', () => {
  it.each([
    ['usd', 4999n, 4999n, 0n],
    ['jpy', 7501n, 7501n, 0n],
    ['huf', 12_345n, 12_300n, 45n],
    ['twd', 199n, 100n, 99n],
    ['kwd', 5124n, 5120n, 4n],
    ['huf', 99n, 0n, 99n],
    ['usd', -5n, 0n, 0n],
  ])('of a balance in %s of %i is %i, and %i is carried', (currency, balance, amountMinor, carriedMinor) => {
    expect(payablePart(balance, currency)).toEqual({ amountMinor, carriedMinor })
  })

  it('has a minimum in every currency', () => {
    expect(minimumOf({ usd: 5000n }, 'usd')).toBe(5000n)
    expect([minimumOf({}, 'sek'), minimumOf({}, 'jpy'), minimumOf({}, 'kwd')]).toEqual([5000n, 50n, 50_000n])
  })
})

describe('who is left out', () => {
  it.each<[string, Partial<Candidate>]>([
    ['debt', { balanceMinor: -1n }],
    ['suspended', { status: 'suspended' }],
    ['applied', { status: 'applied' }],
    ['below_minimum', { balanceMinor: 4999n }],
    ['below_minimum', { balanceMinor: 4999n, status: 'closed' }],
    ['too_small', { balanceMinor: 99n, currency: 'huf', minimumMinor: 0n }],
    ['no_details', { details: null }],
    ['no_details', details({ usable: false })],
    ['details_changed', details({ hoursOld: 71.9, changed: true })],
    ['same_account', details({ shared: true })],
  ])('says %s', (reason, changes) => {
    expect(judgeCandidate(candidate(changes))).toEqual({ in: false, reason })
  })

  it.each<[string, Partial<Candidate>]>([
    ['the minimum itself', { balanceMinor: 5000n }],
    [
      'a closed affiliate’s last rest, below the minimum',
      { balanceMinor: 1n, status: 'closed', moreToCome: false },
    ],
    ['details changed three days ago', details({ hoursOld: 72, changed: true })],
    ['the first details of all', details({ hoursOld: 1 })],
    [
      'changed details where the terms only notice',
      {
        ...details({ hoursOld: 1, changed: true }),
        rules: { detailsChanged: { action: 'notice', hours: 72 }, sameAccount: { action: 'hold' } },
      },
    ],
  ])('is not %s', (_, changes) => {
    expect(judgeCandidate(candidate(changes)).in).toBe(true)
  })
})

describe('the approver is told', () => {
  it.each<[string, Partial<Candidate>]>([
    ['first_payout', { before: { payouts: 0, largestMinor: 0n } }],
    ['new_details', details({ hoursOld: 1 })],
    ['unusually_large', { balanceMinor: 18_001n }],
    ['open_anomalies', { openAnomalies: true }],
    ['debt_elsewhere', { debtElsewhere: true }],
    ['closed', { status: 'closed' }],
  ])('%s', (warning, changes) => {
    expect(judgeCandidate(candidate(changes))).toMatchObject({ in: true, warnings: [warning] })
  })

  it('nothing of what is as usual', () => {
    expect(judgeCandidate(candidate({ balanceMinor: 18_000n }))).toMatchObject({ in: true, warnings: [] })
  })
})

describe('a run', () => {
  it.each([
    ['approved', { approved: 2, taken_out: 1 }, false, 'approved'],
    ['approved', { approved: 1 }, true, 'sending'],
    ['approved', { approved: 1, paid: 1 }, false, 'sending'],
    ['approved', { sending: 1, unknown: 1 }, true, 'sending'],
    ['approved', { unknown: 1, paid: 9 }, true, 'unknown'],
    ['approved', { paid: 9, failed: 1, returned: 1, taken_out: 1 }, true, 'paid'],
    ['approved', { failed: 1, returned: 1 }, true, 'returned'],
    ['approved', { failed: 1, taken_out: 1 }, true, 'failed'],
    ['draft', { draft: 3 }, false, 'draft'],
    ['discarded', {}, false, 'discarded'],
  ] as const)('%s with %o (begun: %s) is %s', (stored, counts, began, state) => {
    expect(runStateOf(stored, counts, began)).toBe(state)
  })
})

describe('a key', () => {
  it('is asked under again for 23 hours', () => {
    const at = new Date('2026-03-01T00:00:00Z')
    expect(isKeyKnown(at, new Date('2026-03-01T22:59:59Z'))).toBe(true)
    expect(isKeyKnown(at, new Date('2026-03-01T23:00:00Z'))).toBe(false)
  })

  it('is asked under ever more seldom, at least four times an hour', () => {
    expect([0, 1, 5, 20, 1000].map(pauseSeconds)).toEqual([1, 2, 32, 900, 900])
  })
})
