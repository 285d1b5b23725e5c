import type { Metadata } from 'next'
import { one, withQuery } from '@/app/_components/query'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { Pager } from '@/components/pager'
import { DayTime } from '@/components/time'
import { Card } from '@/components/ui/card'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import type { UnmatchedDiscount } from '@/lib/attribution/queries'
import { requireAdministrator } from '@/lib/auth'
import { BarField, ListBar } from '../_components/list-bar'
import { SettledAnew } from '../_components/settled-anew'
import type { ListQuery } from '../_lists/console-list'
import { unmatchedList } from '../_lists/unmatched'

export const metadata: Metadata = { title: 'Unmatched' }

export default async function UnmatchedPage({ searchParams }: { searchParams: Promise<ListQuery> }) {
  const person = await requireAdministrator()
  const query = await searchParams
  const { filter, rows, here, csv, pages } = await unmatchedList.open(person, query)
  return (
    <>
      <PageHeading
        title="Unmatched"
        lead="Discounts that customers paid with and that name no affiliate. Say whose each is, or that it is the house’s own; past payments follow."
      />
      {one(query.done) ? (
        <SettledAnew person={person} what="Payments that carried the code are" className="mb-6" />
      ) : null}
      <ListBar path={unmatchedList.path} csv={csv} all={filter.search ? here({ q: undefined }) : null}>
        <BarField name="q" label="Code or Stripe id" defaultValue={filter.search} />
      </ListBar>
      <Card className="py-3 sm:py-4">
        {rows.length > 0 ? (
          <Discounts discounts={rows} />
        ) : filter.search ? (
          <Empty title={`Nothing matches “${filter.search}”`}>Codes and Stripe’s ids are searched.</Empty>
        ) : (
          <Empty title="Every discount has its owner">
            A code made in Stripe by hand appears here with its first payment.
          </Empty>
        )}
      </Card>
      <Pager {...pages} />
    </>
  )
}

function Discounts({ discounts }: { discounts: readonly UnmatchedDiscount[] }) {
  return (
    <Table caption="Unmatched discounts">
      <TableHead>
        <Column>Code</Column>
        <Column wide>At Stripe</Column>
        <Column wide>First seen</Column>
        <Column wide>Last seen</Column>
        <Column end>Customers</Column>
      </TableHead>
      <tbody>
        {discounts.map((each) => (
          <Row key={`${each.promotionCodeId} ${each.couponId} ${each.code}`}>
            <RowHeading
              href={decideAt(each)}
              below={
                <>
                  last seen on <DayTime value={each.lastSeenAt.toISOString().slice(0, 10)} />
                </>
              }
            >
              <span className="font-mono break-all">{each.code ?? each.couponId}</span>
            </RowHeading>
            <Cell wide className="max-w-64 truncate font-mono text-sm text-muted">
              {each.promotionCodeId ?? each.couponId ?? 'gone'}
            </Cell>
            <Cell wide className="text-muted">
              <DayTime value={each.firstSeenAt.toISOString().slice(0, 10)} />
            </Cell>
            <Cell wide className="text-muted">
              <DayTime value={each.lastSeenAt.toISOString().slice(0, 10)} />
            </Cell>
            <Cell end className="figures">
              {each.customers}
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}

/** What Stripe no longer names cannot be given to anybody: only a customer's own page can. */
function decideAt({ promotionCodeId, couponId }: UnmatchedDiscount): string | undefined {
  if (promotionCodeId === null && couponId === null) return undefined
  return withQuery('/admin/unmatched/decide', {
    promotion: promotionCodeId,
    coupon: promotionCodeId === null ? couponId : null,
  })
}
