import type { Metadata } from 'next'
import { one, oneOf, withQuery } from '@/app/_components/query'
import { Empty } from '@/components/empty'
import { Money } from '@/components/money'
import { PageHeading } from '@/components/page-heading'
import { Pager } from '@/components/pager'
import { DayTime } from '@/components/time'
import { Card } from '@/components/ui/card'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import { anomalyStates, listAnomalies, type Anomaly } from '@/lib/anomalies/queries'
import { requireAdministrator } from '@/lib/auth'
import { AnomalyState, actionText, ruleTitles } from '../_components/anomaly-words'
import { Filters } from '../_components/filters'

export const metadata: Metadata = { title: 'Anomalies' }

const filters = [
  { state: 'open', text: 'Open' },
  { state: 'hold', text: 'Held' },
  { state: 'void', text: 'Voided' },
  { state: 'clear', text: 'Cleared' },
  { state: 'exempt', text: 'Exempt' },
] as const

type Query = Partial<Record<'state' | 'affiliate' | 'cursor', string | string[]>>

export default async function AnomaliesPage({ searchParams }: { searchParams: Promise<Query> }) {
  const person = await requireAdministrator()
  const query = await searchParams
  const state = oneOf(query.state, [...anomalyStates, 'all'] as const) ?? 'open'
  const affiliate = one(query.affiliate)
  const cursor = one(query.cursor)
  const page = await listAnomalies(person, {
    state: state === 'all' ? undefined : state,
    affiliateId: affiliate,
    cursor,
    limit: 25,
  })
  const here = (changes: Record<string, string | undefined>) =>
    withQuery('/admin/anomalies', { state, affiliate, ...changes })
  return (
    <>
      <PageHeading
        title="Anomalies"
        lead="What the rules found, the latest first. An open one stands as its rule left it until somebody decides."
      />
      <Filters
        label="State"
        items={[
          ...filters.map((each) => ({
            href: here({ state: each.state }),
            text: each.text,
            current: state === each.state,
          })),
          { href: here({ state: 'all' }), text: 'All', current: state === 'all' },
        ]}
      />
      <Card className="py-3 sm:py-4">
        {page.anomalies.length > 0 ? (
          <AnomalyTable anomalies={page.anomalies} />
        ) : (
          <Empty title="Nothing here">
            {state === 'open'
              ? 'No payment waits for a decision.'
              : 'No payment stands here with this filter at the moment.'}
          </Empty>
        )}
      </Card>
      <Pager
        first={cursor ? here({}) : null}
        next={page.nextCursor ? here({ cursor: page.nextCursor }) : null}
      />
    </>
  )
}

function AnomalyTable({ anomalies }: { anomalies: readonly Anomaly[] }) {
  return (
    <Table caption="Anomalies">
      <TableHead>
        <Column>What was found</Column>
        <Column wide>Affiliate</Column>
        <Column wide>Seen on</Column>
        <Column wide>State</Column>
        <Column end>At stake</Column>
      </TableHead>
      <tbody>
        {anomalies.map((anomaly) => (
          <Row key={anomaly.id}>
            <RowHeading
              href={`/admin/anomalies/${anomaly.paymentId}`}
              below={
                <span className="flex flex-col items-start gap-1">
                  <span>{anomaly.affiliateName}</span>
                  <AnomalyState state={anomaly.state} action={anomaly.action} />
                </span>
              }
            >
              {ruleTitles[anomaly.rule]}
              <span className="block text-sm font-normal text-muted">
                the rule {actionText(anomaly.action)}
              </span>
            </RowHeading>
            <Cell wide>{anomaly.affiliateName}</Cell>
            <Cell wide className="text-muted">
              <DayTime value={anomaly.at.toISOString().slice(0, 10)} />
            </Cell>
            <Cell wide>
              <AnomalyState state={anomaly.state} action={anomaly.action} />
            </Cell>
            <Cell end>
              {anomaly.stake === null ? (
                <span className="text-muted">not yet known</span>
              ) : (
                <Money
                  minor={anomaly.stake.commissionMinor}
                  currency={anomaly.stake.currency}
                  className="font-medium"
                />
              )}
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}
