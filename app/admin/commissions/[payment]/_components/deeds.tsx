import { randomUUID } from 'node:crypto'
import Link from 'next/link'
import { ActionButton } from '@/components/action-button'
import { StripeLink } from '@/components/stripe-link'
import { Button } from '@/components/ui/button'
import { onceField } from '@/lib/action-state'
import type { CommissionDetail } from '@/lib/commissions/queries'
import { settlePaymentAgain } from '../../actions'

interface DeedsProps {
  mayDecide: boolean
  commission: CommissionDetail
  booksMode: 'sandbox' | 'test' | 'live'
  invoiceIds: readonly string[]
}

/** What can be done about it from here, and where Stripe shows it. */
export function Deeds({ mayDecide, commission, booksMode, invoiceIds }: DeedsProps) {
  const { paymentId, customerId } = commission
  return (
    <div className="flex flex-wrap items-start gap-x-5 gap-y-3">
      {mayDecide ? (
        <>
          <ActionButton
            action={settlePaymentAgain}
            fields={{ [onceField]: randomUUID(), paymentId }}
            look="secondary"
            size="small"
          >
            Settle again
          </ActionButton>
          <Button asChild look="secondary" size="small">
            <Link href={`/admin/customers/${customerId ?? paymentId}#by-hand`}>Attribute by hand</Link>
          </Button>
        </>
      ) : null}
      {commission.affiliateId ? (
        <Button asChild look="secondary" size="small">
          <Link href={`/admin/anomalies/${paymentId}`}>Judge it</Link>
        </Button>
      ) : null}
      <p className="flex min-h-9 flex-wrap items-center gap-x-4 gap-y-1 sm:ml-auto">
        <StripeLink kind="payment" id={paymentId} booksMode={booksMode} />
        {invoiceIds.map((id) => (
          <StripeLink key={id} kind="invoice" id={id} booksMode={booksMode} />
        ))}
        {customerId ? <StripeLink kind="customer" id={customerId} booksMode={booksMode} /> : null}
      </p>
    </div>
  )
}
