import type { Metadata } from 'next'
import { one, oneOf, withQuery } from '@/app/_components/query'
import { CommissionTable } from '@/components/commission-table'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { Pager } from '@/components/pager'
import { Card } from '@/components/ui/card'
import { requireAdministrator } from '@/lib/auth'
import { listCommissions, type CommissionStatus } from '@/lib/commissions/queries'
import { Filters } from '../_components/filters'

export const metadata: Metadata = { title: 'Commissions' }

const statuses: readonly { status: CommissionStatus; text: string }[] = [
  { status: 'settled', text: 'Settled' },
  { status: 'awaiting_fee', text: 'Waiting for the fee' },
  { status: 'awaiting_basis', text: 'Waiting for the invoice' },
  { status: 'held', text: 'Held' },
  { status: 'void', text: 'Void' },
  { status: 'not_earning', text: 'Earning nothing' },
  { status: 'unattributed', text: 'Nobody’s' },
]

type Query = Partial<
  Record<'status' | 'overdue' | 'affiliate' | 'customer' | 'invoice' | 'cursor', string | string[]>
>

export default async function CommissionsPage({ searchParams }: { searchParams: Promise<Query> }) {
  const person = await requireAdministrator()
  const query = await searchParams
  const status = oneOf(
    query.status,
    statuses.map((item) => item.status),
  )
  const about = {
    affiliate: one(query.affiliate),
    customer: one(query.customer),
    invoice: one(query.invoice),
  }
  const overdue = one(query.overdue) === 'yes'
  const cursor = one(query.cursor)
  const page = await listCommissions(person, {
    affiliateId: about.affiliate,
    customerId: about.customer,
    invoiceId: about.invoice,
    status,
    feeOverdue: overdue,
    cursor,
    limit: 25,
  })
  const here = (changes: Record<string, string | null | undefined>) =>
    withQuery('/admin/commissions', { ...about, status, overdue: overdue ? 'yes' : null, ...changes })
  const narrowed = about.affiliate ?? about.customer ?? about.invoice
  return (
    <>
      <PageHeading
        title="Commissions"
        lead={
          narrowed ? `Of ${narrowed}, the newest payment first.` : 'One for every payment, the newest first.'
        }
        back={narrowed ? { href: '/admin/commissions', label: 'All commissions' } : undefined}
      />
      <Filters
        label="Status"
        items={[
          { href: here({ status: null, overdue: null }), text: 'All', current: !status && !overdue },
          ...statuses.map((item) => ({
            href: here({ status: item.status, overdue: null }),
            text: item.text,
            current: status === item.status,
          })),
          { href: here({ status: null, overdue: 'yes' }), text: 'Fee overdue', current: overdue },
        ]}
      />
      <Card className="py-3 sm:py-4">
        {page.commissions.length > 0 ? (
          <CommissionTable
            caption="Commissions"
            commissions={page.commissions}
            base="/admin/commissions"
            showAffiliate
          />
        ) : (
          <Empty title="No commission like this">
            {status || narrowed
              ? 'None stands here with this filter at the moment.'
              : 'Every payment that Stripe reports stands here within seconds.'}
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
