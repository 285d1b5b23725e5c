import { Instalments } from '@/components/instalments'
import { Money, moneyText } from '@/components/money'
import { readersLocale } from '@/components/reader'
import { Slip } from '@/components/slip'
import { DayTime } from '@/components/time'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { cn } from '@/components/ui/cn'
import { Notice } from '@/components/ui/notice'
import type { CommissionDetail } from '@/lib/commissions/queries'
import { retell } from '@/lib/locales'

const reversalWords = {
  refund: 'Refund',
  dispute: 'Dispute',
  credit_note: 'Credit note',
  manual: 'Reversal by hand',
}

/** One commission in full: the amount, the arithmetic, the days, and what went back. */
export function CommissionSheet({ commission, on }: { commission: CommissionDetail; on: string }) {
  const { instalments, currency, paymentCurrency, status } = commission
  const told = (text: string) =>
    retell(text, currency === null ? [paymentCurrency] : [paymentCurrency, currency], readersLocale())
  const sentence = told(commission.sentence)
  const calculation = commission.calculation.map(({ label, formula, value }) => ({
    label,
    formula: told(formula),
    value: told(value),
  }))
  return (
    <div className="space-y-6">
      {status === 'settled' ? null : <Notice tone={status === 'void' ? 'bad' : 'wait'}>{sentence}</Notice>}
      <div className={cn('grid items-start gap-6', currency === null ? 'max-w-2xl' : 'xl:grid-cols-2')}>
        <Card>
          <CardTitle>The arithmetic</CardTitle>
          <CardText className="mb-6">
            Every number it was made from, so that you can redo it by hand.
          </CardText>
          {calculation.length > 0 ? <Slip steps={calculation} /> : <p>{sentence}</p>}
        </Card>
        <div className="space-y-6">
          <Outcome commission={commission} />
          {currency !== null && instalments.length > 0 ? (
            <Card>
              <CardTitle>{instalments.length === 1 ? 'When it is paid' : 'Instalments'}</CardTitle>
              <CardText className="mb-4">
                {instalments.length === 1
                  ? 'Earned at once, payable after the hold period.'
                  : `Earned over ${instalments.length} months of service, each payable after the hold period.`}
              </CardText>
              <Instalments instalments={instalments} currency={currency} on={on} />
            </Card>
          ) : null}
        </div>
      </div>
    </div>
  )
}

function Outcome({ commission }: { commission: CommissionDetail }) {
  const { currency, commissionMinor, remainingMinor, reversals } = commission
  if (currency === null) return null
  const byReversals = reversals.reduce((sum, reversal) => sum + reversal.commissionMinor, 0n)
  const other = commission.reversedMinor - byReversals
  return (
    <Card>
      <CardTitle>What it earns</CardTitle>
      <ul className="mt-3 divide-y divide-line">
        <OutcomeLine label="Commission" minor={commissionMinor} currency={currency} />
        {reversals.map((reversal) => (
          <OutcomeLine
            key={reversal.id}
            label={reversalWords[reversal.kind]}
            minor={-reversal.commissionMinor}
            currency={currency}
            on={reversal.on}
            note={`${moneyText(reversal.amountMinor, commission.paymentCurrency)} went back, ${reversal.id}`}
          />
        ))}
        {other > 0n ? (
          <OutcomeLine
            label={commission.status === 'void' ? 'Void' : 'Cancelled'}
            minor={-other}
            currency={currency}
          />
        ) : null}
        {commission.reversedMinor > 0n ? (
          <OutcomeLine label="Remaining" minor={remainingMinor} currency={currency} strong />
        ) : null}
      </ul>
    </Card>
  )
}

interface OutcomeLineProps {
  label: string
  minor: bigint
  currency: string
  on?: string
  note?: string
  strong?: boolean
}

function OutcomeLine({ label, minor, currency, on, note, strong = false }: OutcomeLineProps) {
  return (
    <li className="flex justify-between gap-4 py-3">
      <div className="min-w-0">
        <p className={strong ? 'font-semibold' : undefined}>
          {label}
          {on ? (
            <>
              {' '}
              <DayTime value={on} className="text-muted" />
            </>
          ) : null}
        </p>
        {note ? <p className="text-sm break-all text-muted">{note}</p> : null}
      </div>
      <Money minor={minor} currency={currency} className={strong ? 'font-semibold' : undefined} />
    </li>
  )
}
