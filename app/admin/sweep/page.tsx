import type { Metadata } from 'next'
import { randomUUID } from 'node:crypto'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { DayTime, Moment } from '@/components/time'
import { Button } from '@/components/ui/button'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import { requireAdministrator, type Person } from '@/lib/auth'
import { findLastFinishedSweep, findRunningSweep, findSweep } from '@/lib/intake/reconcile/queries'
import type { SweepSummary } from '@/lib/intake/reconcile/queries'
import type { ListQuery } from '../_lists/console-list'
import { findingList, leakList, sweepList } from '../_lists/sweep'
import { Found } from './_components/found'
import { Leaks } from './_components/leaks'
import { Running } from './_components/running'
import { SinceForm } from './_components/since-form'
import { sweepSince } from './actions'

export const metadata: Metadata = { title: 'The sweep over Stripe' }

export default async function SweepPage({ searchParams }: { searchParams: Promise<ListQuery> }) {
  const person = await requireAdministrator()
  const query = await searchParams
  const { sweepId } = findingList.filterOf(query)
  const [sweep, running] = await Promise.all([
    sweepId === undefined ? findLastFinishedSweep(person) : findSweep(person, sweepId),
    findRunningSweep(person),
  ])
  if (sweepId !== undefined && sweep?.state !== 'done') notFound()
  return (
    <>
      <PageHeading
        title="The sweep over Stripe"
        lead="Stripe’s own record held against the books, every night: what was missing is brought in."
        {...(sweepId !== undefined && { back: { href: sweepList.path, label: 'Every sweep' } })}
        aside={
          sweep && sweepId === undefined ? (
            <Button asChild look="secondary">
              <Link href={sweepList.path}>Every sweep</Link>
            </Button>
          ) : null
        }
      />
      <div className="space-y-6">
        {running && sweepId === undefined ? <Running sweep={running} /> : null}
        {sweep ? (
          <>
            <Summary person={person} sweep={sweep} />
            <Found
              list={await findingList.open(person, query)}
              kinds={sweep.counts.map(({ kind }) => kind)}
            />
          </>
        ) : running ? null : (
          <Card>
            <Empty title="No sweep has come to its end yet">It comes by itself at night.</Empty>
          </Card>
        )}
        {person.administrator.role === 'admin' && running === null && sweepId === undefined ? (
          <Again />
        ) : null}
      </div>
    </>
  )
}

function Again() {
  return (
    <Card>
      <CardTitle>Walk over it now</CardTitle>
      <CardText className="mb-4 max-w-prose">
        What is right stays as it is; what is missing comes in. To bring in a programme’s past, look first at{' '}
        <Link className="text-accent underline underline-offset-2" href="/admin/imports/past">
          what Stripe has of it
        </Link>
        .
      </CardText>
      <SinceForm action={sweepSince} once={randomUUID()} />
    </Card>
  )
}

const leaksShown = 10

async function Summary({ person, sweep }: { person: Person; sweep: SweepSummary }) {
  const { startedAt, since, calls, counts } = sweep
  const leaks = await leakList.open(person, { sweep: String(sweep.id) })
  return (
    <Card>
      <CardTitle>
        <Moment at={startedAt} />
      </CardTitle>
      <CardText className="mb-4">
        Over everything since <DayTime value={since.toISOString().slice(0, 10)} />, with{' '}
        {calls.toLocaleString('en')} requests to Stripe.
      </CardText>
      <Table caption="What was seen">
        <TableHead>
          <Column>Kind</Column>
          <Column end>Seen</Column>
          <Column wide end>
            Right
          </Column>
          <Column end>Healed</Column>
          <Column end>Unexplained</Column>
        </TableHead>
        <tbody>
          {counts.map(({ kind, seen, right, healed, unexplained }) => (
            <Row key={kind}>
              <RowHeading>{kind.replaceAll('_', ' ')}</RowHeading>
              <Cell end className="figures">
                {seen.toLocaleString('en')}
              </Cell>
              <Cell wide end className="figures text-muted">
                {right.toLocaleString('en')}
              </Cell>
              <Cell end className="figures">
                {healed.toLocaleString('en')}
              </Cell>
              <Cell end className="figures">
                {unexplained.toLocaleString('en')}
              </Cell>
            </Row>
          ))}
        </tbody>
      </Table>
      {leaks.rows.length > 0 ? (
        <div className="mt-6">
          <h3 className="mb-2 font-medium">What would have been lost without it</h3>
          <Leaks leaks={leaks.rows.slice(0, leaksShown)} />
          {leaks.rows.length > leaksShown ? (
            <p className="mt-3 text-[0.9375rem]">
              <Link href={leaks.here({})} className="link">
                All of it
              </Link>
            </p>
          ) : null}
        </div>
      ) : (
        <p className="mt-5 text-[0.9375rem] text-muted">Nothing would have been lost without it.</p>
      )}
    </Card>
  )
}
