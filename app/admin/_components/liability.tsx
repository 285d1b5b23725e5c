import { countText } from '@/components/count'
import { Figure, Figures } from '@/components/figure'
import { Money } from '@/components/money'
import type { CurrencyFigures, ProgrammeFigures } from '@/lib/programme/figures'

/** Per currency, since amounts of two currencies are never added. */
export function Liability({ figures }: { figures: ProgrammeFigures }) {
  const { currencies, affiliates, customers, subscriptions, commissions } = figures
  return (
    <div className="space-y-6">
      <Figures className="grid-cols-2 md:grid-cols-4">
        <Figure label="Active affiliates">{countText(affiliates)}</Figure>
        <Figure label="Customers through them">{countText(customers)}</Figure>
        <Figure label="Paying subscriptions">{countText(subscriptions)}</Figure>
        <Figure label="Commissions">{countText(commissions)}</Figure>
      </Figures>
      {currencies.map((row) => (
        <InCurrency key={row.currency} row={row} named={currencies.length > 1} />
      ))}
    </div>
  )
}

function InCurrency({ row, named }: { row: CurrencyFigures; named: boolean }) {
  const amounts = [
    { label: 'Payable', minor: row.payableMinor, meaning: 'Owed now' },
    { label: 'Pending', minor: row.pendingMinor, meaning: 'Earned, in the hold period' },
    { label: 'Scheduled', minor: row.scheduledMinor, meaning: 'Paid for, earned later' },
    { label: 'Held', minor: row.heldMinor, meaning: 'Waits for a review' },
    { label: 'In payout', minor: row.inPayoutMinor, meaning: 'Approved, on its way' },
    { label: 'Paid', minor: row.paidMinor, meaning: 'Sent and confirmed' },
  ]
  const heading = `In ${row.currency.toUpperCase()}`
  return (
    <section aria-label={heading}>
      {named ? <h2 className="mb-2 text-sm font-medium text-muted">{heading}</h2> : null}
      <Figures className="grid-cols-2 md:grid-cols-3 lg:grid-cols-5">
        <div className="col-span-2 min-w-0 bg-surface p-5 md:col-span-3 lg:col-span-2 lg:row-span-2">
          <dt className="text-sm text-muted">Recurring revenue through affiliates</dt>
          <dd className="mt-1 text-4xl font-semibold tracking-[-0.025em] text-accent xl:text-5xl">
            <Money minor={row.mrrMinor} currency={row.currency} />
          </dd>
          <dd className="mt-1.5 text-sm text-muted">a month, from what runs today</dd>
        </div>
        {amounts.map(({ label, minor, meaning }) => (
          <Figure key={label} label={label} meaning={meaning}>
            <Money minor={minor} currency={row.currency} className={minor === 0n ? 'text-muted' : ''} />
          </Figure>
        ))}
      </Figures>
    </section>
  )
}
