import { dayOf } from '@/lib/calendar'
import { decimal, decimalString, formatMoney, formatRate, minorUnitExponent, roundHalfUp } from '@/lib/money'
import type {
  BasisFact,
  CommissionFacts,
  Instalment,
  Reversal,
  SettlementFact,
  Step,
} from '@/lib/settlement/facts'
import { shareOf } from '@/lib/settlement/net'
import type { EarningLines, Ratio } from '@/lib/settlement/net'
import { movesMoney } from '@/lib/settlement/takings'
import type { Taking } from '@/lib/settlement/takings'

/** Everything that was worked out for a commission, for the words about it. */
export interface Work {
  basis: BasisFact
  settlement: SettlementFact
  earning: EarningLines
  net: Ratio
  /** The commission before rounding. */
  exact: Ratio
  commissionMinor: bigint
  remainingMinor: bigint
  instalments: Instalment[]
  reversals: Reversal[]
  takings: Taking[]
}

/** The commission in a sentence or two. */
export function sentenceOf(facts: CommissionFacts, work: Work): string {
  const { settlement, net, commissionMinor, remainingMinor, instalments } = work
  const money = (minor: bigint) => formatMoney(minor, settlement.currency)
  const rate = formatRate(facts.terms.rateBps)
  const verdict = facts.verdicts.void
  const sentences = [
    verdict ? `Void since ${verdict.on}, by ${verdict.by}: ${ended(verdict.reason)}` : '',
    facts.hold && !verdict ? `Held: ${ended(facts.hold.reason)}` : '',
    net.numerator <= 0n
      ? 'The fee left nothing to earn from.'
      : `${rate} of a net ${money(roundHalfUp(net.numerator, net.denominator))} is ${money(commissionMinor)}` +
        (instalments.length > 1 ? `, earned in ${instalments.length} instalments.` : '.'),
    remainingMinor < commissionMinor
      ? `${money(commissionMinor - remainingMinor)} was taken back, ${money(remainingMinor)} remains.`
      : '',
  ]
  return sentences.filter((sentence) => sentence !== '').join(' ')
}

/** What was charged and paid, as far as it is known. */
export function explainBasis(facts: CommissionFacts): Step[] {
  const { payment, basis, share } = facts
  const money = (minor: bigint) => formatMoney(minor, payment.currency)
  const paid = step('Paid', `P: ${payment.id} on ${dayOf(payment.paidAt)}`, money(payment.amountMinor))
  if (basis === null) return [paid]
  const { kind, id, subtotalMinor, discountMinor, taxMinor, totalMinor, totalExcludingTaxMinor } = basis
  const part = { here: money(share.paidMinor), all: money(share.ofMinor) }
  return [
    step('Gross', `${kind} ${id} before discounts`, money(subtotalMinor)),
    step('Discount', 'off before anything is earned', money(-discountMinor)),
    step('Tax', 'in the total; never earns', money(taxMinor)),
    step('Total', 'T: after discounts, with tax', money(totalMinor)),
    step('Total without tax', 'X: after discounts', money(totalExcludingTaxMinor)),
    paid,
    ...(share.paidMinor === share.ofMinor
      ? []
      : [
          step(
            'Share',
            `S: what ${payment.id} paid on this ${kind}, of all it paid`,
            `${part.here} of ${part.all}`,
          ),
        ]),
  ]
}

/** The formula with its numbers, from what was settled to the commission. */
export function explainEarning(facts: CommissionFacts, work: Work): Step[] {
  const { payment, terms } = facts
  const { basis, settlement, earning, net, exact, commissionMinor } = work
  const money = (minor: bigint) => formatMoney(minor, settlement.currency)
  const settled = (minor: bigint) => decimalString(minor, settlement.currency)
  const charged = (minor: bigint) => decimalString(minor, payment.currency)
  const source = payment.offStripe
    ? 'paid outside Stripe'
    : `balance transaction ${settlement.balanceTransactionId ?? 'of the payment'}`
  const share = shareOf(facts)
  const whole = share.numerator === share.denominator
  const withoutTax = charged(basis.totalExcludingTaxMinor)
  const numbers =
    `(${settled(settlement.grossMinor)} × ${withoutTax}/${charged(basis.totalMinor)} − ` +
    `${settled(settlement.feeMinor)}) × ${charged(earning.netMinor)}/${withoutTax}`
  const part = whole ? '' : ` × ${charged(share.numerator)}/${charged(share.denominator)}`
  const formula = whole ? '(a × X/T − f) × E/X' : '(a × X/T − f) × E/X × S'
  const rate = formatRate(terms.rateBps)
  return [
    step('Settled', `a: ${source}`, money(settlement.grossMinor)),
    step('Fee', `f: ${source}`, money(settlement.feeMinor)),
    step(
      'Earning share',
      `E: net of ${namesOf(earning, basis)}`,
      formatMoney(earning.netMinor, payment.currency),
    ),
    step('Net', `${formula} = ${numbers}${part}`, exactly(net, settlement.currency)),
    step('Rate', `terms in force on ${dayOf(payment.paidAt)}`, rate),
    step(
      'Commission',
      exact.numerator > 0n
        ? `${exactly(net, settlement.currency)} × ${rate} = ${exactly(exact, settlement.currency)}, rounded half up`
        : 'never below zero',
      money(commissionMinor),
    ),
  ]
}

/** The instalments, and what was taken from them. */
export function explainTakings(facts: CommissionFacts, work: Work): Step[] {
  const { settlement, commissionMinor, remainingMinor, instalments, takings } = work
  const money = (minor: bigint) => formatMoney(minor, settlement.currency)
  const days = `each payable ${facts.terms.holdDays} days after it is earned`
  return [
    ...(instalments.length > 0 ? [step('Instalments', days, runs(work))] : []),
    ...explainReversals(facts, work),
    ...takings.flatMap(({ kind, on, parts }) => {
      const value = money(-parts.reduce((sum, part) => sum + part.amountMinor, 0n))
      const end = `${work.basis.subscriptionId} ended on ${on}: later service months stop`
      if (kind === 'cancel') return [step('Cancelled', end, value)]
      return kind === 'void' ? [step('Void', `all that is left, on ${on}`, value)] : []
    }),
    ...(remainingMinor < commissionMinor
      ? [step('Remaining', 'commission less what was taken back', money(remainingMinor))]
      : []),
  ]
}

function explainReversals(facts: CommissionFacts, work: Work): Step[] {
  let backMinor = 0n
  return work.reversals.map((reversal) => {
    backMinor += reversal.countedMinor
    const label = `${reversalNames[reversal.kind]} ${reversal.id}`
    const value = formatMoney(-reversal.commissionMinor, work.settlement.currency)
    return step(label, explainReversal(facts, work, reversal, backMinor), value)
  })
}

const reversalNames = {
  refund: 'Refund',
  dispute: 'Dispute',
  credit_note: 'Credit note',
  manual: 'Reversal by hand',
}

function explainReversal(facts: CommissionFacts, work: Work, reversal: Reversal, backMinor: bigint): string {
  const { payment } = facts
  if (!movesMoney(reversal, payment.offStripe))
    return `${reversal.on}: moves nothing, the payment ran through Stripe`
  const charged = (minor: bigint) => decimalString(minor, payment.currency)
  const amount = formatMoney(reversal.amountMinor, payment.currency)
  const counted =
    reversal.countedMinor === reversal.amountMinor
      ? amount
      : `${amount}, of which ${charged(reversal.countedMinor)} counts`
  const commission = decimalString(work.commissionMinor, work.settlement.currency)
  return (
    `${reversal.on}: ${counted}; in all ${commission} × ${charged(backMinor)}/${charged(payment.amountMinor)}, ` +
    'rounded half up, less what was taken before, latest instalments first'
  )
}

/** `4 × $4.46, 8 × $4.45` */
function runs({ instalments, settlement }: Work): string {
  const groups: { count: number; amountMinor: bigint }[] = []
  for (const { amountMinor } of instalments) {
    const last = groups.at(-1)
    if (last?.amountMinor === amountMinor) last.count += 1
    else groups.push({ count: 1, amountMinor })
  }
  return groups
    .map(({ count, amountMinor }) => `${count} × ${formatMoney(amountMinor, settlement.currency)}`)
    .join(', ')
}

function namesOf(earning: EarningLines, basis: BasisFact): string {
  const named = earning.lines.slice(0, 5).map(({ id }) => id)
  const more = earning.lines.length > named.length ? ` and ${earning.lines.length - named.length} more` : ''
  return `${earning.lines.length} of ${basis.lines.length} lines, ${named.join(', ')}${more}`
}

/** A fraction of minor units as a decimal, with up to four digits below the minor unit and a mark where more follow. */
function exactly({ numerator, denominator }: Ratio, currency: string): string {
  const scaled = numerator * 10_000n
  const text = decimal(scaled / denominator, minorUnitExponent(currency) + 4)
  return scaled % denominator === 0n ? text.replace(/\.?0{1,4}$/, '') : `${text}…`
}

function ended(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

function step(label: string, formula: string, value: string): Step {
  return { label, formula, value }
}
