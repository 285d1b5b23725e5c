import type { Metadata } from 'next'
import type { ListQuery } from '@/app/_components/url-list'
import { CustomerTable } from '@/components/customer-table'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { Pager, plainWords } from '@/components/pager'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { customerSorts, customerStatuses } from '@/lib/customers/queries'
import { Choices } from '../_components/choices'
import { requireReader } from '../_components/require-reader'
import { customerList } from '../_lists'

export const metadata: Metadata = { title: 'Customers' }

const statusTexts = {
  active: 'Active',
  trial: 'On trial',
  past_due: 'Past due',
  paused: 'Paused',
  ended: 'Ended',
  once: 'Without subscription',
}
const sortTexts = { since: 'Newest first', mrr: 'By monthly revenue', earned: 'By what they earned you' }

export default async function CustomersPage({ searchParams }: { searchParams: Promise<ListQuery> }) {
  const person = await requireReader('/portal/customers')
  const { filter, rows, here, csv, pages } = await customerList.open(person, await searchParams)
  const { status, sort = 'since' } = filter
  return (
    <>
      <PageHeading
        title="Customers"
        lead="Who came with your code or your link. They are yours for life; their addresses stay theirs."
        aside={
          <Button asChild look="secondary" size="small">
            <a href={csv} download>
              {status ? 'These as CSV' : 'All as CSV'}
            </a>
          </Button>
        }
      />
      <div className="mb-5 space-y-3">
        <Choices
          label="Status"
          items={[
            { href: here({ status: undefined }), text: 'All', current: !status },
            ...customerStatuses.map((each) => ({
              href: here({ status: each }),
              text: statusTexts[each],
              current: status === each,
            })),
          ]}
        />
        <Choices
          label="Order"
          items={customerSorts.map((each) => ({
            href: here({ sort: each === 'since' ? undefined : each }),
            text: sortTexts[each],
            current: sort === each,
          }))}
        />
      </div>
      <Card className="py-3 sm:py-4">
        {rows.length > 0 ? (
          <CustomerTable customers={rows} />
        ) : (
          <Empty title={status ? 'None like this' : 'No customer yet'}>
            {status
              ? 'No customer of yours stands like this at the moment.'
              : 'The first who types your code stands here within seconds.'}
          </Empty>
        )}
      </Card>
      <Pager {...pages} words={sort === 'since' ? undefined : plainWords} />
    </>
  )
}
