import { moneyText } from '@/components/money'
import { dayText } from '@/components/time'
import { formatRate } from '@/lib/money'
import type { Terms } from '@/lib/programme/schemas'

/** The terms in force, as facts. */
export function TermsFacts({ terms, since }: { terms: Terms; since: string | null }) {
  return (
    <section id="terms" className="mx-auto max-w-6xl px-4 py-16 sm:px-6 sm:py-24">
      <h2 className="text-2xl font-semibold tracking-tight">The terms, as they are today</h2>
      <p className="mt-2 max-w-2xl text-muted">
        {since ? `In force since ${dayText(since)}. ` : ''}A later change never touches a payment that was
        made before it.
      </p>
      <dl className="mt-10 grid gap-x-12 gap-y-10 sm:grid-cols-2 lg:grid-cols-3">
        {factsOf(terms).map(({ term, value, meaning }) => (
          <div key={term}>
            <dt className="text-sm text-muted">{term}</dt>
            <dd className="figures mt-1 text-3xl font-semibold tracking-[-0.025em]">{value}</dd>
            <dd className="mt-2 text-[0.9375rem] text-muted">{meaning}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

export function factsOf(terms: Terms): { term: string; value: string; meaning: string }[] {
  const { discount, durationMonths, holdDays, rateBps, payoutDay } = terms
  const off =
    discount.kind === 'percent'
      ? formatRate(discount.percentOffBps)
      : moneyText(discount.amountOffMinor, discount.currency)
  return [
    {
      term: 'You earn',
      value: formatRate(rateBps),
      meaning: 'of each payment after discount, tax and Stripe’s actual fee. Rounded once, at the end.',
    },
    {
      term: 'Your customers save',
      value: off,
      meaning: 'on every payment, for ever, from the first time they type your code.',
    },
    {
      term: 'It lasts',
      value: durationMonths === null ? 'for life' : `${durationMonths} months`,
      meaning:
        durationMonths === null
          ? 'A customer stays yours, also when the code is gone from the next invoice.'
          : 'from a customer’s first payment; what is earned by then runs to its end.',
    },
    {
      term: 'Hold',
      value: `${holdDays} days`,
      meaning: 'from earned to payable, so that a refund in the meantime is no debt of yours.',
    },
    {
      term: 'Annual plans',
      value: '12 parts',
      meaning: 'one in each month of service, all of them shown with their dates from the first day.',
    },
    {
      term: 'Payouts',
      value: payoutDay === 'by_hand' ? 'by hand' : `on the ${ordinal(payoutDay)}`,
      meaning: `as soon as the payable amount reaches ${minimums(terms)}.`,
    },
  ]
}

function minimums({ minimumPayout }: Terms): string {
  const usd = minimumPayout.usd
  if (usd !== undefined) return `${moneyText(usd, 'usd')}, or a like amount in your currency`
  const [first] = Object.entries(minimumPayout)
  return first ? `${moneyText(first[1], first[0])}` : 'fifty of your currency'
}

function ordinal(day: number): string {
  const ending =
    day === 1 || day === 21 ? 'st' : day === 2 || day === 22 ? 'nd' : day === 3 || day === 23 ? 'rd' : 'th'
  return `${day}${ending}`
}
