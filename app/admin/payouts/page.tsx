import type { Metadata } from 'next'
import Link from 'next/link'
import { NotSetUpNote } from '@/app/_components/not-set-up'
import { programmeFacts } from '@/app/_components/programme'
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
import type { PayoutRunSummary } from '@/lib/payouts/run-queries'
import { getProgrammeFigures } from '@/lib/programme/figures'
import { Filters } from '../_components/filters'
import { ListBar } from '../_components/list-bar'
import type { ListQuery } from '../_lists/console-list'
import { runList, runStates } from '../_lists/payouts'
import { draftRun } from './actions'
import { SettingsForm } from './_components/settings-form'

export const metadata: Metadata = { title: 'Payouts' }

export default async function PayoutsPage({ searchParams }: { searchParams: Promise<ListQuery> }) {
  const person = await requireAdministrator()
  const programme = await programmeFacts()
  if (!programme) return <NotSetUpNote />
  const [{ filter, rows, here, csv, pages }, figures] = await Promise.all([
    runList.open(person, await searchParams),
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
              <Link href="/admin/payouts/all">Every payout</Link>
            </Button>
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
        <div>
          <Filters
            label="Runs"
            items={[
              { href: here({ state: undefined }), text: 'All runs', current: !filter.state },
              ...runStates.map((each) => ({
                href: here({ state: each.state }),
                text: each.text,
                current: filter.state === each.state,
              })),
            ]}
          />
          <ListBar path={runList.path} csv={csv} />
          <Card className="py-3 sm:py-4">
            {rows.length > 0 ? (
              <Runs runs={rows} />
            ) : (
              <Empty title="No run yet">The first one that is drafted stands here.</Empty>
            )}
          </Card>
        </div>
      </div>
      <Pager {...pages} />
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
              below={<span className="wrap-anywhere">{run.draftedBy}</span>}
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
