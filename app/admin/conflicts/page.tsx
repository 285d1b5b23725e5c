import type { Metadata } from 'next'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { Pager } from '@/components/pager'
import { DayTime } from '@/components/time'
import { Card } from '@/components/ui/card'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import type { ConflictingCustomer } from '@/lib/attribution/queries'
import { requireAdministrator } from '@/lib/auth'
import { ListBar } from '../_components/list-bar'
import { conflictList } from '../_lists/conflicts'
import type { ListQuery } from '../_lists/console-list'

export const metadata: Metadata = { title: 'Conflicts' }

export default async function ConflictsPage({ searchParams }: { searchParams: Promise<ListQuery> }) {
  const person = await requireAdministrator()
  const { filter, rows, csv, pages } = await conflictList.open(person, await searchParams)
  const narrowed = filter.affiliateId
  return (
    <>
      <PageHeading
        title="Conflicts"
        lead="Customers who used more than one affiliate’s code. They belong to whose came first; nothing has to be done unless that is wrong."
        back={narrowed ? { href: '/admin/conflicts', label: 'All conflicts' } : undefined}
      />
      <ListBar path={conflictList.path} csv={csv} />
      <Card className="py-3 sm:py-4">
        {rows.length > 0 ? (
          <Conflicts customers={rows} />
        ) : (
          <Empty title="No two claim the same customer">
            Whoever uses a second affiliate’s code stands here, with both.
          </Empty>
        )}
      </Card>
      <Pager {...pages} />
    </>
  )
}

function Conflicts({ customers }: { customers: readonly ConflictingCustomer[] }) {
  return (
    <Table caption="Conflicts">
      <TableHead>
        <Column>Customer</Column>
        <Column>Belongs to</Column>
        <Column wide>Since</Column>
        <Column wide>Also claimed by</Column>
      </TableHead>
      <tbody>
        {customers.map((each) => (
          <Row key={each.customerId}>
            <RowHeading
              href={`/admin/customers/${each.customerId}`}
              below={<>also {each.claims.map(({ affiliateName }) => affiliateName).join(', ')}</>}
            >
              {each.maskedEmail ?? each.customerId}
            </RowHeading>
            <Cell>{each.affiliateName}</Cell>
            <Cell wide className="text-muted">
              {each.since ? <DayTime value={each.since.toISOString().slice(0, 10)} /> : null}
            </Cell>
            <Cell wide>
              {each.claims.map(({ affiliateId, affiliateName, at }) => (
                <span key={affiliateId} className="block">
                  {affiliateName}{' '}
                  <span className="text-muted">
                    on <DayTime value={at.toISOString().slice(0, 10)} />
                  </span>
                </span>
              ))}
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}
