import { describe, expect, it } from 'vitest'
import type { Day } from '@/lib/calendar'
import {
  annualFacts,
  at,
  exampleFacts,
  exampleInvoice,
  exampleLine,
  exampleTerms,
} from '@/lib/settlement/example-facts'
import type { CommissionFacts } from '@/lib/settlement/facts'
import { scheduleOf, serviceMonths } from '@/lib/settlement/schedule'
import { settle } from '@/lib/settlement/settle'

function monthsOf(from: Day, to: Day): Day[] {
  return serviceMonths(at(from), at(to))
}

function amountsOf(facts: CommissionFacts): bigint[] {
  return settle(facts).instalments.map(({ amountMinor }) => amountMinor)
}

/** On an invoice, paid on 2026-02-01. */
function upgradeFacts(): CommissionFacts {
  const unused = exampleLine(-1900n, '2026-02-01', '2026-02-15', { id: 'il_unused' })
  const annual = exampleLine(27_550n, '2026-02-01', '2027-02-01', { id: 'il_annual' })
  const basis = exampleInvoice([unused, annual])
  return exampleFacts({ amountMinor: 25_650n, paidAt: at('2026-02-01') }, 774n, basis)
}

describe('service months', () => {
  it('are twelve in any year, whatever day it begins on', () => {
    const starts: Day[] = ['2026-01-31', '2028-02-29', '2027-02-28', '2026-12-31', '2026-03-01', '2026-08-30']
    for (const start of starts) {
      const end: Day =
        start === '2028-02-29' ? '2029-02-28' : (`${Number(start.slice(0, 4)) + 1}${start.slice(4)}` as Day)
      expect(monthsOf(start, end)).toHaveLength(12)
    }
  })

  it('are counted from the first day and clamped to the end of short months', () => {
    expect(monthsOf('2026-01-31', '2026-05-31')).toEqual([
      '2026-01-31',
      '2026-02-28',
      '2026-03-31',
      '2026-04-30',
    ])
  })

  it('are one from 28 February to 31 March, and two where four days are left', () => {
    expect(monthsOf('2026-02-28', '2026-03-31')).toEqual(['2026-02-28'])
    expect(monthsOf('2026-02-28', '2026-04-01')).toEqual(['2026-02-28', '2026-03-28'])
  })

  it('have at least their start, also where the period has no length or ends before it begins', () => {
    expect(monthsOf('2026-02-28', '2026-02-28')).toEqual(['2026-02-28'])
    expect(monthsOf('2026-02-28', '2025-02-28')).toEqual(['2026-02-28'])
  })

  it('end with the calendar, so that eighty years are 960 and the longest period is over in a moment', () => {
    expect(monthsOf('2026-01-31', '2106-01-31')).toHaveLength(960)
    expect(monthsOf('1970-01-01', '2200-12-31')).toHaveLength(2772)
    expect(() => serviceMonths(0, Number.MAX_SAFE_INTEGER)).toThrow(RangeError)
  })
})

describe('the annual example, paid on 2026-01-31', () => {
  const { instalments, lines } = settle(annualFacts())

  it('has twelve instalments, 4 × 446 then 8 × 445', () => {
    expect(instalments.map(({ amountMinor }) => amountMinor)).toEqual([
      446n,
      446n,
      446n,
      446n,
      445n,
      445n,
      445n,
      445n,
      445n,
      445n,
      445n,
      445n,
    ])
    expect(lines.map(({ lineKey }) => lineKey)).toEqual(instalments.map(({ k }) => `instalment/${k}`))
  })

  it('is earned on the first day of each service month', () => {
    expect(instalments.map(({ earnedOn }) => earnedOn)).toEqual([
      ...['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31', '2026-06-30'],
      ...['2026-07-31', '2026-08-31', '2026-09-30', '2026-10-31', '2026-11-30', '2026-12-31'],
    ])
  })

  it('is payable thirty days after that', () => {
    expect(instalments.map(({ payableOn }) => payableOn)).toEqual([
      ...['2026-03-02', '2026-03-30', '2026-04-30', '2026-05-30', '2026-06-30', '2026-07-30'],
      ...['2026-08-30', '2026-09-30', '2026-10-30', '2026-11-30', '2026-12-30', '2027-01-30'],
    ])
  })
})

describe('instalments', () => {
  it('of an upgrade are 77, 446, 446, 446, 445 × 8, together 4975', () => {
    expect(settle(upgradeFacts()).commissionMinor).toBe(4975n)
    expect(amountsOf(upgradeFacts())).toEqual([77n, 446n, 446n, 446n, ...Array<bigint>(8).fill(445n)])
  })

  it('leave out the months in which credits outweigh what was bought', () => {
    const unused = exampleLine(-9000n, '2026-02-01', '2026-02-15', { id: 'il_unused' })
    const annual = exampleLine(24_000n, '2026-02-01', '2027-02-01', { id: 'il_annual' })
    const facts = exampleFacts(
      { amountMinor: 15_000n, paidAt: at('2026-02-01') },
      0n,
      exampleInvoice([unused, annual]),
    )
    const { instalments } = settle(facts)
    expect(instalments.map(({ serviceMonthOn }) => serviceMonthOn)[0]).toBe('2026-03-01')
    expect(instalments).toHaveLength(11)
    expect(instalments.map(({ amountMinor }) => amountMinor)).toEqual([
      ...Array<bigint>(8).fill(273n),
      ...Array<bigint>(3).fill(272n),
    ])
  })

  it('are earned on the day of payment where the service month began before it', () => {
    const used = exampleLine(6000n, '2025-11-01', '2026-02-01')
    const { instalments } = settle(
      exampleFacts({ amountMinor: 6000n, paidAt: at('2026-01-15') }, 0n, exampleInvoice([used])),
    )
    expect(instalments.map(({ serviceMonthOn }) => serviceMonthOn)).toEqual([
      '2025-11-01',
      '2025-12-01',
      '2026-01-01',
    ])
    expect(instalments.map(({ earnedOn }) => earnedOn)).toEqual(['2026-01-15', '2026-01-15', '2026-01-15'])
  })

  it('follow only the lines that earn', () => {
    const monthly = exampleLine(2000n, '2026-02-01', '2026-03-01', { id: 'il_1', productId: 'prod_pro' })
    const annual = exampleLine(12_000n, '2026-02-01', '2027-02-01', { id: 'il_2', productId: 'prod_hats' })
    const terms = { ...exampleTerms, products: ['prod_pro'] }
    const paid = { amountMinor: 14_000n, paidAt: at('2026-02-01') }
    expect(amountsOf(exampleFacts(paid, 0n, exampleInvoice([monthly, annual]), { terms }))).toEqual([400n])
  })

  it('are one, on the day of payment and without a service month, where no line has a period', () => {
    const session = exampleLine(5000n, '2026-01-01', '2026-01-01', { periodStart: null, periodEnd: null })
    expect(scheduleOf(1000n, [session], '2026-01-15', 30)).toEqual([
      {
        k: 0,
        serviceMonthOn: null,
        earnedOn: '2026-01-15',
        payableOn: '2026-02-14',
        amountMinor: 1000n,
        remainingMinor: 1000n,
      },
    ])
  })

  it('are payable on the day they are earned without a hold period, and none for a commission of zero', () => {
    const line = exampleLine(5000n, '2026-01-01', '2026-02-01')
    expect(scheduleOf(10n, [line], '2026-01-15', 0)[0]?.payableOn).toBe('2026-01-15')
    expect(scheduleOf(10n, [line], '2026-01-15', -5)[0]?.payableOn).toBe('2026-01-15')
    expect(scheduleOf(0n, [line], '2026-01-15', 30)).toEqual([])
  })

  it('of a commission smaller than their number are there, but only those above zero make lines', () => {
    const basis = exampleInvoice([exampleLine(12n, '2026-01-31', '2027-01-31')])
    const commission = settle(exampleFacts({ amountMinor: 12n, paidAt: at('2026-01-31') }, 0n, basis))
    expect(commission.commissionMinor).toBe(2n)
    expect(commission.instalments).toHaveLength(12)
    expect(commission.lines.map(({ lineKey }) => lineKey)).toEqual(['instalment/0', 'instalment/1'])
  })
})
