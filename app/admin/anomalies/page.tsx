import type { Metadata } from 'next'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { Pager } from '@/components/pager'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { requireAdministrator } from '@/lib/auth'
import { anomalyRules } from '@/lib/programme/schemas'
import { ruleTitles } from '../_components/anomaly-words'
import { Filters } from '../_components/filters'
import { BarChoice, ListBar } from '../_components/list-bar'
import { anomalyList } from '../_lists/anomalies'
import type { ListQuery } from '../_lists/console-list'
import { AnomalyTable } from './_components/anomaly-table'

export const metadata: Metadata = { title: 'Anomalies' }

const filters = [
  { state: 'open', text: 'Open' },
  { state: 'hold', text: 'Held' },
  { state: 'void', text: 'Voided' },
  { state: 'clear', text: 'Cleared' },
  { state: 'exempt', text: 'Exempt' },
] as const

export default async function AnomaliesPage({ searchParams }: { searchParams: Promise<ListQuery> }) {
  const person = await requireAdministrator()
  const { filter, rows, here, csv, pages } = await anomalyList.open(person, await searchParams)
  const { state, affiliateId, customerId, rule } = filter
  const narrowed = affiliateId ?? customerId
  const mayDecide = person.administrator.role === 'admin' && rows.length > 0
  return (
    <>
      <PageHeading
        title="Anomalies"
        lead="What the rules found, the latest first. An open one stands as its rule left it until somebody decides."
        back={narrowed ? { href: '/admin/anomalies', label: 'All anomalies' } : undefined}
      />
      <Filters
        label="State"
        items={[
          ...filters.map((each) => ({
            href: here({ state: each.state }),
            text: each.text,
            current: state === each.state,
          })),
          { href: here({ state: 'all' }), text: 'All', current: state === undefined },
        ]}
      />
      <ListBar
        path={anomalyList.path}
        keep={{ state: state ?? 'all', affiliate: affiliateId, customer: customerId }}
        csv={csv}
        all={rule ? here({ rule: undefined }) : null}
      >
        <BarChoice
          name="rule"
          label="Rule"
          value={rule}
          options={[
            { value: 'all', text: 'All rules' },
            ...anomalyRules.map((each) => ({ value: each, text: ruleTitles[each] })),
          ]}
        />
      </ListBar>
      <Card className="py-3 sm:py-4">
        {rows.length > 0 ? (
          <AnomalyTable anomalies={rows} choosable={mayDecide} />
        ) : (
          <Empty title="Nothing here">
            {state === 'open'
              ? 'No payment waits for a decision.'
              : 'No payment stands here with this filter at the moment.'}
          </Empty>
        )}
      </Card>
      {mayDecide ? (
        <form id="together" action="/admin/anomalies/together" className="mt-4">
          <Button type="submit" look="secondary" size="small">
            Decide on the chosen ones together
          </Button>
        </form>
      ) : null}
      <Pager {...pages} />
    </>
  )
}
