import { describe, expect, it } from 'vitest'
import {
  annualFacts,
  at,
  exampleFacts,
  exampleInvoice,
  exampleLine,
  exampleTerms,
} from '@/lib/settlement/example-facts'
import { monthlyFacts, reversal, taxedFacts } from '@/lib/settlement/example-facts'
import { settle } from '@/lib/settlement/settle'

describe('the commission of a payment', () => {
  it('is 480 for the founding example: Pro monthly less 5 %, fee 355', () => {
    const commission = settle(monthlyFacts())
    expect(commission).toMatchObject({
      status: 'settled',
      affiliateId: 'aff_ahmet',
      currency: 'usd',
      netMinor: 2400n,
      rateBps: 2000,
      commissionMinor: 480n,
      reversedMinor: 0n,
      remainingMinor: 480n,
    })
    expect(commission.lines).toEqual([
      {
        lineKey: 'instalment/0',
        kind: 'instalment',
        affiliateId: 'aff_ahmet',
        currency: 'usd',
        account: 'earned',
        amountMinor: 480n,
        occurredAt: monthlyFacts().payment.paidAt,
        earnedOn: '2026-01-15',
        payableOn: '2026-02-14',
      },
    ])
  })

  it('is 5344 for Pro annual less 5 %, fee 829', () => {
    expect(settle(annualFacts())).toMatchObject({ commissionMinor: 5344n, netMinor: 26_721n })
  })

  it('is 565 dollars for €27.55 and VAT on top that settled in dollars', () => {
    expect(settle(taxedFacts())).toMatchObject({ commissionMinor: 565n, currency: 'usd', netMinor: 2827n })
  })

  it('is the same whether the tax is on top of the price or within it', () => {
    const basis = exampleInvoice([exampleLine(2755n, '2026-01-15', '2026-02-15')], {
      totalMinor: 3306n,
      taxMinor: 551n,
      subtotalMinor: 3480n,
      discountMinor: 174n,
    })
    expect(settle(taxedFacts({ basis })).commissionMinor).toBe(565n)
  })

  it('is rounded half up, once, at the end', () => {
    const earned = (paid: bigint) => {
      const basis = exampleInvoice([exampleLine(paid, '2026-01-15', '2026-02-15')])
      return settle(exampleFacts({ amountMinor: paid, paidAt: at('2026-01-15') }, 0n, basis, { terms }))
        .commissionMinor
    }
    const terms = { ...exampleTerms, rateBps: 2500 }
    expect([earned(101n), earned(102n), earned(103n)]).toEqual([25n, 26n, 26n])
  })

  it('counts yen without decimals and dinars with three', () => {
    const paid = (currency: string, amountMinor: bigint, feeMinor: bigint) => {
      const basis = exampleInvoice([exampleLine(amountMinor, '2026-01-15', '2026-02-15')])
      return settle(exampleFacts({ amountMinor, currency, paidAt: at('2026-01-15') }, feeMinor, basis))
    }
    expect(paid('jpy', 2900n, 134n)).toMatchObject({ commissionMinor: 553n, currency: 'jpy' })
    expect(paid('kwd', 8870n, 287n)).toMatchObject({ commissionMinor: 1717n, currency: 'kwd' })
  })
})

describe('a payment that is not the whole of an invoice, or more than one', () => {
  it('earns on its own where several payments pay one invoice', () => {
    const { basis } = annualFacts()
    const half = (paidAt: number) => settle(exampleFacts({ amountMinor: 13_775n, paidAt }, 429n, basis))
    expect(half(at('2026-01-31')).commissionMinor).toBe(2669n)
    expect(half(at('2026-02-20')).commissionMinor).toBe(2669n)
  })

  it('is shared between several invoices by what it paid on each: amounts, fee and reversals alike', () => {
    const on = (id: string, paidMinor: bigint) =>
      settle(
        exampleFacts(
          { amountMinor: 10_000n, paidAt: at('2026-01-15') },
          320n,
          exampleInvoice([exampleLine(paidMinor, '2026-01-15', '2026-02-15')], { id }),
          {
            share: { paidMinor, ofMinor: 10_000n },
            reversals: [reversal('refund', 're_1', 5000n, '2026-01-20')],
          },
        ),
      )
    expect(on('in_1', 7500n)).toMatchObject({ commissionMinor: 1452n, reversedMinor: 726n })
    expect(on('in_2', 2500n)).toMatchObject({ commissionMinor: 484n, reversedMinor: 242n })
  })

  it('never counts for more than itself where the share contradicts it', () => {
    const share = { paidMinor: 9000n, ofMinor: 2755n }
    expect(settle(monthlyFacts({ share })).commissionMinor).toBe(480n)
  })
})

describe('the lines of an invoice that may earn', () => {
  const lines = [
    exampleLine(2000n, '2026-01-15', '2026-02-15', { id: 'il_1', productId: 'prod_pro' }),
    exampleLine(1000n, '2026-01-15', '2026-02-15', { id: 'il_2', productId: 'prod_hats' }),
  ]
  const paid = (products: string[] | null, shipping = 0n) => {
    const total = 3000n + shipping
    const basis = exampleInvoice(lines, { totalMinor: total, totalExcludingTaxMinor: total })
    const terms = { ...exampleTerms, products }
    return settle(exampleFacts({ amountMinor: total, paidAt: at('2026-01-15') }, 300n, basis, { terms }))
  }

  it('are all of them, or those of the products in the terms, which bear their part of the fee', () => {
    expect(paid(null).commissionMinor).toBe(540n)
    expect(paid(['prod_pro']).commissionMinor).toBe(360n)
  })

  it('never are the shipping', () => {
    expect(paid(null, 1000n).commissionMinor).toBe(555n)
  })

  it('are none where no product earns, which needs no fee', () => {
    expect(paid(['prod_mugs'])).toMatchObject({ status: 'not_earning', commissionMinor: 0n, lines: [] })
    expect(paid([]).sentence).toBe('No line of the invoice is for a product that earns.')
  })

  it('never are those of no known product where the terms name products', () => {
    const unknown = lines.map((line) => ({ ...line, productId: null }))
    const terms = { ...exampleTerms, products: ['prod_pro'] }
    expect(settle(monthlyFacts({ basis: exampleInvoice(unknown), terms })).status).toBe('not_earning')
    expect(settle(monthlyFacts({ basis: exampleInvoice(unknown) })).status).toBe('settled')
  })
})

describe('a payment outside Stripe', () => {
  it("earns on the cash, in the payment's currency, without a fee and without waiting for one", () => {
    const facts = monthlyFacts({ settlement: null })
    const offStripe = { ...facts, payment: { ...facts.payment, id: 'inpay_1', offStripe: true } }
    expect(settle(offStripe)).toMatchObject({ status: 'settled', commissionMinor: 551n, currency: 'usd' })
    expect(settle({ ...offStripe, terms: { ...exampleTerms, offStripe: 'ignore' } }).status).toBe(
      'not_earning',
    )
  })
})

describe('a payment of which not all is known yet', () => {
  it('waits for its fee, visibly and without a line', () => {
    expect(settle(monthlyFacts({ settlement: null }))).toMatchObject({
      status: 'awaiting_fee',
      sentence: "Stripe's fee for pi_1 is not known yet; this settles when it is.",
      commissionMinor: 0n,
      netMinor: null,
      lines: [],
    })
  })

  it('waits for what it paid for', () => {
    expect(settle(monthlyFacts({ basis: null }))).toMatchObject({ status: 'awaiting_basis', lines: [] })
  })

  it('belongs to nobody where the customer does', () => {
    expect(settle(monthlyFacts({ attribution: null }))).toMatchObject({
      status: 'unattributed',
      affiliateId: null,
      rateBps: null,
      lines: [],
    })
  })
})

describe('a payment under review or judged', () => {
  it('stands on held with the same amounts and days while a review is open', () => {
    const open = settle(annualFacts({ hold: { reason: 'same company domain' } }))
    expect(open.status).toBe('held')
    expect(open.sentence).toMatch(/^Held: same company domain\. /)
    expect(open.lines.map((line) => ({ ...line, account: 'earned' }))).toEqual(settle(annualFacts()).lines)
    expect(new Set(open.lines.map(({ account }) => account))).toEqual(new Set(['held']))
  })

  it('is void by a verdict, also while a review is open', () => {
    const verdicts = { void: { on: '2026-02-01', by: 'rule same_email', reason: 'own purchase' } } as const
    const commission = settle(monthlyFacts({ verdicts, hold: { reason: 'look' } }))
    expect(commission).toMatchObject({ status: 'void', remainingMinor: 0n, reversedMinor: 480n })
    expect(commission.lines.map(({ account }) => account)).toEqual(['held', 'held'])
  })
})

describe('facts that contradict themselves', () => {
  it('earn nothing on totals that are not above zero, and wait for no fee', () => {
    const bare = exampleInvoice([exampleLine(0n, '2026-01-15', '2026-02-15')])
    const zero = exampleFacts({ amountMinor: 0n, paidAt: at('2026-01-15') }, 0n, bare, { settlement: null })
    const sold = exampleInvoice([exampleLine(2755n, '2026-01-15', '2026-02-15')])
    const credited = { ...zero, basis: sold }
    const negative = monthlyFacts({ basis: exampleInvoice([exampleLine(-500n, '2026-01-15', '2026-02-15')]) })
    const untaxed = monthlyFacts({ basis: { ...sold, totalExcludingTaxMinor: 0n } })
    for (const facts of [zero, credited, negative, untaxed, monthlyFacts({ basis: bare })]) {
      expect(settle({ ...facts, settlement: null })).toMatchObject({ status: 'not_earning', lines: [] })
    }
  })

  it('earn nothing on a share of zero', () => {
    for (const share of [
      { paidMinor: 0n, ofMinor: 0n },
      { paidMinor: 0n, ofMinor: 5n },
      { paidMinor: -5n, ofMinor: -5n },
    ]) {
      expect(settle(monthlyFacts({ share })).status).toBe('not_earning')
    }
  })

  it('earn nothing, never less, where the fee is more than the cash or credits outweigh what was bought', () => {
    const settlement = { currency: 'usd', grossMinor: 20n, feeMinor: 355n, balanceTransactionId: 'txn_1' }
    const eaten = settle(monthlyFacts({ settlement }))
    expect(eaten).toMatchObject({
      status: 'settled',
      commissionMinor: 0n,
      netMinor: -335n,
      lines: [],
      instalments: [],
    })
    expect(eaten.sentence).toBe('The fee left nothing to earn from.')
    const credit = [exampleLine(-100n, '2026-01-15', '2026-02-15')]
    const basis = exampleInvoice(credit, { totalMinor: 2755n, totalExcludingTaxMinor: 2755n })
    expect(settle(monthlyFacts({ basis, settlement })).commissionMinor).toBe(0n)
  })

  it('are refused in words where a moment is in milliseconds', () => {
    const { payment } = monthlyFacts()
    const facts = monthlyFacts({ payment: { ...payment, paidAt: payment.paidAt * 1000 } })
    expect(() => settle(facts)).toThrow('is not a whole second from 1970 to 2200')
  })
})
