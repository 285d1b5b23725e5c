import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { one, oneOf, withQuery } from '@/app/_components/query'
import { PageHeading } from '@/components/page-heading'
import { CommissionStatus, reversedPart } from '@/components/commission-status'
import { customerLabel } from '@/components/commission-table'
import { Money } from '@/components/money'
import { DayTime } from '@/components/time'
import { Button } from '@/components/ui/button'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { findVerdicts, listAnomalies, type Anomaly, type StandingVerdict } from '@/lib/anomalies/queries'
import { requireAdministrator, type Person } from '@/lib/auth'
import { listCommissionDetails, type CommissionDetail } from '@/lib/commissions/queries'
import type { AnomalyRule } from '@/lib/programme/schemas'
import { actionText, AnomalyState, ruleTitles } from '../../_components/anomaly-words'
import { AnomalyTable } from '../_components/anomaly-table'
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
  const [payment] = commissions
  const affiliateId = first?.affiliateId ?? payment?.affiliateId
  if (affiliateId === undefined || affiliateId === null) notFound()
  const affiliateName = first?.affiliateName ?? payment?.affiliateName ?? affiliateId
  const customerId = first?.customerId ?? payment?.customerId ?? null
  const [verdicts, similar] = await Promise.all([
    findVerdicts(person, { paymentId, customerId }),
    similarTo(person, { paymentId, affiliateId, rule: first?.rule }),
  ])
  const chosen = oneOf(query.decide, decisions)
  return (
    <>
      <PageHeading
        back={{ href: '/admin/anomalies', label: 'Anomalies' }}
        title={first ? ruleTitles[first.rule] : 'No rule has a say'}
        lead={
          <>
            About a payment that came by{' '}
            <Link href={`/admin/affiliates/${affiliateId}`} className="underline underline-offset-2">
              {affiliateName}
            </Link>
            ’s code.
          </>
        }
        aside={first ? <AnomalyState state={first.state} action={first.action} /> : undefined}
      />
      <div className="space-y-6">
        {one(query.done) ? (
          <Notice tone="good">
            Decided. The books follow within seconds; the affiliate sees what stands, without the reason.
          </Notice>
        ) : null}
        {first ? <Evidence anomalies={found.anomalies} /> : null}
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
        {similar.length > 0 ? (
          <Similar
            anomalies={[...(first ? [first] : []), ...similar]}
            here={paymentId}
            affiliateId={affiliateId}
            mayDecide={person.administrator.role === 'admin'}
          />
        ) : null}
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

interface SimilarProps {
  anomalies: readonly Anomaly[]
  /** The payment that the page is about. */
  here: string
  affiliateId: string
  mayDecide: boolean
}

/** This payment and those like it, side by side. */
function Similar({ anomalies, here, affiliateId, mayDecide }: SimilarProps) {
  return (
    <Card>
      <CardTitle>Similar cases</CardTitle>
      <CardText className="mb-3">
        The same affiliate’s, and what the same rule says of others. The first row is this payment.
      </CardText>
      <AnomalyTable anomalies={anomalies} choosable={mayDecide} compared={here} />
      <div className="mt-4 flex flex-wrap items-center gap-x-5 gap-y-3">
        {mayDecide ? (
          <form id="together" action="/admin/anomalies/together">
            <Button type="submit" look="secondary" size="small">
              Decide on the chosen ones together
            </Button>
          </form>
        ) : null}
        <Link
          href={withQuery('/admin/anomalies', { affiliate: affiliateId, state: 'all' })}
          className="link text-sm"
        >
          All of this affiliate’s
        </Link>
      </div>
    </Card>
  )
}

/** Open ones of the same affiliate first, then of the same rule. */
async function similarTo(
  person: Person,
  { paymentId, affiliateId, rule }: { paymentId: string; affiliateId: string; rule: AnomalyRule | undefined },
): Promise<Anomaly[]> {
  const [theirs, ofRule] = await Promise.all([
    listAnomalies(person, { affiliateId, state: 'open', limit: 8 }),
    rule ? listAnomalies(person, { rule, state: 'open', limit: 8 }) : null,
  ])
  const others = new Map(
    [...theirs.anomalies, ...(ofRule?.anomalies ?? [])]
      .filter((each) => each.paymentId !== paymentId)
      .map((each) => [each.id, each]),
  )
  return [...others.values()].slice(0, 7)
}
