import type { Metadata } from 'next'
import { CommissionTable } from '@/components/commission-table'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { Pager, plainWords } from '@/components/pager'
import { Card } from '@/components/ui/card'
import { listEarnedCurrencies } from '@/lib/affiliates/queries'
import { requireAdministrator } from '@/lib/auth'
import type { CommissionSort } from '@/lib/commissions/in-order'
import { Filters } from '../_components/filters'
import { BarChoice, BarCurrency, BarField, ListBar } from '../_components/list-bar'
import { commissionList, commissionStates } from '../_lists/commissions'
import { orderedBy, type ListQuery } from '../_lists/console-list'

export const metadata: Metadata = { title: 'Commissions' }

const orders: { value: CommissionSort; text: string }[] = [
  { value: 'newest', text: 'Newest first' },
  { value: 'oldest', text: 'Oldest first' },
  { value: 'largest', text: 'Largest commission first' },
  { value: 'smallest', text: 'Smallest commission first' },
  { value: 'largest_payment', text: 'Largest payment first' },
  { value: 'smallest_payment', text: 'Smallest payment first' },
]

export default async function CommissionsPage({ searchParams }: { searchParams: Promise<ListQuery> }) {
  const person = await requireAdministrator()
  const list = await commissionList.open(person, await searchParams)
  const { filter, rows, state, here, pages } = list
  const { sort = 'newest' } = filter
  const by = orderedBy<CommissionSort>(here, sort, 'newest')
  const narrowed = filter.affiliateId ?? filter.customerId ?? filter.invoiceId
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
      <Narrowing list={list} currencies={await listEarnedCurrencies(person)} />
      <Card className="py-3 sm:py-4">
        {rows.length > 0 ? (
          <CommissionTable
            caption="Commissions"
            commissions={rows}
            base="/admin/commissions"
            showAffiliate
            sorts={{
              paid: by('newest', 'oldest'),
              payment: by('largest_payment', 'smallest_payment'),
              commission: by('largest', 'smallest'),
            }}
          />
        ) : (
          <NoneHere sought={filter.sought} narrowed={Object.values(state).some(Boolean)} />
        )}
      </Card>
      <Pager {...pages} words={sort === 'newest' ? undefined : plainWords} />
    </>
  )
}

interface NarrowingProps {
  list: Awaited<ReturnType<typeof commissionList.open>>
  currencies: readonly string[]
}

function Narrowing({ list: { filter, state, here, csv }, currencies }: NarrowingProps) {
  const { status, feeOverdue, sort } = filter
  const { q: _q, from: _from, to: _to, order: _order, currency: _currency, ...keep } = state
  return (
    <>
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
          filter.sought || filter.from || filter.to || filter.currency
            ? here({ q: undefined, from: undefined, to: undefined, currency: undefined })
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
        <BarCurrency currencies={currencies} value={filter.currency} />
        <BarChoice name="order" label="Order" value={sort} options={orders} />
      </ListBar>
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
