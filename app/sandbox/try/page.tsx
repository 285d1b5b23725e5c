import type { Metadata } from 'next'
import { one } from '@/app/_components/query'
import { PageHeading } from '@/components/page-heading'
import { listCommissionDetails } from '@/lib/commissions/queries'
import { findTestCodes } from '@/lib/demo/test-purchase'
import { requireSandbox } from '../_components/sandbox'
import { Attempt } from './attempt'

export const metadata: Metadata = { title: 'Test purchase', robots: { index: false, follow: false } }

type Query = Partial<Record<'way' | 'payment', string | string[]>>

export default async function TryPage({ searchParams }: { searchParams: Promise<Query> }) {
  const { player } = await requireSandbox()
  const query = await searchParams
  const paymentId = one(query.payment)
  const [codes, commissions] = await Promise.all([
    findTestCodes(),
    paymentId ? listCommissionDetails(player, { paymentId }) : [],
  ])
  const bought = paymentId ? { way: one(query.way) ?? '', paymentId, commissions } : null
  return (
    <div className="mx-auto max-w-4xl px-4 py-10 sm:px-6 sm:py-14">
      <PageHeading
        title="Test purchase"
        back={{ href: '/developers', label: 'For developers' }}
        lead="Each button opens a Checkout Session, pays it as a new customer, and waits for what Stripe’s events make of it."
      />
      <Attempt codes={codes} bought={bought} />
    </div>
  )
}
