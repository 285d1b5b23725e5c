import { dayOf, laterOf, type Instant } from '@/lib/calendar'
import { roundHalfUp } from '@/lib/money'
import { whyNotEarning, whyNothingToEarn } from '@/lib/settlement/eligibility'
import { explainBasis, explainEarning, explainTakings, sentenceOf } from '@/lib/settlement/explanation'
import type {
  BasisFact,
  Commission,
  CommissionFacts,
  CommissionStatus,
  Instalment,
  LedgerLine,
  SettlementFact,
} from '@/lib/settlement/facts'
import { commissionOf, earningLinesOf, netOf, rateOf, settlementOf, shareOf } from '@/lib/settlement/net'
import type { EarningLines } from '@/lib/settlement/net'
import { scheduleOf } from '@/lib/settlement/schedule'
import { takeBack } from '@/lib/settlement/takings'
import type { Taking } from '@/lib/settlement/takings'

/**
 * What a payment earns on one invoice or session, and the lines that ought to stand in the ledger for it. The answer
 * depends on the facts alone, not on the order of their lists. Facts that contradict themselves earn nothing or are
 * capped; RangeError is thrown only for a moment outside the calendar (1970 to 2200) and for terms that are no whole
 * numbers.
 */
export function settle(facts: CommissionFacts): Commission {
  const { attribution, basis, terms, payment } = facts
  if (attribution === null)
    return earnsNothing(facts, 'unattributed', 'The customer belongs to no affiliate.')
  const barred = whyNotEarning(facts, attribution.since)
  if (barred !== null) return earnsNothing(facts, 'not_earning', barred)
  if (basis === null) {
    return earnsNothing(
      facts,
      'awaiting_basis',
      `It is not known yet what ${payment.id} paid for; this waits for it.`,
    )
  }
  const earning = earningLinesOf(basis, terms)
  const empty = whyNothingToEarn(basis, earning)
  if (empty !== null) return earnsNothing(facts, 'not_earning', empty)
  const settlement = settlementOf(facts)
  if (settlement === null) {
    return earnsNothing(
      facts,
      'awaiting_fee',
      `Stripe's fee for ${payment.id} is not known yet; this settles when it is.`,
    )
  }

  return earns(facts, attribution.affiliateId, basis, earning, settlement)
}

function earns(
  facts: CommissionFacts,
  affiliateId: string,
  basis: BasisFact,
  earning: EarningLines,
  settlement: SettlementFact,
): Commission {
  const { payment, terms, verdicts, hold } = facts
  const { currency } = settlement
  const net = netOf(shareOf(facts), settlement, basis, earning.netMinor)
  const exact = rateOf(net, terms.rateBps)
  const commissionMinor = commissionOf(exact)
  const instalments = scheduleOf(commissionMinor, earning.lines, dayOf(payment.paidAt), terms.holdDays)
  const { reversals, takings } = takeBack(facts, commissionMinor, instalments)
  const remainingMinor = instalments.reduce((sum, instalment) => sum + instalment.remainingMinor, 0n)
  const amounts = { commissionMinor, remainingMinor, instalments, reversals }
  const work = { ...amounts, basis, settlement, earning, net, exact, takings }
  return {
    ...amounts,
    status: verdicts.void ? 'void' : hold ? 'held' : 'settled',
    sentence: sentenceOf(facts, work),
    affiliateId,
    currency,
    netMinor: roundHalfUp(net.numerator, net.denominator),
    rateBps: terms.rateBps,
    reversedMinor: commissionMinor - remainingMinor,
    lines: linesOf(instalments, takings, {
      affiliateId,
      currency,
      account: hold ? 'held' : 'earned',
      paidAt: payment.paidAt,
    }),
    steps: [...explainBasis(facts), ...explainEarning(facts, work), ...explainTakings(facts, work)],
  }
}

function earnsNothing(facts: CommissionFacts, status: CommissionStatus, sentence: string): Commission {
  return {
    status,
    sentence,
    affiliateId: facts.attribution?.affiliateId ?? null,
    currency: settlementOf(facts)?.currency ?? null,
    netMinor: null,
    rateBps: facts.attribution === null ? null : facts.terms.rateBps,
    commissionMinor: 0n,
    reversedMinor: 0n,
    remainingMinor: 0n,
    instalments: [],
    reversals: [],
    lines: [],
    steps: explainBasis(facts),
  }
}

/**
 * One line for each instalment and for each part that is taken back. A part is earned and payable with the instalment
 * it cancels, or on the day it is taken where that is later: so a refund in the hold period never shows up as debt.
 */
function linesOf(
  instalments: Instalment[],
  takings: Taking[],
  book: Pick<LedgerLine, 'affiliateId' | 'currency' | 'account'> & { paidAt: Instant },
): LedgerLine[] {
  const { paidAt, ...account } = book
  const given = instalments
    .filter(({ amountMinor }) => amountMinor > 0n)
    .map(({ k, amountMinor, earnedOn, payableOn }): LedgerLine => {
      const days = { occurredAt: paidAt, earnedOn, payableOn }
      return { lineKey: `instalment/${k}`, kind: 'instalment', ...account, amountMinor, ...days }
    })
  const taken = takings.flatMap(({ key, kind, at, on, parts }) =>
    parts.map(({ instalment, amountMinor }): LedgerLine => {
      const earnedOn = laterOf(instalment.earnedOn, on)
      const payableOn = laterOf(instalment.payableOn, on)
      const lineKey = `${key}instalment/${instalment.k}`
      return { lineKey, kind, ...account, amountMinor: -amountMinor, occurredAt: at, earnedOn, payableOn }
    }),
  )
  return [...given, ...taken]
}
