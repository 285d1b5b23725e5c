import type { ReactNode } from 'react'
import { Figure, Figures } from '@/components/figure'
import { Money } from '@/components/money'
import { dayText } from '@/components/time'
import type { Balance } from '@/lib/ledger/queries'

interface BalancesProps {
  balances: readonly Balance[]
  holdDays: number
  on: string
}

export function Balances({ balances, holdDays, on }: BalancesProps) {
  if (balances.length === 0) return <BalancesIn balance={none} holdDays={holdDays} on={on} />
  return balances.map((balance) => (
    <BalancesIn
      key={balance.currency}
      balance={balance}
      holdDays={holdDays}
      on={on}
      currency={balances.length > 1 ? balance.currency : undefined}
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

interface BalancesInProps {
  balance: Balance
  holdDays: number
  on: string
  /** Where there are several, it is named. */
  currency?: string | undefined
}

function BalancesIn({ balance, holdDays, on, currency }: BalancesInProps) {
  const { nextPayableOn, nextEarnedOn, lastEarnedOn } = balance
  const rows: { label: string; minor: bigint; meaning: ReactNode }[] = [
    {
      label: 'Payable',
      minor: balance.payableMinor,
      meaning:
        balance.payableMinor < 0n ? 'Set off against what comes next' : `Free to be paid, ${dayText(on)}`,
    },
    {
      label: 'Pending',
      minor: balance.pendingMinor,
      meaning: nextPayableOn
        ? `Earned, in its ${holdDays} days of hold; the next on ${dayText(nextPayableOn)}`
        : `Earned, in its ${holdDays} days of hold`,
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
    { label: 'In payout', minor: balance.inPayoutMinor, meaning: 'Approved, on its way to you' },
    { label: 'Paid', minor: balance.paidMinor, meaning: 'Sent and confirmed' },
  ]
  return (
    <section aria-label={`Balances${currency ? ` in ${currency.toUpperCase()}` : ''}`}>
      {currency ? <h2 className="mb-2 text-sm font-medium text-muted">{currency.toUpperCase()}</h2> : null}
      <Figures className="grid-cols-2 md:grid-cols-3">
        {rows.map(({ label, minor, meaning }) => (
          <Figure key={label} label={label} meaning={meaning} leading={label === 'Payable'}>
            <Money minor={minor} currency={balance.currency} className={minor === 0n ? 'text-muted' : ''} />
          </Figure>
        ))}
      </Figures>
      <p className="mt-2 text-right text-sm text-muted">
        In all, since the beginning:{' '}
        <Money minor={balance.lifetimeMinor} currency={balance.currency} className="font-medium text-ink" />
      </p>
    </section>
  )
}
