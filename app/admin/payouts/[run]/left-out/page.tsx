import type { Metadata } from 'next'
import { Empty } from '@/components/empty'
import { Money } from '@/components/money'
import { PageHeading } from '@/components/page-heading'
import { Pager, plainWords } from '@/components/pager'
import { leftOutText } from '@/components/payout-words'
import { Card } from '@/components/ui/card'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import { requireAdministrator } from '@/lib/auth'
import { leftOutReasons } from '@/lib/payouts/rules'
import type { LeftOut } from '@/lib/payouts/run-queries'
import { BarChoice, ListBar } from '../../../_components/list-bar'
import type { ListQuery } from '../../../_lists/console-list'
import { leftOutList } from '../../../_lists/payouts'

export const metadata: Metadata = { title: 'Left out' }

interface PageProps {
  params: Promise<{ run: string }>
  searchParams: Promise<ListQuery>
}

export default async function LeftOutPage({ params, searchParams }: PageProps) {
  const person = await requireAdministrator()
  const { run } = await params
  const list = await leftOutList.open(person, { ...(await searchParams), run })
  const { filter, rows, here, csv, pages } = list
  return (
    <>
      <PageHeading
        back={{ href: `/admin/payouts/${run}`, label: 'The run' }}
        title="Left out"
        lead="Who has something due and is not in this run, with the reason. What they are owed stays owed."
      />
      <ListBar
        path={here({ reason: undefined })}
        csv={csv}
        all={filter.reason ? here({ reason: undefined }) : null}
      >
        <BarChoice
          name="reason"
          label="Reason"
          value={filter.reason}
          options={[
            { value: 'all', text: 'All' },
            ...leftOutReasons.map((each) => ({ value: each, text: leftOutText(each) })),
          ]}
        />
      </ListBar>
      <Card className="py-3 sm:py-4">
        {rows.length > 0 ? (
          <LeftOutTable rows={rows} />
        ) : filter.reason ? (
          <Empty title="Nobody for this reason">Others may be left out for another one.</Empty>
        ) : (
          <Empty title="Nobody is left out">Everybody with something due is in this run.</Empty>
        )}
      </Card>
      <Pager {...pages} words={plainWords} />
    </>
  )
}

function LeftOutTable({ rows }: { rows: readonly LeftOut[] }) {
  return (
    <Table caption="Left out of the run, the largest amounts first">
      <TableHead>
        <Column>Affiliate</Column>
        <Column wide>Reason</Column>
        <Column end>Due</Column>
      </TableHead>
      <tbody>
        {rows.map(({ affiliateId, displayName, currency, balanceMinor, reason }) => (
          <Row key={`${affiliateId} ${currency}`}>
            <RowHeading href={`/admin/affiliates/${affiliateId}`} below={leftOutText(reason)}>
              {displayName}
            </RowHeading>
            <Cell wide className="text-muted">
              {leftOutText(reason)}
            </Cell>
            <Cell end>
              <Money minor={balanceMinor} currency={currency} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}
