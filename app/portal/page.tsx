import type { Metadata } from 'next'
import { after } from 'next/server'
import { NotSetUpNote } from '@/app/_components/not-set-up'
import { programmeFacts } from '@/app/_components/programme'
import { UpcomingTermsNote } from '@/app/_components/upcoming-terms'
import { BalanceFigures } from '@/components/balance-figures'
import { LatestCommissions } from '@/components/latest-commissions'
import { PageHeading } from '@/components/page-heading'
import { RecurringMonths } from '@/components/recurring-months'
import { getAffiliate } from '@/lib/affiliates/queries'
import { findLastVisit, recordVisit } from '@/lib/affiliates/visits'
import { addMonths, monthOf } from '@/lib/calendar'
import { listHeld } from '@/lib/commissions/held-queries'
import { listNews } from '@/lib/commissions/news-queries'
import { listCommissions } from '@/lib/commissions/queries'
import { getBalances, listEarningsByMonth } from '@/lib/ledger/queries'
import { nextPayoutDay } from '@/lib/programme/payout-day'
import { getTermsOf, listUpcomingTermsOf } from '@/lib/programme/queries'
import { countCustomers, listMrrMovements, listRecurringRevenue } from '@/lib/subscriptions/queries'

import { CodeCard } from './_components/code-card'
import { Earnings } from '@/components/earnings'
import { HeldList } from './_components/held-list'
import { NewsStrip } from './_components/news-strip'
import { NextPayout, payablesOf } from './_components/next-payout'
import { Recurring } from './_components/recurring'
import { StandingNote } from './_components/standing-note'
import { requireReader } from './_components/require-reader'

export const metadata: Metadata = { title: { absolute: 'Your earnings' } }

const monthsBack = 11
/** An annual plan sold today earns until then. */
const monthsAhead = 12

export default async function PortalPage() {
  const person = await requireReader()
  const { affiliateId } = person
  const programme = await programmeFacts()
  if (!programme) return <NotSetUpNote />
  const { on, now } = programme
  const range = { from: monthOf(addMonths(on, -monthsBack)), to: monthOf(addMonths(on, monthsAhead)) }
  const terms = await getTermsOf(person, affiliateId)
  const nextOn = nextPayoutDay(on, terms.payoutDay)
  const since = await findLastVisit(person, affiliateId, now)
  if (person.kind === 'person') after(() => recordVisit(person, { affiliateId, now }))
  const [affiliate, upcoming, balances, then, held, news, revenue, customers, months, movements, latest] =
    await Promise.all([
      getAffiliate(person, affiliateId),
      listUpcomingTermsOf(person, affiliateId),
      getBalances(person, affiliateId, on),
      nextOn ? getBalances(person, affiliateId, nextOn) : null,
      listHeld(person, affiliateId),
      since ? listNews(person, affiliateId, since) : null,
      listRecurringRevenue(person, affiliateId),
      countCustomers(person, affiliateId),
      listEarningsByMonth(person, affiliateId, range),
      listMrrMovements(person, affiliateId, { from: range.from, to: monthOf(on) }),
      listCommissions(person, { affiliateId, limit: 6 }),
    ])
  return (
    <>
      <PageHeading
        title={affiliate.displayName}
        lead="What your recommendations have earned, what is on its way, and how each amount came about."
      />
      <StandingNote affiliate={affiliate} />
      <NewsStrip news={news} since={since} />
      <div className="space-y-6">
        <UpcomingTermsNote upcoming={upcoming} all="/portal/terms" />
        <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
          <NextPayout payables={payablesOf(balances, then, terms.minimumPayout)} nextOn={nextOn} />
          <CodeCard affiliate={affiliate} />
        </div>
        <BalanceFigures balances={balances} holdDays={terms.holdDays} on={on} withoutPayable />
        <HeldList held={held} />
        <Recurring revenue={revenue} customers={customers} rateBps={affiliate.rateBps} />
        <Earnings
          none="Your first commission draws the first bar."
          rows={months}
          range={range}
          thisMonth={monthOf(on)}
        />
        <RecurringMonths
          months={movements}
          thisMonth={monthOf(on)}
          none="The first subscription with your code draws the first bar."
        />
        <LatestCommissions
          title="Latest commissions"
          commissions={latest.commissions}
          base="/portal/commissions"
          all={latest.nextCursor ? '/portal/commissions' : null}
          none={{
            title: 'No payment with your code yet',
            text: 'As soon as a customer of yours pays, it stands here within seconds, with its arithmetic.',
          }}
        />
      </div>
    </>
  )
}
