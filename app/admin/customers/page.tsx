import type { Metadata } from 'next'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { Pager, plainWords } from '@/components/pager'
import { DayTime } from '@/components/time'
import { Card } from '@/components/ui/card'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import { requireAdministrator } from '@/lib/auth'
import type { AttributedCustomer } from '@/lib/customers/console-queries'
import { Filters } from '../_components/filters'
import { BarChoice, BarField, BarOrder, ListBar } from '../_components/list-bar'
import type { ListQuery } from '../_lists/console-list'
import { customerList, waysOfMatching } from '../_lists/customers'

export const metadata: Metadata = { title: 'Customers' }

const words = (way: string) => {
  const text = way.replaceAll('_', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

export default async function CustomersPage({ searchParams }: { searchParams: Promise<ListQuery> }) {
  const person = await requireAdministrator()
  const { filter, rows, here, csv, pages } = await customerList.open(person, await searchParams)
  const { attributed, affiliateId, matchedBy, id, oldestFirst } = filter
  return (
    <>
      <PageHeading
        title="Customers"
        lead={
          affiliateId
            ? `Of ${affiliateId}.`
            : attributed
              ? 'Everybody who came by a code, and whose they are for life.'
              : 'Customers of Stripe’s whom no code has touched.'
        }
        back={affiliateId ? { href: '/admin/customers', label: 'All customers' } : undefined}
      />
      <Filters
        label="Whose"
        items={[
          { href: here({ whose: undefined }), text: 'Somebody’s', current: attributed },
          {
            href: here({ whose: 'nobody', affiliate: undefined, by: undefined }),
            text: 'Nobody’s',
            current: !attributed,
          },
        ]}
      />
      <ListBar
        path={customerList.path}
        keep={{ whose: attributed ? undefined : 'nobody', affiliate: affiliateId }}
        csv={csv}
        all={id || matchedBy ? here({ q: undefined, by: undefined }) : null}
      >
        <BarField name="q" label="Stripe’s id" placeholder="cus_…" defaultValue={id} />
        {attributed ? (
          <BarChoice
            name="by"
            label="Found by"
            value={matchedBy}
            options={[
              { value: 'all', text: 'Any evidence' },
              ...waysOfMatching.map((way) => ({ value: way, text: words(way) })),
            ]}
          />
        ) : null}
        <BarOrder oldestFirst={oldestFirst} />
      </ListBar>
      <Card className="py-3 sm:py-4">
        {rows.length > 0 ? (
          <CustomerTable customers={rows} />
        ) : (
          <Empty title="No customer like this">
            {attributed
              ? 'Whoever pays with an affiliate’s code stands here.'
              : 'Nobody stands here with this filter at the moment.'}
          </Empty>
        )}
      </Card>
      <Pager {...pages} words={oldestFirst ? plainWords : undefined} />
    </>
  )
}

function CustomerTable({ customers }: { customers: readonly AttributedCustomer[] }) {
  return (
    <Table caption="Customers">
      <TableHead>
        <Column>Customer</Column>
        <Column>Affiliate</Column>
        <Column wide>Found by</Column>
        <Column wide>First paid</Column>
        <Column wide end>
          Since
        </Column>
      </TableHead>
      <tbody>
        {customers.map((each) => (
          <Row key={each.id}>
            <RowHeading
              href={`/admin/customers/${each.id}`}
              below={each.since ? <Day at={each.since} /> : <span className="break-all">{each.id}</span>}
            >
              <span className="break-all">{each.maskedEmail ?? each.id}</span>
            </RowHeading>
            <Cell>{each.affiliateName ?? <span className="text-muted">nobody</span>}</Cell>
            <Cell wide className="text-muted">
              {each.matchedBy ? words(each.matchedBy) : '—'}
            </Cell>
            <Cell wide className="text-muted">
              {each.firstPaidAt ? <Day at={each.firstPaidAt} /> : 'not yet'}
            </Cell>
            <Cell wide end className="text-muted">
              {each.since ? <Day at={each.since} /> : '—'}
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}

const Day = ({ at }: { at: Date }) => <DayTime value={at.toISOString().slice(0, 10)} />
