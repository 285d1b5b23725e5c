import { Money } from '@/components/money'
import { Notice } from '@/components/ui/notice'
import type { Person } from '@/lib/auth'
import { listPaidAlready } from '@/lib/payouts/paid-queries'

/** Says what has been paid for these payments, which a void leaves as a debt. */
export async function PaidAlready({
  person,
  paymentIds,
  customerId,
}: {
  person: Person
  paymentIds: readonly string[]
  customerId?: string | undefined
}) {
  const paid = await listPaidAlready(person, { paymentIds, customerId })
  if (paid.length === 0) return null
  return (
    <Notice tone="wait">
      {paid.map(({ affiliateId, displayName, currency, amountMinor }) => (
        <span key={`${affiliateId} ${currency}`} className="block">
          <Money minor={amountMinor} currency={currency} /> of this has been paid to {displayName}, or is on
          its way: it becomes a debt, carried into their next payouts. Nothing is pulled back from their
          account.
        </span>
      ))}
    </Notice>
  )
}
