import { Empty } from '@/components/empty'
import { MonthChart, type MonthBar } from '@/components/month-chart'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { addMonths, monthOf, type Month } from '@/lib/calendar'
import type { MonthEarnings } from '@/lib/ledger/queries'

interface EarningsProps {
  rows: readonly MonthEarnings[]
  range: { from: Month; to: Month }
  thisMonth: Month
  /** Where nothing is earned yet. */
  none: string
}

/** Earnings by month, a chart for each currency. */
export function Earnings({ rows, range, thisMonth, none }: EarningsProps) {
  const currencies = [...new Set(rows.map(({ currency }) => currency))]
  return (
    <Card>
      <CardTitle>Earnings by month</CardTitle>
      <CardText className="mb-6">
        By the month in which they are earned. An annual plan earns in each of its twelve months.
      </CardText>
      {currencies.length === 0 ? (
        <Empty title="Nothing earned yet">{none}</Empty>
      ) : (
        <div className="space-y-10">
          {currencies.map((currency) => (
            <MonthChart
              key={currency}
              title={`Earnings by month in ${currency.toUpperCase()}`}
              currency={currency}
              months={barsOf(
                rows.filter((row) => row.currency === currency),
                range,
                thisMonth,
              )}
            />
          ))}
        </div>
      )}
    </Card>
  )
}

/** Every month of the range, also those without a line. Of months to come only what is left counts. */
function barsOf(rows: readonly MonthEarnings[], range: EarningsProps['range'], thisMonth: Month): MonthBar[] {
  const bars: MonthBar[] = []
  for (let month = range.from; month <= range.to; month = monthOf(addMonths(`${month}-01`, 1))) {
    const row = rows.find((candidate) => candidate.month === month)
    const { earnedMinor = 0n, reversedMinor = 0n } = row ?? {}
    const ahead = month > thisMonth
    bars.push(
      ahead
        ? { month, earnedMinor: earnedMinor - reversedMinor, reversedMinor: 0n, ahead }
        : { month, earnedMinor, reversedMinor, ahead },
    )
  }
  return bars
}
