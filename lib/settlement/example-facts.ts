import { startOfDay } from '@/lib/calendar'
import type { Day, Instant } from '@/lib/calendar'
import type {
  BasisFact,
  CommissionFacts,
  LineFact,
  PaymentFact,
  ReversalFact,
  TermsFact,
} from '@/lib/settlement/facts'

/** Facts for tests: the founding programme's terms and its two plans, to be changed one by one. */

/** Ten in the morning of a day, UTC. */
export function at(day: Day): Instant {
  return startOfDay(day) + 36_000
}

export const exampleTerms: TermsFact = {
  rateBps: 2000,
  holdDays: 30,
  durationMonths: null,
  onCancel: 'stop',
  products: null,
  offStripe: 'earn',
  earnsFrom: '2026-01-01',
  existingCustomers: 'attribute',
}

export function exampleLine(netMinor: bigint, from: Day, to: Day, changes: Partial<LineFact> = {}): LineFact {
  return {
    id: 'il_1',
    netMinor,
    periodStart: at(from),
    periodEnd: at(to),
    productId: 'prod_pro',
    description: 'Pro',
    ...changes,
  }
}

/** An invoice without tax over its lines' sum. */
export function exampleInvoice(lines: LineFact[], changes: Partial<BasisFact> = {}): BasisFact {
  const total = lines.reduce((sum, line) => sum + line.netMinor, 0n)
  return {
    kind: 'invoice',
    id: 'in_1',
    subscriptionId: 'sub_1',
    totalMinor: total,
    totalExcludingTaxMinor: total,
    subtotalMinor: total,
    discountMinor: 0n,
    taxMinor: 0n,
    lines,
    ...changes,
  }
}

/** A payment that settles in its own currency, in full, on its one invoice. */
export function exampleFacts(
  payment: Pick<PaymentFact, 'amountMinor' | 'paidAt'> & Partial<PaymentFact>,
  feeMinor: bigint,
  basis: BasisFact | null,
  changes: Partial<CommissionFacts> = {},
): CommissionFacts {
  const paid: PaymentFact = {
    id: 'pi_1',
    currency: 'usd',
    offStripe: false,
    customerId: 'cus_1',
    ...payment,
  }
  return {
    payment: paid,
    share: { paidMinor: paid.amountMinor, ofMinor: paid.amountMinor },
    settlement: {
      currency: paid.currency,
      grossMinor: paid.amountMinor,
      feeMinor,
      balanceTransactionId: 'txn_1',
    },
    basis,
    attribution: { affiliateId: 'aff_ahmet', since: at('2026-01-01'), matchedBy: 'promotion_code' },
    terms: exampleTerms,
    customerPaidBeforeEvidence: false,
    affiliateClosedAt: null,
    reversals: [],
    subscriptionEndedAt: null,
    verdicts: { void: null },
    hold: null,
    ...changes,
  }
}

/** Pro monthly, $29 less 5 %, paid on 2026-01-15: earns 480. */
export function monthlyFacts(changes: Partial<CommissionFacts> = {}): CommissionFacts {
  const lines = [exampleLine(2755n, '2026-01-15', '2026-02-15')]
  const basis = exampleInvoice(lines, { subtotalMinor: 2900n, discountMinor: 145n })
  return exampleFacts({ amountMinor: 2755n, paidAt: at('2026-01-15') }, 355n, basis, changes)
}

/** Pro annual, $290 less 5 %, paid on 2026-01-31: earns 5344 in twelve instalments. */
export function annualFacts(changes: Partial<CommissionFacts> = {}): CommissionFacts {
  const lines = [exampleLine(27_550n, '2026-01-31', '2027-01-31')]
  const basis = exampleInvoice(lines, { subtotalMinor: 29_000n, discountMinor: 1450n })
  return exampleFacts({ amountMinor: 27_550n, paidAt: at('2026-01-31') }, 829n, basis, changes)
}

/** €27.55 and 20 % VAT, settled in dollars: earns 565. */
export function taxedFacts(changes: Partial<CommissionFacts> = {}): CommissionFacts {
  const lines = [exampleLine(2755n, '2026-01-15', '2026-02-15')]
  const basis = exampleInvoice(lines, {
    totalMinor: 3306n,
    taxMinor: 551n,
    subtotalMinor: 2900n,
    discountMinor: 145n,
  })
  return exampleFacts({ amountMinor: 3306n, paidAt: at('2026-01-15'), currency: 'eur' }, 149n, basis, {
    settlement: { currency: 'usd', grossMinor: 3571n, feeMinor: 149n, balanceTransactionId: 'txn_1' },
    ...changes,
  })
}

export function reversal(kind: ReversalFact['kind'], id: string, amountMinor: bigint, on: Day): ReversalFact {
  return { kind, id, amountMinor, at: at(on) }
}
