import type { Metadata } from 'next'
import { randomUUID } from 'node:crypto'
import Link from 'next/link'
import { one, oneOf, withQuery } from '@/app/_components/query'
import { Empty } from '@/components/empty'
import { Money } from '@/components/money'
import { PageHeading } from '@/components/page-heading'
import { Pager } from '@/components/pager'
import { DayTime, Moment } from '@/components/time'
import { Badge } from '@/components/ui/badge'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import { requireAdministrator, type Person } from '@/lib/auth'
import { findLastFinishedSweep, findRunningSweep, listFindings } from '@/lib/intake/reconcile/queries'
import type { Finding, SweepSummary } from '@/lib/intake/reconcile/queries'
import { Filters } from '../_components/filters'
import { Running } from './_components/running'
import { SinceForm } from './_components/since-form'
import { sweepSince } from './actions'

export const metadata: Metadata = { title: 'The sweep over Stripe' }

type Query = Partial<Record<'verdict' | 'cursor', string | string[]>>

export default async function SweepPage({ searchParams }: { searchParams: Promise<Query> }) {
  const person = await requireAdministrator()
  const query = await searchParams
  const [sweep, running] = await Promise.all([findLastFinishedSweep(person), findRunningSweep(person)])
  return (
    <>
      <PageHeading
        title="The sweep over Stripe"
        lead="Stripe’s own record held against the books, every night: what was missing is brought in."
      />
      <div className="space-y-6">
        {running ? <Running sweep={running} /> : null}
        {sweep ? (
          <>
            <Summary sweep={sweep} />
            <NotRight
              person={person}
              sweepId={sweep.id}
              verdict={oneOf(query.verdict, ['healed', 'unexplained'] as const)}
              cursor={one(query.cursor)}
            />
          </>
        ) : running ? null : (
          <Card>
            <Empty title="No sweep has come to its end yet">It comes by itself at night.</Empty>
          </Card>
        )}
        {person.administrator.role === 'admin' && running === null ? <Again /> : null}
      </div>
    </>
  )
}

async function NotRight({
  person,
  sweepId,
  verdict,
  cursor,
}: {
  person: Person
  sweepId: number
  verdict: Finding['verdict'] | undefined
  cursor: string | undefined
}) {
  const page = await listFindings(person, { sweepId, verdict, cursor, limit: 25 })
  const here = (changes: Record<string, string | null>) => withQuery('/admin/sweep', { verdict, ...changes })
  return (
    <div>
      <Filters
        label="What came of it"
        items={[
          {
            href: here({ verdict: null }),
            text: 'All that was not right',
            current: verdict === undefined,
          },
          {
            href: here({ verdict: 'unexplained' }),
            text: 'Unexplained',
            current: verdict === 'unexplained',
          },
          { href: here({ verdict: 'healed' }), text: 'Healed', current: verdict === 'healed' },
        ]}
      />
      <Card className="py-3 sm:py-4">
        {page.findings.length > 0 ? (
          <Findings findings={page.findings} />
        ) : (
          <Empty title="Nothing">Everything that the sweep saw was right.</Empty>
        )}
      </Card>
      <Pager
        first={cursor ? here({}) : null}
        next={page.nextCursor ? here({ cursor: page.nextCursor }) : null}
      />
    </div>
  )
}

function Again() {
  return (
    <Card>
      <CardTitle>Walk over it again</CardTitle>
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

function Summary({ sweep }: { sweep: SweepSummary }) {
  const { startedAt, since, calls, counts, leakage } = sweep
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
      {leakage.length > 0 ? (
        <>
          <h3 className="mt-6 font-medium">What would have been lost without it</h3>
          <ul className="mt-2 divide-y divide-line">
            {leakage.map(({ affiliateId, displayName, currency, missedMinor, overpaidMinor }) => (
              <li
                key={`${affiliateId} ${currency}`}
                className="flex flex-wrap justify-between gap-x-6 gap-y-1 py-2.5"
              >
                <span>{displayName}</span>
                <span>
                  <Money minor={missedMinor} currency={currency} className="font-medium" /> not earned
                  {overpaidMinor > 0n ? (
                    <>
                      , <Money minor={overpaidMinor} currency={currency} /> not taken back
                    </>
                  ) : null}
                </span>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <p className="mt-5 text-[0.9375rem] text-muted">Nothing would have been lost without it.</p>
      )}
    </Card>
  )
}

function Findings({ findings }: { findings: readonly Finding[] }) {
  return (
    <Table caption="Findings">
      <TableHead>
        <Column>Object</Column>
        <Column wide>What was found</Column>
        <Column end>Verdict</Column>
      </TableHead>
      <tbody>
        {findings.map(({ kind, objectId, verdict, sentence, paymentId }) => (
          <Row key={`${kind} ${objectId}`}>
            <RowHeading {...(paymentId ? { href: `/admin/commissions/${paymentId}` } : {})} below={sentence}>
              <span className="font-mono text-sm break-all">{objectId}</span>
            </RowHeading>
            <Cell wide className="text-muted">
              {sentence}
            </Cell>
            <Cell end>
              <Badge tone={verdict === 'healed' ? 'good' : 'bad'}>{verdict}</Badge>
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}
