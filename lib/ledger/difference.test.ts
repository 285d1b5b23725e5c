import { describe, expect, it } from 'vitest'
import type { LedgerLine } from '@/lib/settlement/facts'
import { difference } from './difference'

const line = (change: Partial<LedgerLine> = {}): LedgerLine => ({
  lineKey: 'instalment/0',
  kind: 'instalment',
  affiliateId: 'aff_a',
  currency: 'usd',
  account: 'earned',
  amountMinor: 480n,
  occurredAt: 1_768_435_200,
  earnedOn: '2026-01-15',
  payableOn: '2026-02-14',
  ...change,
})

describe('the difference between what ought to stand and what stands', () => {
  it('writes a line that is missing', () => {
    expect(difference([line()], [])).toEqual([
      expect.objectContaining({ debit: 'commission_expense', credit: 'earned', amountMinor: 480n, seq: 1 }),
    ])
  })

  it('writes nothing when the books are right', () => {
    expect(difference([line()], difference([line()], []))).toEqual([])
  })

  it('writes a reversal from the affiliate back to the programme', () => {
    const back = line({ lineKey: 'refund:re_1/instalment/0', kind: 'refund', amountMinor: -174n })
    const [, reversal] = difference([line(), back], [])
    expect(reversal).toMatchObject({
      debit: 'earned',
      credit: 'commission_expense',
      amountMinor: 174n,
      kind: 'refund',
    })
  })

  it('undoes a reversal that no longer counts, on the days of the line it undoes', () => {
    const back = line({ lineKey: 'refund:re_1/instalment/0', kind: 'refund', amountMinor: -174n })
    const written = difference([line(), back], [])
    expect(difference([line()], written)).toEqual([
      expect.objectContaining({
        lineKey: 'refund:re_1/instalment/0',
        kind: 'refund',
        seq: 2,
        debit: 'commission_expense',
        credit: 'earned',
        amountMinor: 174n,
        earnedOn: '2026-01-15',
      }),
    ])
  })

  it('moves a line between earned and held by one transfer', () => {
    const written = difference([line()], [])
    expect(difference([line({ account: 'held' })], written)).toEqual([
      expect.objectContaining({ kind: 'hold', debit: 'earned', credit: 'held', amountMinor: 480n, seq: 2 }),
    ])
  })

  it('corrects an amount, an affiliate and a day at once, and then says nothing more', () => {
    const written = difference([line()], [])
    const moved = line({ affiliateId: 'aff_b', amountMinor: 500n, payableOn: '2026-02-15' })
    const correction = difference([moved], written)
    expect(correction.map((row) => row.seq).toSorted()).toEqual([2, 3])
    expect(difference([moved], [...written, ...correction])).toEqual([])
  })

  it('leaves a line that is in a payout alone, and puts a correction of it on earned', () => {
    const paid = difference([line()], []).map((row) => ({ ...row, credit: 'in_payout' }))
    expect(difference([line()], paid)).toEqual([])
    expect(difference([], paid)).toEqual([
      expect.objectContaining({ debit: 'earned', credit: 'commission_expense', amountMinor: 480n }),
    ])
  })
})
