import { Figure, Figures } from '@/components/figure'
import { Money } from '@/components/money'
import { dayText } from '@/components/time'
import type { Balance } from '@/lib/ledger/queries'

interface BalanceFiguresProps {
  balances: readonly Balance[]
  holdDays: number
  /** The day for which they are. */
  on: string
  /** Payable stands elsewhere on the page; the sum takes its place. */
  withoutPayable?: boolean
}

/** An affiliate's balances, a block for each currency; zeroes in dollars where nothing was ever earned. */
export function BalanceFigures({ balances, holdDays, on, withoutPayable = false }: BalanceFiguresProps) {
  const shown = balances.length === 0 ? [none] : balances
  return shown.map((balance) => (
    <InCurrency
      key={balance.currency}
      balance={balance}
      holdDays={holdDays}
      on={on}
      named={balances.length > 1}
      withoutPayable={withoutPayable}
    />
  ))
}

const none: Balance = {
  currency: 'usd',
  payableMinor: 0n,
  pendingMinor: 0n,
  scheduledMinor: 0n,
  heldMinor: 0n,
  inPayoutMinor: 0n,
  paidMinor: 0n,
  lifetimeMinor: 0n,
  nextPayableOn: null,
  nextEarnedOn: null,
  lastEarnedOn: null,
}

interface InCurrencyProps {
  balance: Balance
  holdDays: number
  on: string
  named: boolean
  withoutPayable: boolean
}

function InCurrency({ balance, holdDays, on, named, withoutPayable }: InCurrencyProps) {
  const name = balance.currency.toUpperCase()
  const all = {
    label: 'In all',
    minor: balance.lifetimeMinor,
    meaning: 'Payable and these, since the beginning',
  }
  const figures = figuresOf(balance, holdDays, on)
  const shown = withoutPayable ? [...figures.slice(1), all] : figures
  return (
    <section aria-label={`Balances in ${name}`}>
      {named ? <h2 className="mb-2 text-sm font-medium text-muted">{name}</h2> : null}
      <Figures className="grid-cols-2 md:grid-cols-3">
        {shown.map(({ label, minor, meaning }) => (
          <Figure key={label} label={label} meaning={meaning} leading={label === 'Payable'}>
            <Money minor={minor} currency={balance.currency} className={minor === 0n ? 'text-muted' : ''} />
          </Figure>
        ))}
      </Figures>
      {withoutPayable ? null : (
        <p className="mt-2 text-right text-sm text-muted">
          In all, since the beginning:{' '}
          <Money minor={balance.lifetimeMinor} currency={balance.currency} className="font-medium text-ink" />
        </p>
      )}
    </section>
  )
}

function figuresOf(balance: Balance, holdDays: number, on: string) {
  const { nextPayableOn, nextEarnedOn, lastEarnedOn } = balance
  const hold = `Earned, in its ${holdDays} days of hold`
  return [
    {
      label: 'Payable',
      minor: balance.payableMinor,
      meaning:
        balance.payableMinor < 0n ? 'Set off against what comes next' : `Free to be paid, ${dayText(on)}`,
    },
    {
      label: 'Pending',
      minor: balance.pendingMinor,
      meaning: nextPayableOn ? `${hold}; the next on ${dayText(nextPayableOn)}` : hold,
    },
    {
      label: 'Scheduled',
      minor: balance.scheduledMinor,
      meaning:
        nextEarnedOn && lastEarnedOn
          ? `Paid for, earned month by month from ${dayText(nextEarnedOn)} to ${dayText(lastEarnedOn)}`
          : 'Paid for, to be earned in months to come',
    },
    { label: 'Held', minor: balance.heldMinor, meaning: 'Waits until somebody has looked at it' },
    { label: 'In payout', minor: balance.inPayoutMinor, meaning: 'Approved, on its way' },
    { label: 'Paid', minor: balance.paidMinor, meaning: 'Sent and confirmed' },
  ]
}
