import { Empty } from '@/components/empty'
import { Money } from '@/components/money'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import type { Actor } from '@/lib/actor'
import { costDays, listCosts, type Cost } from '@/lib/programme/console-figures'

/** What a customer through an affiliate brings, and what they cost. Read off payments, so the page does not wait for it. */
export async function Costs({ person, now }: { person: Actor; now: Date }) {
  const costs = await listCosts(person, now)
  return (
    <Card>
      <CardTitle>What a customer brings and costs</CardTitle>
      <CardText className="mb-5">
        {`Payments through affiliates in the last ${costDays} days that were settled in their own currency.`}
      </CardText>
      {costs.length === 0 ? (
        <Empty title="No payment yet">The first one through an affiliate stands here.</Empty>
      ) : (
        <div className="space-y-7">
          {costs.map((cost) => (
            <InCurrency key={cost.currency} cost={cost} />
          ))}
        </div>
      )}
    </Card>
  )
}

function InCurrency({ cost }: { cost: Cost }) {
  const { currency, customers, paidMinor, discountMinor, commissionMinor } = cost
  const list = paidMinor + discountMinor
  const kept = paidMinor - commissionMinor
  const percent = (minor: bigint) => (list > 0n ? Number((minor * 1000n) / list) / 10 : 0)
  const per = (minor: bigint) => (customers === 0 ? 0n : minor / BigInt(customers))
  const parts = [
    { label: 'Kept, before Stripe’s fees and tax', minor: kept, className: 'bg-accent' },
    { label: 'Commissions', minor: commissionMinor, className: 'bg-wait' },
    { label: 'Discounts', minor: discountMinor, className: 'bg-edge' },
  ]
  return (
    <section aria-label={`Brought in ${currency.toUpperCase()}`}>
      <p className="mb-3">
        <Money minor={per(paidMinor)} currency={currency} className="text-2xl font-semibold" />{' '}
        <span className="text-muted">
          {`paid by each of ${customers.toLocaleString('en')} ${customers === 1 ? 'customer' : 'customers'}, for a commission of `}
          <Money minor={per(commissionMinor)} currency={currency} /> and a discount of{' '}
          <Money minor={per(discountMinor)} currency={currency} />.
        </span>
      </p>
      <div aria-hidden="true" className="flex h-3 gap-px overflow-hidden rounded-sm">
        {parts.map(({ label, minor, className }) => (
          <span key={label} className={className} style={{ width: `${percent(minor)}%` }} />
        ))}
      </div>
      <dl className="mt-3 grid gap-x-8 gap-y-1.5 text-sm sm:grid-cols-3">
        {parts.map(({ label, minor, className }) => (
          <div key={label} className="flex items-baseline justify-between gap-3 sm:block">
            <dt className="text-muted">
              <span aria-hidden="true" className={`mr-2 inline-block size-2.5 rounded-[3px] ${className}`} />
              {label}
            </dt>
            <dd>
              <Money minor={minor} currency={currency} />{' '}
              <span className="text-muted">{`${percent(minor)} %`}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
