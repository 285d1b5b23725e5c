import type { Metadata } from 'next'
import Link from 'next/link'
import { NotSetUpNote } from '@/app/_components/not-set-up'
import { programmeFacts } from '@/app/_components/programme'
import { one, withQuery } from '@/app/_components/query'
import { Empty } from '@/components/empty'
import { Money } from '@/components/money'
import { PageHeading } from '@/components/page-heading'
import { Pager } from '@/components/pager'
import { PayoutStateBadge } from '@/components/payout-words'
import { DayTime } from '@/components/time'
import { Button } from '@/components/ui/button'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import { requireAdministrator } from '@/lib/auth'
import { listPayoutRuns, type PayoutRunSummary } from '@/lib/payouts/run-queries'
import { getProgrammeFigures } from '@/lib/programme/figures'
import { draftRun } from './actions'
import { SettingsForm } from './_components/settings-form'

export const metadata: Metadata = { title: 'Payouts' }

export default async function PayoutsPage({
  searchParams,
}: {
  searchParams: Promise<{ cursor?: string | string[] }>
}) {
  const person = await requireAdministrator()
  const programme = await programmeFacts()
  if (!programme) return <NotSetUpNote />
  const cursor = one((await searchParams).cursor)
  const [page, figures] = await Promise.all([
    listPayoutRuns(person, { limit: 20, cursor }),
    getProgrammeFigures(person, programme.on),
  ])
  const mayPay = person.administrator.role !== 'viewer'
  return (
    <>
      <PageHeading
        title="Payouts"
        lead="A run is drafted, looked at, approved by a second person, and sent. Until it is approved nothing is locked."
        aside={
          <div className="flex flex-wrap gap-2">
            <Button asChild look="secondary" size="small">
              <Link href="/admin/payouts/debts">Debts</Link>
            </Button>
            <Button asChild look="secondary" size="small">
              <Link href="/admin/payouts/journal">Journal</Link>
            </Button>
          </div>
        }
      />
      <div className="space-y-6">
        {mayPay ? (
          <Card>
            <CardTitle>Draft a run</CardTitle>
            <CardText className="mb-5">
              It takes everybody whose payable balance reaches the minimum, and lists all others with the
              reason.
            </CardText>
            <SettingsForm
              action={draftRun}
              cutOffOn={programme.on}
              currencies={figures.currencies.map(({ currency }) => currency)}
              confirm="Draft a run"
            />
          </Card>
        ) : null}
        <Card className="py-3 sm:py-4">
          {page.runs.length > 0 ? (
            <Runs runs={page.runs} />
          ) : (
            <Empty title="No run yet">The first one that is drafted stands here.</Empty>
          )}
        </Card>
      </div>
      <Pager
        first={cursor ? '/admin/payouts' : null}
        next={page.nextCursor ? withQuery('/admin/payouts', { cursor: page.nextCursor }) : null}
      />
    </>
  )
}

function Runs({ runs }: { runs: readonly PayoutRunSummary[] }) {
  return (
    <Table caption="Payout runs, the latest first">
      <TableHead>
        <Column>Cut-off</Column>
        <Column wide>Drafted by</Column>
        <Column wide>Approved by</Column>
        <Column end>Amount</Column>
        <Column end>Status</Column>
      </TableHead>
      <tbody>
        {runs.map((run) => (
          <Row key={run.id}>
            <RowHeading
              href={`/admin/payouts/${run.id}`}
              below={<span className="break-all">{run.draftedBy}</span>}
            >
              <DayTime value={run.cutOffOn} />
            </RowHeading>
            <Cell wide className="max-w-52 truncate text-muted">
              {run.draftedBy}
            </Cell>
            <Cell wide className="max-w-52 truncate text-muted">
              {run.approvedBy ?? '—'}
            </Cell>
            <Cell end>
              {run.totals.length === 0 ? <span className="text-muted">nothing</span> : null}
              {run.totals.map(({ currency, amountMinor }) => (
                <span key={currency} className="block">
                  <Money minor={amountMinor} currency={currency} />
                </span>
              ))}
            </Cell>
            <Cell end>
              <PayoutStateBadge state={run.state} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}
