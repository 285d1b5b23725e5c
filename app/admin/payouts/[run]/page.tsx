import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { Filters } from '@/app/admin/_components/filters'
import { one, withQuery } from '@/app/_components/query'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { Pager } from '@/components/pager'
import { PayoutStateBadge } from '@/components/payout-words'
import { DayTime, Moment } from '@/components/time'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { requireAdministrator, type Person } from '@/lib/auth'
import { TributaryError } from '@/lib/errors'
import { listPayouts } from '@/lib/payouts/queries'
import { getPayoutRun, type PayoutRun } from '@/lib/payouts/run-queries'
import { findRunWork, type RunWork } from '@/lib/payouts/run-work'
import { PayoutTable } from '../_components/payout-table'
import { RunActions } from '../_components/run-actions'
import { RunTotals } from '../_components/run-totals'
import { Work } from './work'

export const metadata: Metadata = { title: 'Payout run' }

interface PageProps {
  params: Promise<{ run: string }>
  searchParams: Promise<{ cursor?: string | string[]; show?: string | string[] }>
}

export default async function PayoutRunPage({ params, searchParams }: PageProps) {
  const person = await requireAdministrator()
  const { run: runId } = await params
  const query = await searchParams
  const [cursor, show] = [one(query.cursor), one(query.show)]
  // In this order: what was being drafted when it was looked for is there when it is gone from the work.
  const work = await findRunWork(person, runId)
  const run = await findRun(person, runId)
  if (run === null && work !== null) return <NotYet work={work} />
  if (run === null) notFound()
  const filter = show === 'warned' ? { warned: true } : {}
  const page = await listPayouts(person, { runId, limit: 50, cursor, ...filter })
  const here = `/admin/payouts/${runId}`
  return (
    <>
      <PageHeading
        back={{ href: '/admin/payouts', label: 'Payouts' }}
        title={
          <>
            Run of <DayTime value={run.cutOffOn} />
          </>
        }
        lead={<Story run={run} />}
        aside={<PayoutStateBadge state={run.state} />}
      />
      <div className="space-y-6">
        <RunTotals run={run} />
        {work ? <Work work={work} /> : null}
        {work?.state === 'under_way' ? null : <RunActions run={run} person={person} />}
        <Card className="py-3 sm:py-4">
          <div className="flex flex-wrap items-start justify-between gap-3 pt-2">
            <Filters
              label="Which payouts"
              items={[
                { href: here, text: 'All', current: show !== 'warned' },
                {
                  href: withQuery(here, { show: 'warned' }),
                  text: 'With a warning',
                  count: run.warned,
                  current: show === 'warned',
                },
              ]}
            />
            <OtherLists run={run} />
          </div>
          {page.payouts.length > 0 ? (
            <PayoutTable payouts={page.payouts} />
          ) : (
            <Empty title={show === 'warned' ? 'Nothing out of the ordinary' : 'Nobody is in this run'}>
              {show === 'warned'
                ? 'No payout in this run has a warning.'
                : 'Nobody’s payable balance reached the minimum by the cut-off day.'}
            </Empty>
          )}
        </Card>
      </div>
      <Pager
        first={cursor ? withQuery(here, { show }) : null}
        previous={page.previousCursor ? withQuery(here, { show, cursor: page.previousCursor }) : null}
        next={page.nextCursor ? withQuery(here, { show, cursor: page.nextCursor }) : null}
      />
    </>
  )
}

async function findRun(person: Person, runId: string): Promise<PayoutRun | null> {
  try {
    const run = await getPayoutRun(person, runId)
    return run.state === 'discarded' ? null : run
  } catch (error) {
    if (error instanceof TributaryError && error.code === 'not_found') return null
    throw error
  }
}

function OtherLists({ run }: { run: PayoutRun }) {
  return (
    <div className="flex flex-wrap gap-3">
      <Button asChild look="quiet" size="small">
        <Link href={withQuery('/admin/payouts/all', { run: run.id })}>As a list</Link>
      </Button>
      {run.leftOut > 0 ? (
        <Button asChild look="quiet" size="small">
          <Link href={`/admin/payouts/${run.id}/left-out`}>{run.leftOut.toLocaleString('en')} left out</Link>
        </Button>
      ) : null}
    </div>
  )
}

/** A run that is being drafted, or was not drafted after all. */
function NotYet({ work }: { work: RunWork }) {
  return (
    <>
      <PageHeading
        back={{ href: '/admin/payouts', label: 'Payouts' }}
        title="A new run"
        lead={
          work.state === 'under_way'
            ? 'It shows here as soon as it is drafted; this page may be left meanwhile.'
            : 'It did not come about.'
        }
      />
      <Work work={work} />
    </>
  )
}

function Story({ run }: { run: PayoutRun }) {
  const { draftedAt, draftedBy, approvedAt, approvedBy, soleAdministrator } = run
  return (
    <>
      Drafted by <span className="wrap-anywhere">{draftedBy}</span>, <Moment at={draftedAt} />.
      {approvedAt ? (
        <>
          {' '}
          Approved by <span className="wrap-anywhere">{approvedBy}</span>
          {soleAdministrator ? ', the only administrator' : ''}, <Moment at={approvedAt} />.
        </>
      ) : null}
    </>
  )
}
