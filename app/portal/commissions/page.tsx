import type { Metadata } from 'next'
import { one, oneOf, withQuery } from '@/app/_components/query'
import { CommissionTable } from '@/components/commission-table'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { Pager } from '@/components/pager'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { listCommissions } from '@/lib/commissions/queries'
import { Choices } from '../_components/choices'
import { requireReader } from '../_components/require-reader'

export const metadata: Metadata = { title: 'Commissions' }

const statuses = ['settled', 'awaiting_fee', 'held', 'void', 'not_earning'] as const
const texts = {
  settled: 'Settled',
  awaiting_fee: 'Waiting for the fee',
  held: 'Held',
  void: 'Void',
  not_earning: 'Earning nothing',
}

type Query = Partial<Record<'status' | 'customer' | 'cursor', string | string[]>>

export default async function CommissionsPage({ searchParams }: { searchParams: Promise<Query> }) {
  const person = await requireReader('/portal/commissions')
  const query = await searchParams
  const status = oneOf(query.status, statuses)
  const customer = one(query.customer)
  const cursor = one(query.cursor)
  const { affiliateId } = person
  const filter = { affiliateId, status, customerId: customer, cursor, limit: 25 }
  const page = await listCommissions(person, filter)
  const here = (changes: Record<string, string | null>) =>
    withQuery('/portal/commissions', { status, customer, ...changes })
  const narrowed = status !== undefined || customer !== undefined
  const label = page.commissions[0]?.maskedEmail ?? 'one customer'
  return (
    <>
      <PageHeading
        back={customer ? { href: '/portal/customers', label: 'Customers' } : undefined}
        title={customer ? `Commissions of ${label}` : 'Commissions'}
        lead="One for every payment of a customer of yours, the newest first. Open one to see how it was worked out."
        aside={
          <Button asChild look="secondary" size="small">
            <a href="/portal/commissions/commissions.csv" download>
              All as CSV
            </a>
          </Button>
        }
      />
      <div className="mb-5">
        <Choices
          label="Status"
          items={[
            { href: here({ status: null }), text: 'All', current: !status },
            ...statuses.map((each) => ({
              href: here({ status: each }),
              text: texts[each],
              current: status === each,
            })),
          ]}
        />
      </div>
      <Card className="py-3 sm:py-4">
        {page.commissions.length > 0 ? (
          <CommissionTable
            caption="Your commissions"
            commissions={page.commissions}
            base="/portal/commissions"
          />
        ) : (
          <Empty title={narrowed ? 'No commission like this' : 'No payment with your code yet'}>
            {narrowed
              ? 'None stands here with this filter at the moment.'
              : 'As soon as a customer of yours pays, it stands here within seconds, with its arithmetic.'}
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
