import Link from 'next/link'
import { ActionButton } from '@/components/action-button'
import { Empty } from '@/components/empty'
import { Money, moneyText } from '@/components/money'
import { Moment } from '@/components/time'
import { Badge } from '@/components/ui/badge'
import { cancel, giveBack } from '../actions'

export interface PurchaseDto {
  paymentId: string
  email: string
  planName: string
  amountMinor: bigint
  refundedMinor: bigint
  currency: string
  paidAt: Date
  subscriptionId: string | null
  subscriptionStatus: string | null
}

/** The latest payments, with what a customer may want next. */
export function Purchases({ purchases }: { purchases: readonly PurchaseDto[] }) {
  if (purchases.length === 0) {
    return <Empty title="Nobody has paid yet">Be the first: what you buy above appears here.</Empty>
  }
  return (
    <ul className="divide-y divide-line">
      {purchases.map((purchase) => (
        <li key={purchase.paymentId} className="flex flex-wrap justify-between gap-x-6 gap-y-3 py-4">
          <Description purchase={purchase} />
          <Deeds purchase={purchase} />
        </li>
      ))}
    </ul>
  )
}

function Description({ purchase }: { purchase: PurchaseDto }) {
  const { paymentId, email, planName, amountMinor, refundedMinor, currency, paidAt, subscriptionStatus } =
    purchase
  return (
    <div className="min-w-0 flex-1 basis-60">
      <p className="flex flex-wrap items-baseline gap-x-3">
        <Link href={`/sandbox?payment=${paymentId}#purchase`} className="font-medium hover:text-accent">
          {planName}
        </Link>
        <Money minor={amountMinor} currency={currency} />
        {refundedMinor > 0n ? (
          <span className="text-sm">
            <Money minor={-refundedMinor} currency={currency} /> back
          </span>
        ) : null}
        {subscriptionStatus && subscriptionStatus !== 'active' ? (
          <Badge>
            {subscriptionStatus === 'canceled' ? 'cancelled' : subscriptionStatus.replaceAll('_', ' ')}
          </Badge>
        ) : null}
      </p>
      <p className="mt-0.5 truncate text-sm text-muted" title={email}>
        {email}
      </p>
      <p className="text-sm text-muted">
        <Moment at={paidAt} />
      </p>
    </div>
  )
}

function Deeds({ purchase }: { purchase: PurchaseDto }) {
  const { paymentId, email, amountMinor, refundedMinor, currency, subscriptionId, subscriptionStatus } =
    purchase
  const left = amountMinor - refundedMinor
  const half = amountMinor / 2n
  const of = `of the payment by ${email}`
  const all = refundedMinor > 0n ? 'Refund the rest' : 'Refund all'
  const back = (minor: bigint) => ({ paymentId, amountMinor: String(minor), once: crypto.randomUUID() })
  return (
    <div className="flex flex-wrap gap-2">
      {half > 0n && left > half ? (
        <ActionButton
          action={giveBack}
          fields={back(half)}
          look="secondary"
          size="small"
          label={`Refund half, ${moneyText(half, currency)}, ${of}`}
        >
          Refund half
        </ActionButton>
      ) : null}
      {left > 0n ? (
        <ActionButton
          action={giveBack}
          fields={back(left)}
          look="secondary"
          size="small"
          label={`${all}, ${moneyText(left, currency)}, ${of}`}
        >
          {all}
        </ActionButton>
      ) : null}
      {subscriptionId && subscriptionStatus === 'active' ? (
        <ActionButton
          action={cancel}
          fields={{ subscriptionId, paymentId, once: crypto.randomUUID() }}
          look="danger"
          size="small"
          label={`Cancel the subscription of ${email}`}
        >
          Cancel
        </ActionButton>
      ) : null}
    </div>
  )
}
