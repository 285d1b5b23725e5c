import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { programmeFacts } from '@/app/_components/programme'
import { withQuery } from '@/app/_components/query'
import { Earnings } from '@/components/earnings'
import { Empty } from '@/components/empty'
import { Money } from '@/components/money'
import { PageHeading } from '@/components/page-heading'
import { Pager } from '@/components/pager'
import { payoutStateText } from '@/components/payout-words'
import { Moment } from '@/components/time'
import { Card, CardTitle } from '@/components/ui/card'
import { getAffiliate } from '@/lib/affiliates/queries'
import type { Chapter, StoryKind } from '@/lib/affiliates/story-queries'
import { requireAdministrator } from '@/lib/auth'
import { addMonths, monthOf } from '@/lib/calendar'
import { TributaryError } from '@/lib/errors'
import { listEarningsByMonth } from '@/lib/ledger/queries'
import { deedText } from '../../../_components/decisions'
import { Filters } from '../../../_components/filters'
import { ListBar } from '../../../_components/list-bar'
import type { ListQuery } from '../../../_lists/console-list'
import { storyList } from '../../../_lists/story'

export const metadata: Metadata = { title: 'An affiliate’s story' }

const kindWords: Record<StoryKind, string> = {
  joined: 'Joining',
  code: 'Codes',
  first_customer: 'First customer',
  decision: 'Decisions',
  payout: 'Payouts',
  mail: 'Letters',
}

export default async function StoryPage(props: {
  params: Promise<{ affiliate: string }>
  searchParams: Promise<ListQuery>
}) {
  const person = await requireAdministrator()
  const { affiliate: id } = await props.params
  const query = await props.searchParams
  const [programme, affiliate] = await Promise.all([
    programmeFacts(),
    getAffiliate(person, id).catch(orNotFound),
  ])
  if (!programme) notFound()
  const thisMonth = monthOf(programme.on)
  const range = { from: monthOf(addMonths(programme.on, -11)), to: monthOf(addMonths(programme.on, 12)) }
  const [story, earnings] = await Promise.all([
    storyList.open(person, { ...query, affiliate: id }),
    listEarningsByMonth(person, id, range),
  ])
  const { filter, rows, here, csv, pages } = story
  const { kind } = filter
  return (
    <>
      <PageHeading
        back={{ href: `/admin/affiliates/${id}`, label: affiliate.displayName }}
        title={`The story of ${affiliate.displayName}`}
        lead="All that happened, was decided, paid and written, the latest first."
      />
      <div className="space-y-6">
        <Links id={id} />
        <Earnings
          rows={earnings}
          range={range}
          thisMonth={thisMonth}
          none="The first commission draws the first bar."
        />
        <Card>
          <CardTitle className="mb-4">What happened</CardTitle>
          <Filters
            label="Kind"
            items={[
              { href: here({ kind: undefined }), text: 'All', current: kind === undefined },
              ...(['decision', 'payout', 'mail', 'code'] as const).map((each) => ({
                href: here({ kind: each }),
                text: kindWords[each],
                current: kind === each,
              })),
            ]}
          />
          <ListBar path={here({})} csv={csv} />
          {rows.length > 0 ? (
            <ol className="divide-y divide-line">
              {rows.map((chapter) => (
                <Entry key={chapter.key} chapter={chapter} />
              ))}
            </ol>
          ) : (
            <Empty title="Nothing of this kind">It would stand here with its day.</Empty>
          )}
        </Card>
      </div>
      <Pager {...pages} />
    </>
  )
}

function orNotFound(error: unknown): never {
  if (error instanceof TributaryError && error.code === 'not_found') notFound()
  throw error
}

function Links({ id }: { id: string }) {
  const lists = [
    { href: withQuery('/admin/commissions', { affiliate: id }), text: 'Commissions' },
    { href: withQuery('/admin/customers', { affiliate: id }), text: 'Customers' },
    { href: withQuery('/admin/payouts/all', { affiliate: id }), text: 'Payouts' },
    { href: withQuery('/admin/anomalies', { affiliate: id, state: 'all' }), text: 'Anomalies' },
    { href: withQuery('/admin/conflicts', { affiliate: id }), text: 'Conflicts' },
    { href: withQuery('/admin/audit', { subject: id }), text: 'Audit log' },
  ]
  return (
    <nav aria-label="Their lists">
      <ul className="flex flex-wrap gap-x-5 gap-y-2 text-[0.9375rem]">
        {lists.map(({ href, text }) => (
          <li key={text}>
            <Link href={href} className="link">
              {text}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function Entry({ chapter }: { chapter: Chapter }) {
  const { at, detail } = chapter
  return (
    <li className="py-3">
      <p className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <span className="font-medium break-words">
          <What chapter={chapter} />
        </span>
        <Moment at={at} className="text-sm text-muted" />
      </p>
      {detail ? <p className="mt-0.5 text-[0.9375rem] break-words text-muted">{detail}</p> : null}
    </li>
  )
}

function What({ chapter }: { chapter: Chapter }) {
  const { kind, what, runId, amountMinor, currency, key } = chapter
  switch (kind) {
    case 'joined':
      return 'Joined'
    case 'code':
      return `The code ${what} was made`
    case 'first_customer':
      return (
        <Link href={`/admin/customers/${what}`} className="hover:text-accent">
          The first customer came
        </Link>
      )
    case 'decision':
      return deedText(what)
    case 'mail':
      return `Letter: ${what}`
    case 'payout':
      return (
        <Link
          href={`/admin/payouts/${runId}/payouts/${key.slice('payout '.length)}`}
          className="hover:text-accent"
        >
          Payout of{' '}
          {amountMinor !== null && currency ? <Money minor={amountMinor} currency={currency} /> : null}:{' '}
          {payoutStateText(what).toLowerCase()}
        </Link>
      )
  }
}
