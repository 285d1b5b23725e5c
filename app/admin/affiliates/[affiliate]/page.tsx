import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { findTerms } from '@/app/_components/find-terms'
import { programmeFacts } from '@/app/_components/programme'
import { one, oneOf, withQuery } from '@/app/_components/query'
import { ActionButton } from '@/components/action-button'
import { AffiliateStatusBadge } from '@/components/affiliate-status'
import { BalanceFigures } from '@/components/balance-figures'
import { Figure, Figures } from '@/components/figure'
import { LatestCommissions } from '@/components/latest-commissions'
import { Money } from '@/components/money'
import { PageHeading } from '@/components/page-heading'
import { DayTime } from '@/components/time'
import { getAffiliate, type AffiliateSummary } from '@/lib/affiliates/queries'
import { Notice } from '@/components/ui/notice'
import { requireAdministrator, type Person } from '@/lib/auth'
import { listCommissions } from '@/lib/commissions/queries'
import { TributaryError } from '@/lib/errors'
import { getBalances } from '@/lib/ledger/queries'
import { formatRate } from '@/lib/money'
import { countCustomers, listRecurringRevenue, type RecurringRevenue } from '@/lib/subscriptions/queries'
import { SettledAnew } from '../../_components/settled-anew'
import { Exemptions } from './_components/exemptions'
import { ForgetAffiliate } from './_components/forget-affiliate'
import { Adjustments } from './_components/adjustments'
import { Notes } from './_components/notes'
import { OwnTerms } from './_components/own-terms'
import { changes, StandingDecisions } from './_components/standing'
import { TheirCodes } from './_components/their-codes'
import { seePortal } from './see-portal'

export const metadata: Metadata = { title: 'Affiliate' }

export default async function AffiliatePage(props: {
  params: Promise<{ affiliate: string }>
  searchParams: Promise<Partial<Record<'decide' | 'done' | 'end', string | string[]>>>
}) {
  const person = await requireAdministrator()
  const { affiliate: id } = await props.params
  const query = await props.searchParams
  const [programme, inForce, affiliate] = await Promise.all([
    programmeFacts(),
    findTerms(),
    getAffiliate(person, id).catch((error: unknown) => {
      if (error instanceof TributaryError && error.code === 'not_found') notFound()
      throw error
    }),
  ])
  if (!programme || !inForce) notFound()
  const [balances, revenue, customers, latest] = await Promise.all([
    getBalances(person, id, programme.on),
    listRecurringRevenue(person, id),
    countCustomers(person, id),
    listCommissions(person, { affiliateId: id, limit: 10 }),
  ])
  const isAdmin = person.administrator.role === 'admin'
  return (
    <>
      <PageHeading
        back={{ href: '/admin/affiliates', label: 'Affiliates' }}
        title={affiliate.displayName}
        lead={<Who affiliate={affiliate} />}
        aside={<Aside affiliate={affiliate} mayLook={isAdmin} />}
      />
      <div className="space-y-6">
        <Done what={one(query.done)} person={person} />
        <Standing rateBps={affiliate.rateBps} customers={customers} revenue={revenue} />
        <BalanceFigures balances={balances} holdDays={inForce.terms.holdDays} on={programme.on} />
        <TheirCodes actor={person} affiliateId={id} mayMake={isAdmin} />
        <OwnTerms actor={person} affiliateId={id} mayChange={isAdmin} />
        <Exemptions actor={person} affiliateId={id} mayDecide={isAdmin} ending={one(query.end)} />
        <Adjustments actor={person} affiliateId={id} mayAdjust={isAdmin} />
        <StandingDecisions person={person} affiliate={affiliate} chosen={oneOf(query.decide, changes)} />
        <LatestCommissions
          title="Latest commissions"
          commissions={latest.commissions}
          base="/admin/commissions"
          all={latest.nextCursor ? withQuery('/admin/commissions', { affiliate: id }) : null}
          none={{ title: 'No payment with this code yet', text: 'The first one stands here within seconds.' }}
        />
        <Notes actor={person} affiliateId={id} mayWrite={isAdmin} />
        {isAdmin ? (
          <ForgetAffiliate affiliate={affiliate} balances={balances} asked={one(query.decide) === 'forget'} />
        ) : null}
      </div>
    </>
  )
}

function Done({ what, person }: { what: string | undefined; person: Person }) {
  if (what === undefined) return null
  if (what !== 'forgotten') return <SettledAnew person={person} what="What hangs on it is" />
  return (
    <Notice tone="good">Forgotten. Their name and addresses are in no table and no payload any more.</Notice>
  )
}

function Aside({ affiliate: { id, status }, mayLook }: { affiliate: AffiliateSummary; mayLook: boolean }) {
  return (
    <div className="flex flex-wrap items-center gap-4">
      {mayLook ? (
        <ActionButton action={seePortal} fields={{ affiliateId: id }} look="secondary" size="small">
          See their portal
        </ActionButton>
      ) : null}
      <Link href={`/admin/affiliates/${id}/story`} className="link">
        Their whole story
      </Link>
      <AffiliateStatusBadge status={status} />
    </div>
  )
}

function Who({ affiliate: { email, createdAt, id } }: { affiliate: AffiliateSummary }) {
  return (
    <>
      <span className="break-all">{email}</span>, since{' '}
      <DayTime value={createdAt.toISOString().slice(0, 10)} />. <span className="break-all">{id}</span>
    </>
  )
}

interface StandingProps {
  rateBps: number
  customers: number
  revenue: readonly RecurringRevenue[]
}

function Standing({ rateBps, customers, revenue }: StandingProps) {
  return (
    <Figures className="grid-cols-2 md:grid-cols-4">
      <Figure label="Rate" meaning="by the terms in force">
        {formatRate(rateBps)}
      </Figure>
      <Figure label="Customers" meaning="for life">
        {customers}
      </Figure>
      <div className="col-span-2 min-w-0 bg-surface p-5">
        <dt className="text-sm text-muted">Recurring revenue</dt>
        {revenue.length === 0 ? <dd className="mt-1 text-2xl font-semibold text-muted">none yet</dd> : null}
        {revenue.map(({ currency, mrrMinor, subscriptions }) => (
          <dd key={currency} className="mt-1">
            <Money minor={mrrMinor} currency={currency} className="text-2xl font-semibold" />
            <span className="text-sm text-muted">
              {` a month from ${subscriptions} ${subscriptions === 1 ? 'subscription' : 'subscriptions'}`}
            </span>
          </dd>
        ))}
      </div>
    </Figures>
  )
}
