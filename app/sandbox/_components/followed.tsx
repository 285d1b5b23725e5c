import { CommissionStatus, reversedPart } from '@/components/commission-status'
import { Money } from '@/components/money'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import type { CommissionDetail } from '@/lib/commissions/queries'
import { Refresh } from '@/app/_components/refresh'
import { SignInAs } from './sign-in-as'

interface FollowedProps {
  paymentId: string
  /** What the programme knows of it so far; none in the first moment. */
  commissions: readonly CommissionDetail[]
  /** Changes with everything done, so that the looking begins again. */
  at: string
}

/** What one payment has become by now. */
export function Followed({ paymentId, commissions, at }: FollowedProps) {
  return (
    <Card id="purchase" aria-live="polite" className="border-accent-line">
      <Refresh key={`${paymentId} ${at}`} />
      <div className="flex flex-wrap items-center justify-between gap-3">
        <CardTitle>What came of it</CardTitle>
        <p className="font-mono text-sm break-all text-muted">{paymentId}</p>
      </div>
      {commissions.length === 0 ? (
        <CardText>Paid. Stripe’s event is on its way through; look on.</CardText>
      ) : null}
      {commissions.map((commission) => (
        <Outcome key={commission.basisId} commission={commission} />
      ))}
    </Card>
  )
}

function Outcome({ commission }: { commission: CommissionDetail }) {
  const { affiliateId, affiliateName, currency, sentence, paymentMinor, paymentCurrency } = commission
  return (
    <div className="mt-4">
      <dl className="grid gap-px overflow-hidden rounded-xl border border-line bg-line sm:grid-cols-3">
        <div className="bg-surface p-4">
          <dt className="text-sm text-muted">Paid</dt>
          <dd className="mt-0.5 text-xl font-semibold">
            <Money minor={paymentMinor} currency={paymentCurrency} />
          </dd>
        </div>
        <div className="bg-surface p-4">
          <dt className="text-sm text-muted">{affiliateName ? `For ${affiliateName}` : 'Commission'}</dt>
          <dd className="mt-0.5 text-xl font-semibold text-accent">
            {currency === null ? '…' : <Money minor={commission.commissionMinor} currency={currency} />}
          </dd>
        </div>
        <div className="bg-surface p-4">
          <dt className="text-sm text-muted">Taken back</dt>
          <dd className="mt-0.5 text-xl font-semibold">
            {currency === null ? '…' : <Money minor={-commission.reversedMinor} currency={currency} />}
          </dd>
        </div>
      </dl>
      <p className="mt-4 flex flex-wrap items-center gap-x-3 gap-y-2">
        <CommissionStatus status={commission.status} reversed={reversedPart(commission)} />
        <span className="text-[0.9375rem] text-muted">{sentence}</span>
      </p>
      {affiliateId ? (
        <div className="mt-5">
          <SignInAs who={affiliateId} next={`/portal/commissions/${commission.paymentId}`} look="primary">
            {`See it in ${affiliateName ?? 'the affiliate'}’s portal`}
          </SignInAs>
        </div>
      ) : null}
    </div>
  )
}
