import { countedText } from '@/components/count'
import { Money, rateText } from '@/components/money'
import { Card, CardText } from '@/components/ui/card'
import { roundHalfUp } from '@/lib/money'
import type { RecurringRevenue } from '@/lib/subscriptions/queries'

interface RecurringProps {
  /** Per currency. */
  revenue: readonly RecurringRevenue[]
  customers: number
  rateBps: number
}

/** What an affiliate's customers pay a month, and about what that earns. */
export function Recurring({ revenue, customers, rateBps }: RecurringProps) {
  return (
    <Card className="flex flex-col">
      <h2 className="text-sm text-muted">Recurring revenue you brought</h2>
      {revenue.length === 0 ? <p className="mt-3 text-2xl font-semibold">None yet</p> : null}
      {revenue.map(({ currency, mrrMinor, subscriptions }) => (
        <div key={currency} className="mt-3">
          <p className="flex flex-wrap items-baseline gap-x-2">
            <Money
              minor={mrrMinor}
              currency={currency}
              className="text-4xl font-semibold tracking-[-0.025em] sm:text-5xl"
            />
            <span className="text-muted">a month</span>
          </p>
          <p className="mt-1 text-[0.9375rem] text-muted">
            {`from ${countedText(subscriptions, 'subscription')}; earns you about `}
            <Money
              minor={roundHalfUp(mrrMinor * BigInt(rateBps), 10_000n)}
              currency={currency}
              className="font-medium text-ink"
            />
            {' a month'}
          </p>
        </div>
      ))}
      <CardText className="mt-auto pt-5">
        {customers === 0
          ? 'Nobody has used your code yet. Whoever does is your customer for life.'
          : `${countedText(customers, 'customer')} for life. Your ${rateText(rateBps)} is taken after Stripe’s fees and tax, so a month brings a little less than that.`}
      </CardText>
    </Card>
  )
}
