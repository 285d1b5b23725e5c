import type { Metadata } from 'next'
import { CommissionTable } from '@/components/commission-table'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { Pager, plainWords } from '@/components/pager'
import { Card } from '@/components/ui/card'
import { requireAdministrator } from '@/lib/auth'
import { Filters } from '../_components/filters'
import { BarField, BarOrder, ListBar } from '../_components/list-bar'
import { commissionList, commissionStates } from '../_lists/commissions'
import type { ListQuery } from '../_lists/console-list'

export const metadata: Metadata = { title: 'Commissions' }

export default async function CommissionsPage({ searchParams }: { searchParams: Promise<ListQuery> }) {
  const person = await requireAdministrator()
  const { filter, rows, state, here, csv, pages } = await commissionList.open(person, await searchParams)
  const { status, feeOverdue, oldestFirst } = filter
  const narrowed = filter.affiliateId ?? filter.customerId ?? filter.invoiceId
  const { q: _q, from: _from, to: _to, order: _order, ...keep } = state
  return (
    <>
      <PageHeading
        title="Commissions"
        lead={
          narrowed
            ? `Of ${narrowed}, by the day of payment.`
            : 'One for every payment. Found by any of Stripe’s ids, a code, or an affiliate.'
        }
        back={narrowed ? { href: '/admin/commissions', label: 'All commissions' } : undefined}
      />
      <Filters
        label="Status"
        items={[
          {
            href: here({ status: undefined, overdue: undefined }),
            text: 'All',
            current: !status && !feeOverdue,
          },
          ...commissionStates.map((item) => ({
            href: here({ status: item.status, overdue: undefined }),
            text: item.text,
            current: status === item.status,
          })),
          {
            href: here({ status: undefined, overdue: 'yes' }),
            text: 'Fee overdue',
            current: feeOverdue === true,
          },
        ]}
      />
      <ListBar
        path={commissionList.path}
        keep={keep}
        csv={csv}
        all={
          filter.sought || filter.from || filter.to
            ? here({ q: undefined, from: undefined, to: undefined })
            : null
        }
      >
        <BarField
          name="q"
          label="Stripe id, code or affiliate"
          placeholder="pi_… re_… sub_… AHMET5"
          defaultValue={filter.sought}
        />
        <BarField name="from" type="date" label="Paid from" defaultValue={filter.from} />
        <BarField name="to" type="date" label="Paid until" defaultValue={filter.to} />
        <BarOrder oldestFirst={oldestFirst} />
      </ListBar>
      <Card className="py-3 sm:py-4">
        {rows.length > 0 ? (
          <CommissionTable caption="Commissions" commissions={rows} base="/admin/commissions" showAffiliate />
        ) : (
          <NoneHere sought={filter.sought} narrowed={Object.values(state).some(Boolean)} />
        )}
      </Card>
      <Pager {...pages} words={oldestFirst ? plainWords : undefined} />
    </>
  )
}

function NoneHere({ sought, narrowed }: { sought: string | undefined; narrowed: boolean }) {
  return (
    <Empty title={sought ? `Nothing is known of “${sought}”` : 'No commission like this'}>
      {sought
        ? 'A payment is found by its own id and by that of anything Stripe made for it: a charge, refund, dispute, invoice, session or subscription.'
        : narrowed
          ? 'None stands here with this filter at the moment.'
          : 'Every payment that Stripe reports stands here within seconds.'}
    </Empty>
  )
}
