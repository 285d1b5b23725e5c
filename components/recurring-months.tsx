import { Empty } from '@/components/empty'
import { MrrChart } from '@/components/mrr-chart'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import type { MrrMonth } from '@/lib/subscriptions/movements'

interface RecurringMonthsProps {
  /** Oldest first, every month for each currency. */
  months: readonly MrrMonth[]
  thisMonth: string
  /** In the place of the charts while there is none. */
  none: string
}

/** Recurring revenue by month, a chart for each currency. */
export function RecurringMonths({ months, thisMonth, none }: RecurringMonthsProps) {
  const currencies = [...new Set(months.map(({ currency }) => currency))]
  return (
    <Card>
      <CardTitle>Recurring revenue by month</CardTitle>
      <CardText className="mb-6">
        What subscriptions brought a month, at each month’s end, less discounts that last.
      </CardText>
      {currencies.length === 0 ? (
        <Empty title="No recurring revenue yet">{none}</Empty>
      ) : (
        <div className="space-y-10">
          {currencies.map((currency) => (
            <MrrChart
              key={currency}
              title={`Recurring revenue by month in ${currency.toUpperCase()}`}
              currency={currency}
              months={months.filter((month) => month.currency === currency)}
              thisMonth={thisMonth}
            />
          ))}
        </div>
      )}
    </Card>
  )
}
