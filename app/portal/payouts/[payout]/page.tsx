import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { moneyText } from '@/components/money'
import { PageHeading } from '@/components/page-heading'
import { PayoutStateBadge } from '@/components/payout-words'
import { StatementTable } from '@/components/statement-table'
import { DayTime, Moment } from '@/components/time'
import { Button } from '@/components/ui/button'
import { Card, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { TributaryError } from '@/lib/errors'
import { getStatement } from '@/lib/payouts/queries'
import { requireReader } from '../../_components/require-reader'

export const metadata: Metadata = { title: 'Payout' }

export default async function PayoutPage({ params }: { params: Promise<{ payout: string }> }) {
  const { payout: payoutId } = await params
  const person = await requireReader(`/portal/payouts/${payoutId}`)
  const { payout, lines, sumMinor } = await getStatement(person, payoutId).catch((error: unknown) => {
    if (error instanceof TributaryError && error.code === 'not_found') notFound()
    throw error
  })
  // Who is in the console too reads others' statements there.
  if (payout.affiliateId !== person.affiliateId || payout.approvedOn === null) notFound()
  const { state, reason, destination, approvedOn, paidAt, reference, currency, amountMinor } = payout
  return (
    <>
      <PageHeading
        back={{ href: '/portal/payouts', label: 'Payouts' }}
        title={`Payout of ${moneyText(amountMinor, currency)}`}
        lead={
          <>
            To {destination}, approved on <DayTime value={approvedOn} />
            {paidAt ? (
              <>
                , sent on <Moment at={paidAt} />
              </>
            ) : null}
            . <span className="break-all">{reference ?? payoutId}</span>
          </>
        }
        aside={<PayoutStateBadge state={state} />}
      />
      <div className="space-y-6">
        {reason ? <Notice tone="wait">{reason}</Notice> : null}
        <Card>
          <div className="mb-3 flex flex-wrap items-center justify-between gap-3">
            <CardTitle>Statement</CardTitle>
            <div className="flex gap-2">
              {(['pdf', 'csv'] as const).map((kind) => (
                <Button key={kind} asChild look="secondary" size="small">
                  <a href={`/portal/payouts/${payoutId}/statement.${kind}`} download>
                    {kind.toUpperCase()}
                  </a>
                </Button>
              ))}
            </div>
          </div>
          <StatementTable payout={payout} lines={lines} sumMinor={sumMinor} base="/portal/commissions" />
        </Card>
      </div>
    </>
  )
}
