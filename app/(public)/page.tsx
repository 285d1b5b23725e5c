import Link from 'next/link'
import { Button } from '@/components/ui/button'
import { listPlans } from '@/lib/programme/plans'
import { listUpcomingTerms } from '@/lib/programme/queries'
import { findTerms } from '../_components/find-terms'
import { NotSetUpNote } from '../_components/not-set-up'
import { programmeFacts } from '../_components/programme'
import { one } from '../_components/query'
import { UpcomingTermsNote } from '../_components/upcoming-terms'
import { Calculator } from './_components/calculator'
import { ExampleSlip } from './_components/example-slip'
import { Streams } from './_components/streams'
import { TermsFacts } from './_components/terms-facts'
import { TermsRules } from '../_components/terms-rules'

type Query = Partial<Record<'plan' | 'customers', string | string[]>>

export default async function LandingPage({ searchParams }: { searchParams: Promise<Query> }) {
  const [programme, inForce] = await Promise.all([programmeFacts(), findTerms()])
  if (!programme || !inForce) return <NotSetUpNote />
  const { terms } = inForce
  const [plans, upcoming, query] = await Promise.all([listPlans(terms), listUpcomingTerms(), searchParams])
  return (
    <>
      <section className="relative isolate overflow-hidden border-b border-line bg-surface">
        <Streams />
        <div className="mx-auto grid max-w-6xl items-center gap-12 px-4 py-14 sm:px-6 sm:py-24 lg:grid-cols-[minmax(0,11fr)_minmax(0,9fr)] lg:gap-16">
          <div>
            <h1 className="text-[2.5rem] leading-[1.04] font-semibold tracking-[-0.035em] sm:text-6xl">
              Recommend {programme.name}. Earn for as long as they pay.
            </h1>
            <p className="mt-6 max-w-xl text-lg text-muted">
              You get one code of your own, for good. Whoever pays with it once is your customer, and every
              payment of theirs becomes a line in your ledger within seconds, with the arithmetic beside it.
            </p>
            <div className="mt-8 flex flex-wrap gap-3">
              <Button asChild size="large">
                <Link href="/join">Get your code</Link>
              </Button>
              <Button asChild size="large" look="secondary">
                <Link href="/sign-in">Sign in</Link>
              </Button>
            </div>
          </div>
          <ExampleSlip terms={terms} />
        </div>
      </section>
      <TermsFacts terms={terms} since={inForce.inForceSince} />
      <TermsRules terms={terms} />
      {upcoming.length > 0 ? (
        <div className="mx-auto max-w-6xl px-4 pb-10 sm:px-6">
          <UpcomingTermsNote upcoming={upcoming} />
        </div>
      ) : null}
      <Calculator
        plans={plans}
        terms={terms}
        asked={{ plan: one(query.plan), customers: one(query.customers) }}
      />
      <div className="mx-auto max-w-6xl space-y-8 px-4 py-12 sm:px-6 sm:py-16">
        {programme.booksMode === 'sandbox' ? <SandboxInvitation /> : null}
        <p className="text-[0.9375rem] text-muted">
          You build the pricing page?{' '}
          <Link href="/developers" className="link">
            How a code gets into Checkout
          </Link>
        </p>
      </div>
    </>
  )
}

function SandboxInvitation() {
  return (
    <section className="flex flex-wrap items-center justify-between gap-6 rounded-2xl border border-accent-line bg-accent-soft p-6 sm:p-8">
      <div className="max-w-xl">
        <h2 className="text-xl font-semibold tracking-tight">See it happen</h2>
        <p className="mt-1 text-muted">
          These are sandbox books: no real money moves. Pay with somebody’s code, watch the commission arrive,
          give half of it back, and let a month pass.
        </p>
      </div>
      <Button asChild size="large">
        <Link href="/sandbox">Play the customer</Link>
      </Button>
    </section>
  )
}
