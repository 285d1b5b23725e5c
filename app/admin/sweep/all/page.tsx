import type { Metadata } from 'next'
import { withQuery } from '@/app/_components/query'
import { countText } from '@/components/count'
import { Empty } from '@/components/empty'
import { Money } from '@/components/money'
import { PageHeading } from '@/components/page-heading'
import { Pager } from '@/components/pager'
import { DayTime, Moment } from '@/components/time'
import { Card } from '@/components/ui/card'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import { requireAdministrator } from '@/lib/auth'
import type { PastSweep } from '@/lib/intake/reconcile/past-sweeps'
import { ListBar } from '../../_components/list-bar'
import type { ListQuery } from '../../_lists/console-list'
import { findingList, sweepList } from '../../_lists/sweep'

export const metadata: Metadata = { title: 'Every sweep' }

export default async function SweepsPage({ searchParams }: { searchParams: Promise<ListQuery> }) {
  const person = await requireAdministrator()
  const { rows, csv, pages } = await sweepList.open(person, await searchParams)
  return (
    <>
      <PageHeading
        back={{ href: '/admin/sweep', label: 'The sweep over Stripe' }}
        title="Every sweep"
        lead="Night after night: what was seen, what had been missing, and what would have been lost."
      />
      <ListBar path={sweepList.path} csv={csv} />
      <Card className="py-3 sm:py-4">
        {rows.length > 0 ? (
          <Sweeps sweeps={rows} />
        ) : (
          <Empty title="No sweep has come to its end yet">It comes by itself at night.</Empty>
        )}
      </Card>
      <Pager {...pages} />
    </>
  )
}

function Sweeps({ sweeps }: { sweeps: readonly PastSweep[] }) {
  return (
    <Table caption="Sweeps">
      <TableHead>
        <Column>Sweep</Column>
        <Column wide>Over everything since</Column>
        <Column wide end>
          Seen
        </Column>
        <Column wide end>
          Healed
        </Column>
        <Column wide end>
          Unexplained
        </Column>
        <Column end>Would have been lost</Column>
      </TableHead>
      <tbody>
        {sweeps.map(({ id, begunBy, since, startedAt, seen, healed, unexplained, saved }) => (
          <Row key={id}>
            <RowHeading
              href={withQuery(findingList.path, { sweep: String(id) })}
              below={`${countText(seen)} seen, ${countText(healed)} healed, ${countText(unexplained)} unexplained`}
            >
              <Moment at={startedAt} />
              {begunBy === 'by_hand' ? <span className="font-normal text-muted"> by hand</span> : null}
            </RowHeading>
            <Cell wide className="text-muted">
              <DayTime value={since.toISOString().slice(0, 10)} />
            </Cell>
            <Cell wide end className="figures text-muted">
              {countText(seen)}
            </Cell>
            <Cell wide end className="figures">
              {countText(healed)}
            </Cell>
            <Cell wide end className="figures">
              {countText(unexplained)}
            </Cell>
            <Cell end>
              {saved.length === 0 ? (
                <span className="text-muted">Nothing</span>
              ) : (
                saved.map(({ currency, minor }) => (
                  <span key={currency} className="block">
                    <Money minor={minor} currency={currency} />
                  </span>
                ))
              )}
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}
