import { describe, expect, it } from 'vitest'
import { commissionOf, instalmentsOf, movementsOf, serviceMonths } from './earnings'
import type { Line, Reversal, Sale, Terms } from './facts'

const terms: Terms = {
  rateBps: 2000,
  holdDays: 30,
  durationMonths: null,
  onCancel: 'stop',
  products: null,
  offStripe: 'earn',
  earnsFrom: '2020-01-01',
  existingCustomers: 'attribute',
}
const second = (text: string): number => Date.parse(text) / 1000

function sale(
  amounts: { total: bigint; withoutTax?: bigint; settled?: bigint; fee: bigint; paid?: bigint },
  lines: [net: bigint, start: string, end: string][],
  reversals: Reversal[] = [],
  paidOn = '2026-01-31',
): Sale {
  const { total, withoutTax = total, paid = total, settled = paid, fee } = amounts
  return {
    paymentId: 'pi_1',
    customerId: 'cus_1',
    payment: {
      currency: 'usd',
      all: paid,
      here: paid,
      paidAt: second(`${paidOn}T10:00:00Z`),
      isOffStripe: false,
    },
    settled: { currency: 'usd', amount: settled, fee },
    basis: {
      id: 'in_1',
      total,
      withoutTax,
      subscriptionId: 'sub_1',
      lines: lines.map(([net, start, end]): Line => {
        return { net, period: { start: second(start), end: second(end) }, product: null }
      }),
    },
    reversals,
  }
}

const month: [bigint, string, string] = [2755n, '2026-01-31', '2026-02-28']
const monthly = sale({ total: 2755n, fee: 355n }, [month])
const year: [bigint, string, string] = [27550n, '2026-01-31', '2027-01-31']
const annual = sale({ total: 27550n, fee: 829n }, [year])
const amounts = (instalments: readonly { amount: bigint }[]) => instalments.map((each) => each.amount)

describe('the model gives the examples of the text', () => {
  it('of a commission', () => {
    expect(commissionOf(monthly, terms)).toBe(480n)
    expect(commissionOf(annual, terms)).toBe(5344n)
    const taxed = sale({ total: 3306n, withoutTax: 2755n, settled: 3571n, fee: 149n }, [month])
    expect(commissionOf(taxed, terms)).toBe(565n)
  })

  it('of service months', () => {
    expect(serviceMonths(second('2026-02-28'), second('2026-03-31'))).toHaveLength(1)
    expect(serviceMonths(second('2028-02-29'), second('2029-02-28'))).toHaveLength(12)
    expect(serviceMonths(second('2026-02-28'), second('2026-02-28'))).toEqual(['2026-02-28'])
  })

  it('of instalments', () => {
    const twelve = instalmentsOf(annual, terms, 5344n)
    expect(amounts(twelve)).toEqual([446n, 446n, 446n, 446n, ...Array<bigint>(8).fill(445n)])
    expect(twelve.map((each) => each.payableOn)).toEqual(
      '2026-03-02 2026-03-30 2026-04-30 2026-05-30 2026-06-30 2026-07-30 2026-08-30 2026-09-30 2026-10-30 2026-11-30 2026-12-30 2027-01-30'.split(
        ' ',
      ),
    )
    const upgrade = sale(
      { total: 25650n, fee: 774n },
      [
        [-1900n, '2026-02-01', '2026-02-15'],
        [27550n, '2026-02-01', '2027-02-01'],
      ],
      [],
      '2026-02-01',
    )
    expect(commissionOf(upgrade, terms)).toBe(4975n)
    const rest = [446n, 446n, 446n, ...Array<bigint>(8).fill(445n)]
    expect(amounts(instalmentsOf(upgrade, terms, 4975n))).toEqual([77n, ...rest])
  })

  it('of a refund within the year, in part and whole', () => {
    const on = second('2026-05-20T08:00:00Z')
    const part = { ...annual, reversals: [{ id: 're_1', at: on, amount: 18367n }] }
    const taken = movementsOf(part, terms, { endedAt: null }).filter(({ amount }) => amount < 0n)
    expect(amounts(taken)).toEqual([...Array<bigint>(8).fill(-445n), -3n])
    expect(taken.at(-1)).toMatchObject({ earnedOn: '2026-05-20', payableOn: '2026-05-30' })
    const whole = { ...annual, reversals: [{ id: 're_1', at: on, amount: 27550n }] }
    const back = movementsOf(whole, terms, { endedAt: null }).filter(({ amount }) => amount < 0n)
    expect(back.slice(-3)).toEqual(
      Array(3).fill({ earnedOn: '2026-05-20', payableOn: '2026-05-20', amount: -446n }),
    )
    expect(back).toHaveLength(12)
  })

  it('of two refunds and a dispute that ask for more than was paid', () => {
    const reversals = [
      { id: 'dp_1', at: second('2026-03-25'), amount: 2755n },
      { id: 're_2', at: second('2026-03-20'), amount: 1000n },
      { id: 're_1', at: second('2026-02-01'), amount: 1000n },
    ]
    const taken = movementsOf({ ...monthly, reversals }, terms, { endedAt: null }).slice(1)
    expect(amounts(taken)).toEqual([-174n, -174n, -132n])
  })
})
