import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { one, oneOf, withQuery } from '@/app/_components/query'
import { PageHeading } from '@/components/page-heading'
import { CommissionStatus, reversedPart } from '@/components/commission-status'
import { customerLabel } from '@/components/commission-table'
import { Money } from '@/components/money'
import { DayTime } from '@/components/time'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { findVerdicts, listAnomalies, type Anomaly, type StandingVerdict } from '@/lib/anomalies/queries'
import { requireAdministrator } from '@/lib/auth'
import { listCommissionDetails, type CommissionDetail } from '@/lib/commissions/queries'
import { actionText, AnomalyState, ruleTitles } from '../../_components/anomaly-words'
import { Decide, decisions } from './_components/decide'

export const metadata: Metadata = { title: 'Anomaly' }

type Query = Partial<Record<'decide' | 'on' | 'rule' | 'done', string | string[]>>

export default async function AnomalyPage(props: {
  params: Promise<{ payment: string }>
  searchParams: Promise<Query>
}) {
  const person = await requireAdministrator()
  const { payment: paymentId } = await props.params
  const query = await props.searchParams
  const [found, commissions] = await Promise.all([
    listAnomalies(person, { paymentId, limit: 20 }),
    listCommissionDetails(person, { paymentId }),
  ])
  const [first] = found.anomalies
  if (first === undefined) notFound()
  const { affiliateId, affiliateName, customerId } = first
  const [verdicts, similar] = await Promise.all([
    findVerdicts(person, { paymentId, customerId }),
    listAnomalies(person, { affiliateId, state: 'open', limit: 6 }),
  ])
  const others = similar.anomalies.filter((each) => each.paymentId !== paymentId).slice(0, 5)
  const chosen = oneOf(query.decide, decisions)
  return (
    <>
      <PageHeading
        back={{ href: '/admin/anomalies', label: 'Anomalies' }}
        title={ruleTitles[first.rule]}
        lead={
          <>
            About a payment that came by{' '}
            <Link href={`/admin/affiliates/${affiliateId}`} className="underline underline-offset-2">
              {affiliateName}
            </Link>
            ’s code.
          </>
        }
        aside={<AnomalyState state={first.state} action={first.action} />}
      />
      <div className="space-y-6">
        {one(query.done) ? (
          <Notice tone="good">
            Decided. The books follow within seconds; the affiliate sees what stands, without the reason.
          </Notice>
        ) : null}
        <Evidence anomalies={found.anomalies} />
        <Payment paymentId={paymentId} commissions={commissions} verdicts={verdicts} />
        <Decide
          person={person}
          paymentId={paymentId}
          customerId={customerId}
          affiliate={{ id: affiliateId, name: affiliateName }}
          rules={found.anomalies.map(({ rule }) => rule)}
          verdicts={verdicts}
          chosen={chosen}
          onCustomer={one(query.on) === 'customer' && customerId !== null}
        />
        {others.length > 0 ? <Similar affiliate={first} anomalies={others} /> : null}
      </div>
    </>
  )
}

function Evidence({ anomalies }: { anomalies: readonly Anomaly[] }) {
  return (
    <Card>
      <CardTitle className="mb-2">What speaks for it</CardTitle>
      <ul className="grid gap-4 sm:grid-cols-2">
        {anomalies.map((each) => (
          <li key={each.id} className="rounded-xl border border-line p-4">
            <p className="font-medium">{ruleTitles[each.rule]}</p>
            <p className="mt-1 text-[0.9375rem]">{each.evidence}</p>
            <p className="mt-2 text-sm text-muted">
              Seen on <DayTime value={each.at.toISOString().slice(0, 10)} />; the rule{' '}
              {actionText(each.action)}.
            </p>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Verdict({ what, verdict }: { what: string; verdict: StandingVerdict | null }) {
  if (verdict === null) return null
  return (
    <CardText className="mt-2">
      On {what} stands “{verdict.decision}”, since <DayTime value={verdict.at.toISOString().slice(0, 10)} />:{' '}
      {verdict.reason}
    </CardText>
  )
}

function Payment({
  paymentId,
  commissions,
  verdicts,
}: {
  paymentId: string
  commissions: readonly CommissionDetail[]
  verdicts: { payment: StandingVerdict | null; customer: StandingVerdict | null }
}) {
  return (
    <Card>
      <CardTitle className="mb-3">The payment</CardTitle>
      <ul className="divide-y divide-line">
        {commissions.map((each) => (
          <li key={each.basisId} className="flex flex-wrap items-baseline justify-between gap-3 py-3">
            <Link
              href={`/admin/commissions/${paymentId}`}
              className="font-medium break-all hover:text-accent"
            >
              <DayTime value={each.paidAt.toISOString().slice(0, 10)} />, {customerLabel(each)}
            </Link>
            <CommissionStatus status={each.status} reversed={reversedPart(each)} />
            <span className="text-right">
              <Money minor={each.paymentMinor} currency={each.paymentCurrency} className="text-muted" /> paid
              {each.currency === null ? null : (
                <>
                  {', '}
                  <Money minor={each.commissionMinor} currency={each.currency} className="font-medium" /> at
                  stake
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
      <Verdict what="this payment" verdict={verdicts.payment} />
      <Verdict what="the customer" verdict={verdicts.customer} />
    </Card>
  )
}

function Similar({ affiliate, anomalies }: { affiliate: Anomaly; anomalies: readonly Anomaly[] }) {
  const { affiliateId, affiliateName } = affiliate
  return (
    <Card>
      <CardTitle className="mb-2">Also open for {affiliateName}</CardTitle>
      <ul className="divide-y divide-line">
        {anomalies.map((each) => (
          <li key={each.id} className="flex flex-wrap items-baseline justify-between gap-2 py-2.5">
            <Link href={`/admin/anomalies/${each.paymentId}`} className="underline-offset-2 hover:underline">
              {ruleTitles[each.rule]}
            </Link>
            <span className="text-muted">
              <DayTime value={each.at.toISOString().slice(0, 10)} />
            </span>
          </li>
        ))}
      </ul>
      <p className="mt-3 text-sm">
        <Link href={withQuery('/admin/anomalies', { affiliate: affiliateId })}>All of theirs</Link>
      </p>
    </Card>
  )
}
