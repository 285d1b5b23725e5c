import type { Metadata } from 'next'
import Link from 'next/link'
import { one } from '@/app/_components/query'
import { PageHeading } from '@/components/page-heading'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { findSandboxPeople, type SandboxPeople } from '@/lib/auth/sandbox-people'
import { listCommissionDetails } from '@/lib/commissions/queries'
import { listPlans, listPurchases } from '@/lib/demo/shop'
import { Checkout } from './_components/checkout'
import { Clock } from './_components/clock'
import { Followed } from './_components/followed'
import { Purchases } from './_components/purchases'
import { Refresh } from '@/app/_components/refresh'
import { requireSandbox } from './_components/sandbox'
import { SignInAs } from './_components/sign-in-as'
import { newcomer } from './_components/newcomer'
import { pay } from './actions'

export const metadata: Metadata = { title: 'Sandbox', robots: { index: false, follow: false } }

type Query = Partial<Record<'payment' | 'at' | 'passed' | 'code' | 'ref' | 'plan', string | string[]>>

export default async function SandboxPage({ searchParams }: { searchParams: Promise<Query> }) {
  const { programme, player } = await requireSandbox()
  const query = await searchParams
  const paymentId = one(query.payment)
  const passed = one(query.passed)
  const [plans, purchases, people, commissions] = await Promise.all([
    listPlans(),
    listPurchases(8),
    findSandboxPeople('AHMET5'),
    paymentId ? listCommissionDetails(player, { paymentId }) : [],
  ])
  return (
    <div className="mx-auto max-w-6xl px-4 py-10 sm:px-6 sm:py-14">
      <PageHeading
        title="Play the customer"
        lead={`Pay for ${programme.name} with somebody’s code and follow the money. No card is charged: Stripe itself is played by a sandbox on this machine.`}
      />
      {passed ? <Refresh key={passed} /> : null}
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,7fr)_minmax(0,5fr)]">
        <div className="space-y-6">
          {paymentId ? (
            <Followed paymentId={paymentId} commissions={commissions} at={one(query.at) ?? ''} />
          ) : null}
          <Card>
            <CardTitle className="mb-5">Checkout</CardTitle>
            {plans.length === 0 ? (
              <Notice tone="wait">The demo is still being made; the shop opens in a minute or two.</Notice>
            ) : (
              <Checkout
                key={one(query.at)}
                action={pay}
                plans={plans}
                tryCode={people.affiliate?.code ?? null}
                brought={{
                  code: one(query.code) ?? '',
                  reference: one(query.ref) ?? '',
                  priceId: plans.find(({ interval }) => interval === query.plan)?.priceId,
                }}
                someone={newcomer(purchases[0]?.paymentId ?? '')}
                once={crypto.randomUUID()}
              />
            )}
          </Card>
          <Card id="purchases">
            <CardTitle>Latest payments</CardTitle>
            <CardText className="mb-2">
              Give money back, or end a subscription, and see what it does.
            </CardText>
            <Purchases purchases={purchases} />
          </Card>
        </div>
        <div className="space-y-6">
          <Clock now={programme.now} />
          <LookAround people={people} />
        </div>
      </div>
    </div>
  )
}

function LookAround({ people }: { people: SandboxPeople }) {
  const { affiliate, administrator } = people
  return (
    <Card>
      <CardTitle>Look at it from the other side</CardTitle>
      <CardText className="mb-4">One click signs you in, since nothing here is real.</CardText>
      <div className="flex flex-wrap gap-3">
        {affiliate ? (
          <SignInAs who={affiliate.id} next="/portal">
            {`As ${affiliate.displayName}, affiliate`}
          </SignInAs>
        ) : null}
        {administrator ? (
          <SignInAs who="administrator" next="/admin">
            As administrator
          </SignInAs>
        ) : null}
      </div>
      <p className="mt-4 text-[0.9375rem] text-muted">
        Mail that would have gone out is{' '}
        <Link href="/dev/mail" className="link">
          kept here
        </Link>
        .
      </p>
    </Card>
  )
}
