import type { Metadata } from 'next'
import { withQuery } from '@/app/_components/query'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { Pager, plainWords } from '@/components/pager'
import { Card } from '@/components/ui/card'
import { requireAdministrator } from '@/lib/auth'
import { ListBar } from '../../_components/list-bar'
import type { ListQuery } from '../../_lists/console-list'
import { leakList } from '../../_lists/sweep'
import { Leaks } from '../_components/leaks'

export const metadata: Metadata = { title: 'What the sweep saved' }

export default async function LostPage({ searchParams }: { searchParams: Promise<ListQuery> }) {
  const person = await requireAdministrator()
  const { filter, rows, csv, pages } = await leakList.open(person, await searchParams)
  return (
    <>
      <PageHeading
        back={{
          href: withQuery('/admin/sweep', { sweep: filter.sweepId?.toString() }),
          label: 'The sweep over Stripe',
        }}
        title="What the sweep saved"
        lead="What would have been lost without this sweep, the largest first in each currency."
      />
      <ListBar path={leakList.path} csv={csv} />
      <Card className="py-3 sm:py-4">
        {rows.length > 0 ? (
          <Leaks leaks={rows} />
        ) : (
          <Empty title="Nothing">Nothing would have been lost without it.</Empty>
        )}
      </Card>
      <Pager {...pages} words={plainWords} />
    </>
  )
}
