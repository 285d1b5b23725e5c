import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { programmeFacts } from '@/app/_components/programme'
import { CommissionSheet } from '@/components/commission-sheet'
import { CommissionStatus, reversedPart } from '@/components/commission-status'
import { customerLabel } from '@/components/commission-table'
import { moneyText } from '@/components/money'
import { PageHeading } from '@/components/page-heading'
import { Moment } from '@/components/time'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { listAudit } from '@/lib/audit/queries'
import { requireAdministrator } from '@/lib/auth'
import { listCommissionDetails, listFactsUsed, type CommissionDetail } from '@/lib/commissions/queries'
import { listLinesOfPayment } from '@/lib/ledger/queries'
import { listEventsOfPayment } from '@/lib/intake/queries'
import { Decisions } from '../../_components/decisions'
import { Deeds } from './_components/deeds'
import { LedgerLines } from './_components/ledger-lines'
import { PaymentEvents } from './_components/payment-events'

export const metadata: Metadata = { title: 'Commission' }

export default async function CommissionPage(props: {
  params: Promise<{ payment: string }>
  searchParams: Promise<{ settled?: string | string[] }>
}) {
  const person = await requireAdministrator()
  const [{ payment }, { settled }] = [await props.params, await props.searchParams]
  const [programme, found, lines, facts] = await Promise.all([
    programmeFacts(),
    listCommissionDetails(person, { paymentId: payment }),
    listLinesOfPayment(person, payment),
    listFactsUsed(person, payment),
  ])
  const [first] = found
  if (!first || !programme) notFound()
  const invoiceIds = found.flatMap(({ invoiceId }) => invoiceId ?? [])
  const [events, onPayment, onCustomer] = await Promise.all([
    listEventsOfPayment(person, { paymentId: payment, invoiceIds }),
    listAudit(person, { subjectId: payment, limit: 20 }),
    first.customerId ? listAudit(person, { subjectId: first.customerId, limit: 20 }) : null,
  ])
  const decisions = [...onPayment.entries, ...(onCustomer?.entries ?? [])].toSorted(
    (a, b) => b.at.getTime() - a.at.getTime(),
  )
  return (
    <>
      <PageHeading
        back={{ href: '/admin/commissions', label: 'Commissions' }}
        title={`Payment of ${moneyText(first.paymentMinor, first.paymentCurrency)}`}
        lead={<Parties commission={first} />}
        aside={
          <CommissionStatus
            status={first.status}
            reversed={reversedPart(first)}
            feeOverdue={first.feeOverdue}
          />
        }
      />
      <div className="space-y-6">
        <SettledNote settled={settled} />
        <Deeds
          mayDecide={person.administrator.role === 'admin'}
          commission={first}
          booksMode={programme.booksMode}
          invoiceIds={invoiceIds}
        />
        {found.map((commission) => (
          <CommissionSheet key={commission.basisId} commission={commission} on={programme.on} />
        ))}
        <Card>
          <CardTitle>Lines in the ledger</CardTitle>
          <CardText className="mb-4">
            As they were written, never changed; a correction is a further line.
          </CardText>
          <LedgerLines lines={lines} />
        </Card>
        <Card>
          <CardTitle className="mb-2">What Stripe told</CardTitle>
          <PaymentEvents events={events} />
        </Card>
        {decisions.length > 0 ? (
          <Card>
            <CardTitle className="mb-1">Who decided what</CardTitle>
            <Decisions entries={decisions} />
          </Card>
        ) : null}
        <FactsUsed facts={facts} />
      </div>
    </>
  )
}

function Parties({ commission }: { commission: CommissionDetail }) {
  const { affiliateId, affiliateName, customerId, paymentId, paidAt, matchedBy } = commission
  return (
    <>
      By{' '}
      <Link href={`/admin/customers/${customerId ?? paymentId}`} className="link">
        {customerId ? customerLabel(commission) : 'a guest'}
      </Link>{' '}
      on <Moment at={paidAt} />,{' '}
      {affiliateId ? (
        <>
          for{' '}
          <Link href={`/admin/affiliates/${affiliateId}`} className="link">
            {affiliateName ?? affiliateId}
          </Link>
          {matchedBy ? `, found by ${matchedBy.replaceAll('_', ' ')}` : ''}.
        </>
      ) : (
        'for nobody.'
      )}
    </>
  )
}

function SettledNote({ settled }: { settled: string | string[] | undefined }) {
  if (settled === 'same')
    return <Notice tone="good">Settled again: the answer is the same, and no line was written.</Notice>
  if (settled !== 'changed') return null
  return (
    <Notice tone="wait">
      Settled again: the answer is another one now. The further lines stand below, before and after in the
      audit log.
    </Notice>
  )
}

function FactsUsed({ facts }: { facts: readonly { basisId: string; facts: string }[] }) {
  return (
    <Card>
      <CardTitle>Facts used</CardTitle>
      <CardText className="mb-4">
        What Stripe and people have said; the arithmetic follows from nothing else.
      </CardText>
      {facts.map(({ basisId, facts: text }) => (
        <details key={basisId} className="border-t border-line py-3">
          <summary className="font-mono text-sm break-all">{basisId}</summary>
          <pre className="mt-3 rounded-lg bg-sunken p-4 font-mono text-[0.8125rem] leading-relaxed break-all whitespace-pre-wrap">
            {text}
          </pre>
        </details>
      ))}
    </Card>
  )
}
