import type { Metadata } from 'next'
import type { ListQuery } from '@/app/_components/url-list'
import { CommissionTable } from '@/components/commission-table'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { Pager } from '@/components/pager'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Choices } from '../_components/choices'
import { requireReader } from '../_components/require-reader'
import { commissionList, statuses } from '../_lists'

export const metadata: Metadata = { title: 'Commissions' }

const texts = {
  settled: 'Settled',
  awaiting_fee: 'Waiting for the fee',
  held: 'Held',
  void: 'Void',
  not_earning: 'Earning nothing',
}

export default async function CommissionsPage({ searchParams }: { searchParams: Promise<ListQuery> }) {
  const person = await requireReader('/portal/commissions')
  const { filter, rows, here, csv, pages } = await commissionList.open(person, await searchParams)
  const { status, customerId: customer } = filter
  const narrowed = status !== undefined || customer !== undefined
  const label = rows[0]?.maskedEmail ?? 'one customer'
  return (
    <>
      <PageHeading
        back={customer ? { href: '/portal/customers', label: 'Customers' } : undefined}
        title={customer ? `Commissions of ${label}` : 'Commissions'}
        lead="One for every payment of a customer of yours, the newest first. Open one to see how it was worked out."
        aside={
          <Button asChild look="secondary" size="small">
            <a href={csv} download>
              {narrowed ? 'These as CSV' : 'All as CSV'}
            </a>
          </Button>
        }
      />
      <div className="mb-5">
        <Choices
          label="Status"
          items={[
            { href: here({ status: undefined }), text: 'All', current: !status },
            ...statuses.map((each) => ({
              href: here({ status: each }),
              text: texts[each],
              current: status === each,
            })),
          ]}
        />
      </div>
      <Card className="py-3 sm:py-4">
        {rows.length > 0 ? (
          <CommissionTable caption="Your commissions" commissions={rows} base="/portal/commissions" />
        ) : (
          <Empty title={narrowed ? 'No commission like this' : 'No payment with your code yet'}>
            {narrowed
              ? 'None stands here with this filter at the moment.'
              : 'As soon as a customer of yours pays, it stands here within seconds, with its arithmetic.'}
          </Empty>
        )}
      </Card>
      <Pager {...pages} />
    </>
  )
}
