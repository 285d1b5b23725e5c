import type { Metadata } from 'next'
import Link from 'next/link'
import { Suspense } from 'react'
import { NotSetUpNote } from '@/app/_components/not-set-up'
import { programmeFacts } from '@/app/_components/programme'
import { Empty } from '@/components/empty'
import { LatestCommissions } from '@/components/latest-commissions'
import { PageHeading } from '@/components/page-heading'
import { DayTime } from '@/components/time'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { requireAdministrator, type Person } from '@/lib/auth'
import { listCommissions } from '@/lib/commissions/queries'
import { listLiabilityByMonth, listRedeemed } from '@/lib/programme/console-figures'
import { getProgrammeFigures, listTopAffiliates } from '@/lib/programme/figures'
import { getIsNew } from '@/lib/setup/queries'
import { Attention } from './_components/attention'
import { Costs } from './_components/costs'
import { DueMonths } from './_components/due-months'
import { Liability } from './_components/liability'
import { Awaited, Recurring, RecurringAwaited } from './_components/recurring'
import { Redeemed } from './_components/redeemed'
import { TopAffiliates } from './_components/top-affiliates'
import { BooksTrue } from './_components/truths'

export const metadata: Metadata = { title: { absolute: 'Console' } }

const redeemedDays = 30

export default async function ConsolePage() {
  const person = await requireAdministrator()
  const programme = await programmeFacts()
  if (!programme) return <NotSetUpNote />
  const [figures, latest] = await Promise.all([
    getProgrammeFigures(person, programme.on),
    listCommissions(person, { limit: 6 }),
  ])
  const currency = figures.currencies[0]?.currency ?? 'usd'
  const [top, due, redeemed] = await Promise.all([
    listTopAffiliates(person, { currency, limit: 8 }),
    listLiabilityByMonth(person, programme.on),
    listRedeemed(person, { now: programme.now, days: redeemedDays, limit: 8 }),
  ])
  return (
    <>
      <PageHeading
        title={programme.name}
        lead={
          <>
            What the programme brings and what it owes, on <DayTime value={programme.on} />.
          </>
        }
      />
      <div className="space-y-6">
        {person.administrator.role === 'admin' ? <Newcomer person={person} /> : null}
        <Attention person={person} figures={figures} on={programme.on} />
        <Liability figures={figures} />
        <DueMonths due={due} />
        <Suspense fallback={<RecurringAwaited />}>
          <Recurring person={person} on={programme.on} />
        </Suspense>
        <Suspense fallback={<Awaited title="What a customer brings and costs" />}>
          <Costs person={person} now={programme.now} />
        </Suspense>
        <Suspense fallback={<Awaited title="Are the books true?" />}>
          <BooksTrue person={person} />
        </Suspense>
        <div className="grid items-start gap-6 lg:grid-cols-2">
          <Card>
            <CardTitle>Top affiliates</CardTitle>
            <CardText className="mb-2">
              By the recurring revenue they brought, {currency.toUpperCase()}.
            </CardText>
            {top.length > 0 ? (
              <TopAffiliates affiliates={top} />
            ) : (
              <Empty title="No recurring revenue yet">
                The first subscription with a code puts its affiliate here.
              </Empty>
            )}
          </Card>
          <Redeemed codes={redeemed} days={redeemedDays} />
        </div>
        <LatestCommissions
          title="Latest payments"
          commissions={latest.commissions}
          base="/admin/commissions"
          all={latest.nextCursor ? '/admin/commissions' : null}
          none={{
            title: 'No payment yet',
            text: 'Every payment that Stripe reports stands here within seconds.',
          }}
          showAffiliate
        />
      </div>
    </>
  )
}

/** Where to begin, until the programme has a name and Stripe has been heard of. */
async function Newcomer({ person }: { person: Person }) {
  if (!(await getIsNew(person))) return null
  return (
    <Notice tone="wait">
      This programme is not set up yet.{' '}
      <Link href="/admin/setup" className="font-medium underline underline-offset-2">
        See what is still missing
      </Link>
    </Notice>
  )
}
