import { Figure, Figures } from '@/components/figure'
import { Money } from '@/components/money'
import { DayTime } from '@/components/time'
import type { PayoutRun } from '@/lib/payouts/run-queries'

/** How much, in each currency, beside the run before. */
export function RunTotals({ run }: { run: PayoutRun }) {
  const { totals, before, warned, leftOut } = run
  return (
    <Figures
      className={totals.length % 2 === 0 ? 'grid-cols-1 sm:grid-cols-2' : 'grid-cols-1 sm:grid-cols-3'}
    >
      {totals.map(({ currency, amountMinor, payouts, paidMinor }) => {
        const last = before?.totals.find((total) => total.currency === currency)
        return (
          <Figure
            key={currency}
            label={`${payouts.toLocaleString('en')} ${payouts === 1 ? 'payout' : 'payouts'} in ${currency.toUpperCase()}`}
            leading={totals.length === 1}
            meaning={
              <>
                {paidMinor > 0n ? (
                  <span className="block">
                    <Money minor={paidMinor} currency={currency} /> of it paid
                  </span>
                ) : null}
                {last && before ? (
                  <>
                    <Money minor={last.amountMinor} currency={currency} /> to{' '}
                    {last.payouts.toLocaleString('en')} on <DayTime value={before.cutOffOn} />
                  </>
                ) : (
                  'none in the run before'
                )}
              </>
            }
          >
            <Money minor={amountMinor} currency={currency} />
          </Figure>
        )
      })}
      <Figure label="With a warning" meaning="to be looked at one by one">
        {warned.toLocaleString('en')}
      </Figure>
      <Figure label="Left out" meaning="with the reason of each">
        {leftOut.toLocaleString('en')}
      </Figure>
    </Figures>
  )
}
