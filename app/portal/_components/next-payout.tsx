import { Money } from '@/components/money'
import { dayText } from '@/components/time'
import { Card, CardText } from '@/components/ui/card'
import type { Day } from '@/lib/calendar'
import type { Balance } from '@/lib/ledger/queries'

export interface Payable {
  currency: string
  nowMinor: bigint
  /** On the next payout day; null: payouts are made by hand. */
  thenMinor: bigint | null
  /** Null: any amount is paid. */
  minimumMinor: bigint | null
}

/** What is payable in each currency that has a balance, in dollars where there is none. */
export function payablesOf(
  now: readonly Balance[],
  then: readonly Balance[] | null,
  minimumPayout: Readonly<Record<string, bigint>>,
): Payable[] {
  const currencies = now.length > 0 ? now.map(({ currency }) => currency) : ['usd']
  const payable = (balances: readonly Balance[], currency: string) =>
    balances.find((balance) => balance.currency === currency)?.payableMinor ?? 0n
  return currencies.map((currency) => ({
    currency,
    nowMinor: payable(now, currency),
    thenMinor: then && payable(then, currency),
    minimumMinor: minimumPayout[currency] ?? null,
  }))
}

/** What can be paid out now, when that happens next, and how far it is from the minimum. */
export function NextPayout({ payables, nextOn }: { payables: readonly Payable[]; nextOn: Day | null }) {
  return (
    <Card className="flex flex-col">
      <h2 className="text-sm text-muted">Payable now</h2>
      <div className="mt-2 space-y-6">
        {payables.map((payable) => (
          <InCurrency key={payable.currency} payable={payable} nextOn={nextOn} />
        ))}
      </div>
      <CardText className="mt-auto pt-5">
        {nextOn
          ? `The next payout day is ${dayText(nextOn)}.`
          : 'Payouts are made by hand: the programme says when.'}
      </CardText>
    </Card>
  )
}

function InCurrency({ payable, nextOn }: { payable: Payable; nextOn: Day | null }) {
  const { currency, nowMinor, minimumMinor } = payable
  return (
    <div>
      <p>
        <Money
          minor={nowMinor}
          currency={currency}
          className="text-4xl font-semibold tracking-[-0.025em] text-accent sm:text-5xl"
        />
      </p>
      {minimumMinor !== null && minimumMinor > 0n ? (
        <div aria-hidden="true" className="mt-3 h-2 overflow-hidden rounded-full bg-sunken">
          <div
            className="h-full rounded-full bg-accent"
            style={{ width: `${share(nowMinor, minimumMinor)}%` }}
          />
        </div>
      ) : null}
      <p className="mt-2 text-[0.9375rem] text-muted">
        <Words payable={payable} nextOn={nextOn} />
      </p>
    </div>
  )
}

/** A whole per cent from 0 to 100. */
function share(part: bigint, whole: bigint): number {
  if (part <= 0n) return 0
  return part >= whole ? 100 : Number((part * 100n) / whole)
}

function Words({ payable, nextOn }: { payable: Payable; nextOn: Day | null }) {
  const { currency, nowMinor, thenMinor, minimumMinor } = payable
  if (nowMinor < 0n) return 'More went back than was earned: it is set off against what comes next.'
  const reached = minimumMinor === null || nowMinor >= minimumMinor
  const minimum = minimumMinor === null ? null : <Money minor={minimumMinor} currency={currency} />
  const more = thenMinor !== null && thenMinor > nowMinor
  const willReach = minimumMinor === null || (thenMinor ?? 0n) >= minimumMinor
  return (
    <>
      {reached && minimum ? <>The minimum of {minimum} is reached. </> : null}
      {!reached && minimumMinor !== null ? (
        <>
          <Money minor={minimumMinor - nowMinor} currency={currency} className="font-medium text-ink" /> to go
          to the minimum of {minimum}.{' '}
        </>
      ) : null}
      {more && nextOn ? (
        <>
          On {dayText(nextOn)} it will be{' '}
          <Money minor={thenMinor} currency={currency} className="font-medium text-ink" />
          {!reached && willReach ? ', which is enough' : ''}.
        </>
      ) : null}
    </>
  )
}
