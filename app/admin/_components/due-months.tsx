import { Money, moneyText } from '@/components/money'
import { monthText } from '@/components/time'
import { cn } from '@/components/ui/cn'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import type { DueMonth } from '@/lib/programme/console-figures'

/** What falls due when, a chart for each currency; each bar with its amount in words. */
export function DueMonths({ due }: { due: readonly DueMonth[] }) {
  const currencies = [...new Set(due.map(({ currency }) => currency))]
  if (currencies.length === 0) return null
  return (
    <Card>
      <CardTitle>What falls due when</CardTitle>
      <CardText className="mb-6">
        Commissions by the month in which they become payable; the last has all that comes after it too.
      </CardText>
      <div className={cn('grid gap-x-12 gap-y-8', currencies.length > 1 && 'lg:grid-cols-2')}>
        {currencies.map((currency) => (
          <InCurrency
            key={currency}
            currency={currency}
            months={due.filter((each) => each.currency === currency)}
          />
        ))}
      </div>
    </Card>
  )
}

function InCurrency({ currency, months }: { currency: string; months: readonly DueMonth[] }) {
  const most = months.reduce((max, { amountMinor }) => (amountMinor > max ? amountMinor : max), 1n)
  const share = (minor: bigint) => `${minor > 0n ? Number((minor * 1000n) / most) / 10 : 0}%`
  return (
    <section aria-label={`Due in ${currency.toUpperCase()}`}>
      <h3 className="mb-2 text-sm font-medium text-muted">{currency.toUpperCase()}</h3>
      <ul className="space-y-1.5">
        {months.map(({ month, amountMinor }) => (
          <li key={month ?? 'now'} className="grid grid-cols-[7.5rem_1fr_6.5rem] items-center gap-3 text-sm">
            <span className="text-muted">{month ? monthText(month) : 'Now'}</span>
            <span aria-hidden="true" className="h-2.5 rounded-sm bg-sunken">
              <span
                className={
                  month ? 'block h-full rounded-sm bg-accent/60' : 'block h-full rounded-sm bg-accent'
                }
                style={{ width: share(amountMinor) }}
                title={moneyText(amountMinor, currency)}
              />
            </span>
            <Money minor={amountMinor} currency={currency} className="text-right" />
          </li>
        ))}
      </ul>
    </section>
  )
}
