import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { DecisionForm } from '@/components/decision-form'
import { Figure, Figures } from '@/components/figure'
import { Money } from '@/components/money'
import { PageHeading } from '@/components/page-heading'
import { PayoutStateBadge, warningText } from '@/components/payout-words'
import { StatementTable } from '@/components/statement-table'
import { DayTime, Moment } from '@/components/time'
import { Button } from '@/components/ui/button'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { requireAdministrator } from '@/lib/auth'
import { TributaryError } from '@/lib/errors'
import { getStatement, type PayoutSummary } from '@/lib/payouts/queries'
import { paid, returned, takeOut, unmark } from '../../../actions'
import { ReferenceForm } from '../../../_components/reference-form'

export const metadata: Metadata = { title: 'Payout' }

export default async function PayoutPage({ params }: { params: Promise<{ run: string; payout: string }> }) {
  const person = await requireAdministrator()
  const { run, payout: payoutId } = await params
  const { payout, lines, sumMinor } = await getStatement(person, payoutId).catch((error: unknown) => {
    if (error instanceof TributaryError && error.code === 'not_found') notFound()
    throw error
  })
  if (payout.runId !== run) notFound()
  const { warnings, reason } = payout
  return (
    <>
      <PageHeading
        back={{ href: `/admin/payouts/${run}`, label: 'The run' }}
        title={payout.displayName}
        lead={<span className="break-all">{payoutId}</span>}
        aside={<PayoutStateBadge state={payout.state} />}
      />
      <div className="space-y-6">
        {reason ? <Notice tone="wait">{reason}</Notice> : null}
        {warnings.length > 0 ? (
          <Notice tone="wait">To be known: {warnings.map(warningText).join(', ')}.</Notice>
        ) : null}
        <Facts payout={payout} />
        <Card>
          <div className="mb-3 flex flex-wrap items-center justify-between gap-3">
            <CardTitle>Statement</CardTitle>
            {lines.length > 0 ? (
              <Button asChild look="secondary" size="small">
                <a href={`/admin/payouts/${run}/payouts/${payoutId}/statement.csv`} download>
                  CSV
                </a>
              </Button>
            ) : null}
          </div>
          {lines.length > 0 ? (
            <StatementTable payout={payout} lines={lines} sumMinor={sumMinor} base="/admin/commissions" />
          ) : (
            <CardText>
              {payout.lineCount} {payout.lineCount === 1 ? 'line' : 'lines'}, fixed at the approval and listed
              here from then on.
            </CardText>
          )}
        </Card>
        {person.administrator.role === 'viewer' ? null : <Actions payout={payout} />}
        <p>
          <Link href={`/admin/affiliates/${payout.affiliateId}`} className="link">
            Everything about {payout.displayName}
          </Link>
        </p>
      </div>
    </>
  )
}

function Facts({ payout }: { payout: PayoutSummary }) {
  const { amountMinor, currency, destination, approvedOn, paidAt, reference } = payout
  return (
    <Figures className="grid-cols-1 sm:grid-cols-3">
      <Figure label="Amount" leading meaning={`to ${destination}`}>
        <Money minor={amountMinor} currency={currency} />
      </Figure>
      <Figure label="Approved">{approvedOn ? <DayTime value={approvedOn} /> : 'not yet'}</Figure>
      <Figure
        label="Paid"
        meaning={reference ? <span className="font-mono break-all">{reference}</span> : null}
      >
        {paidAt ? <Moment at={paidAt} /> : 'not yet'}
      </Figure>
    </Figures>
  )
}

function Actions({ payout }: { payout: PayoutSummary }) {
  const { id: payoutId, runId, state, method } = payout
  const fields = { runId, payoutId }
  const byHand = method !== 'stripe'
  const shown = state === 'draft' || state === 'approved' || (state === 'paid' && byHand)
  if (!shown) return null
  return (
    <Card className="space-y-6">
      {state === 'approved' && byHand ? <ReferenceForm action={paid} fields={fields} /> : null}
      {state === 'draft' || state === 'approved' ? (
        <Folded summary="Take it out of this run">
          <DecisionForm action={takeOut} fields={fields} confirm="Take it out" danger />
        </Folded>
      ) : null}
      {state === 'paid' && byHand ? (
        <>
          <Folded summary="It came back from the provider or the bank">
            <DecisionForm action={returned} fields={fields} confirm="Mark as returned" danger />
          </Folded>
          <Folded summary="It was not paid after all">
            <DecisionForm action={unmark} fields={fields} confirm="Take “paid” back" danger />
          </Folded>
        </>
      ) : null}
    </Card>
  )
}

function Folded({ summary, children }: { summary: string; children: React.ReactNode }) {
  return (
    <details>
      <summary className="cursor-pointer text-[0.9375rem] font-medium text-muted hover:text-ink">
        {summary}
      </summary>
      <div className="mt-4 max-w-xl">{children}</div>
    </details>
  )
}
