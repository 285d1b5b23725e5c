import type { Metadata } from 'next'
import { one, oneOf, withQuery } from '@/app/_components/query'
import { CustomerTable } from '@/components/customer-table'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { Pager } from '@/components/pager'
import { Card } from '@/components/ui/card'
import { customerSorts, customerStatuses, listCustomers } from '@/lib/customers/queries'
import { Choices } from '../_components/choices'
import { requireReader } from '../_components/require-reader'

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

type Query = Partial<Record<'status' | 'sort' | 'page', string | string[]>>

export default async function CustomersPage({ searchParams }: { searchParams: Promise<Query> }) {
  const person = await requireReader('/portal/customers')
  const query = await searchParams
  const status = oneOf(query.status, customerStatuses)
  const sort = oneOf(query.sort, customerSorts) ?? 'since'
  const page = /^[1-9]\d{0,4}$/.test(one(query.page) ?? '') ? Number(query.page) : 1
  const { affiliateId } = person
  const { customers, more } = await listCustomers(person, { affiliateId, status, sort, page, limit: 25 })
  const here = (changes: Record<string, string | null>) =>
    withQuery('/portal/customers', { status, sort: sort === 'since' ? null : sort, ...changes })
  return (
    <>
      <PageHeading
        title="Customers"
        lead="Who came with your code or your link. They are yours for life; their addresses stay theirs."
      />
      <div className="mb-5 space-y-3">
        <Choices
          label="Status"
          items={[
            { href: here({ status: null }), text: 'All', current: !status },
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
            href: here({ sort: each === 'since' ? null : each }),
            text: sortTexts[each],
            current: sort === each,
          }))}
        />
      </div>
      <Card className="py-3 sm:py-4">
        {customers.length > 0 ? (
          <CustomerTable customers={customers} />
        ) : (
          <Empty title={status ? 'None like this' : 'No customer yet'}>
            {status
              ? 'No customer of yours stands like this at the moment.'
              : 'The first who types your code stands here within seconds.'}
          </Empty>
        )}
      </Card>
      <Pager first={page > 1 ? here({}) : null} next={more ? here({ page: String(page + 1) }) : null} />
    </>
  )
}
