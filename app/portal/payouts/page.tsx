import type { Metadata } from 'next'
import Link from 'next/link'
import type { ListQuery } from '@/app/_components/url-list'
import { AdjustmentTable } from '@/components/adjustment-table'
import { Empty } from '@/components/empty'
import { Money } from '@/components/money'
import { PageHeading } from '@/components/page-heading'
import { Pager } from '@/components/pager'
import { PayoutStateBadge } from '@/components/payout-words'
import { DayTime, Moment } from '@/components/time'
import { Button } from '@/components/ui/button'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import { listAdjustments } from '@/lib/adjustments/queries'
import { getPayoutDetails, type PayoutDetailsDto } from '@/lib/payouts/details-queries'
import type { PayoutSummary } from '@/lib/payouts/queries'
import { requireReader } from '../_components/require-reader'
import { payoutList } from '../_lists'

export const metadata: Metadata = { title: 'Payouts' }

export default async function PayoutsPage({ searchParams }: { searchParams: Promise<ListQuery> }) {
  const person = await requireReader('/portal/payouts')
  const query = await searchParams
  const { affiliateId } = person
  const [{ rows, csv, pages }, details, adjustments] = await Promise.all([
    payoutList.open(person, query),
    getPayoutDetails(person, affiliateId),
    listAdjustments(person, affiliateId),
  ])
  return (
    <>
      <PageHeading
        title="Payouts"
        lead="What was sent to you, and the statement of each: every line that it is made of."
        aside={
          rows.length > 0 ? (
            <Button asChild look="secondary" size="small">
              <a href={csv} download>
                All as CSV
              </a>
            </Button>
          ) : null
        }
      />
      <div className="space-y-6">
        {query.saved === 'yes' ? <Notice tone="good">Your payout details are saved.</Notice> : null}
        <Destination details={details} />
        <Card className="py-3 sm:py-4">
          {rows.length > 0 ? (
            <PayoutTable payouts={rows} />
          ) : (
            <Empty title="No payout yet">
              Once what is payable reaches the minimum and you have said where it is to go, the next payout
              day brings the first.
            </Empty>
          )}
        </Card>
        <Pager {...pages} />
        {adjustments.length > 0 ? (
          <Card>
            <CardTitle>Credits and debits</CardTitle>
            <CardText>
              Given or taken by hand, without a payment behind it. Each is paid out like the rest.
            </CardText>
            <AdjustmentTable adjustments={adjustments} />
          </Card>
        ) : null}
      </div>
    </>
  )
}

function Destination({ details: { current } }: { details: PayoutDetailsDto }) {
  return (
    <Card className="flex flex-wrap items-center justify-between gap-4">
      <div className="min-w-0">
        <CardTitle>Where it goes</CardTitle>
        {current ? (
          <CardText className="break-words">
            <span className="font-medium text-ink">{current.masked}</span>, since{' '}
            <DayTime value={current.since.toISOString().slice(0, 10)} />.
            {current.pausedUntil ? (
              <>
                {' '}
                It was changed: payouts wait until <Moment at={current.pausedUntil} />.
              </>
            ) : null}
          </CardText>
        ) : (
          <CardText>Nothing can be sent before you say where to.</CardText>
        )}
      </div>
      <Button asChild look={current ? 'secondary' : 'primary'} size="small">
        <Link href="/portal/payouts/details">{current ? 'Change' : 'Say where'}</Link>
      </Button>
    </Card>
  )
}

function PayoutTable({ payouts }: { payouts: readonly PayoutSummary[] }) {
  return (
    <Table caption="Your payouts">
      <TableHead>
        <Column>Approved on</Column>
        <Column wide>To</Column>
        <Column wide>State</Column>
        <Column end>Amount</Column>
      </TableHead>
      <tbody>
        {payouts.map(({ id, approvedOn, cutOffOn, destination, state, amountMinor, currency }) => (
          <Row key={id}>
            <RowHeading
              href={`/portal/payouts/${id}`}
              below={
                <span className="flex flex-col items-start gap-1">
                  <span className="break-all">{destination}</span>
                  <PayoutStateBadge state={state} />
                </span>
              }
            >
              <DayTime value={approvedOn ?? cutOffOn} />
            </RowHeading>
            <Cell wide className="max-w-64 truncate text-muted">
              {destination}
            </Cell>
            <Cell wide>
              <PayoutStateBadge state={state} />
            </Cell>
            <Cell end>
              <Money minor={amountMinor} currency={currency} className="font-medium" />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}
