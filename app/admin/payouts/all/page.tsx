import type { Metadata } from 'next'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { Pager, plainWords } from '@/components/pager'
import { payoutStateText } from '@/components/payout-words'
import { Card } from '@/components/ui/card'
import { requireAdministrator } from '@/lib/auth'
import type { PayoutSort } from '@/lib/payouts/payouts-in-order'
import { payoutStates } from '@/lib/payouts/rules'
import { BarChoice, BarField, ListBar } from '../../_components/list-bar'
import { orderedBy, type ListQuery } from '../../_lists/console-list'
import { payoutList } from '../../_lists/payouts'
import { PayoutTable } from '../_components/payout-table'

export const metadata: Metadata = { title: 'Every payout' }

const orders: { value: PayoutSort; text: string }[] = [
  { value: 'latest', text: 'As drafted' },
  { value: 'largest', text: 'Largest amount first' },
  { value: 'smallest', text: 'Smallest amount first' },
]

export default async function EveryPayoutPage({ searchParams }: { searchParams: Promise<ListQuery> }) {
  const person = await requireAdministrator()
  const { filter, rows, here, csv, pages } = await payoutList.open(person, await searchParams)
  const { runId, ofAffiliate, state, warned, sort = 'latest' } = filter
  const narrowed = ofAffiliate ?? state ?? warned
  return (
    <>
      <PageHeading
        back={
          runId
            ? { href: `/admin/payouts/${runId}`, label: 'The run' }
            : { href: '/admin/payouts', label: 'Payouts' }
        }
        title={runId ? 'Payouts of this run' : 'Every payout'}
        lead={runId ? undefined : 'Of all runs, the latest run first.'}
      />
      <ListBar
        path={payoutList.path}
        keep={{ run: runId }}
        csv={csv}
        all={narrowed ? here({ affiliate: undefined, state: undefined, warned: undefined }) : null}
      >
        <BarField name="affiliate" label="Affiliate’s id" placeholder="aff_…" defaultValue={ofAffiliate} />
        <BarChoice
          name="state"
          label="Status"
          value={state}
          options={[
            { value: 'all', text: 'All' },
            ...payoutStates.map((each) => ({ value: each, text: payoutStateText(each) })),
          ]}
        />
        <BarChoice
          name="warned"
          label="Warnings"
          value={warned ? 'yes' : undefined}
          options={[
            { value: 'all', text: 'With and without' },
            { value: 'yes', text: 'With a warning' },
          ]}
        />
        {runId ? <BarChoice name="order" label="Order" value={sort} options={orders} /> : null}
      </ListBar>
      <Card className="py-3 sm:py-4">
        {rows.length > 0 ? (
          <PayoutTable
            payouts={rows}
            byAmount={runId ? orderedBy<PayoutSort>(here, sort, 'latest')('largest', 'smallest') : undefined}
          />
        ) : (
          <Empty title="No payout like this">What a run pays to each affiliate stands here.</Empty>
        )}
      </Card>
      <Pager {...pages} words={runId ? plainWords : undefined} />
    </>
  )
}
