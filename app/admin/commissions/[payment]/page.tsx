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
import { requireAdministrator } from '@/lib/auth'
import { listCommissionDetails, listFactsUsed, type CommissionDetail } from '@/lib/commissions/queries'
import { listLinesOfPayment } from '@/lib/ledger/queries'
import { LedgerLines } from './_components/ledger-lines'

export const metadata: Metadata = { title: 'Commission' }

export default async function CommissionPage({ params }: { params: Promise<{ payment: string }> }) {
  const person = await requireAdministrator()
  const { payment } = await params
  const [programme, found, lines, facts] = await Promise.all([
    programmeFacts(),
    listCommissionDetails(person, { paymentId: payment }),
    listLinesOfPayment(person, payment),
    listFactsUsed(person, payment),
  ])
  const [first] = found
  if (!first || !programme) notFound()
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
      </div>
    </>
  )
}

function Parties({ commission }: { commission: CommissionDetail }) {
  const { affiliateId, affiliateName, customerId, paidAt, matchedBy, paymentId } = commission
  return (
    <>
      By{' '}
      {customerId ? (
        <Link href={`/admin/customers/${customerId}`} className="link">
          {customerLabel(commission)}
        </Link>
      ) : (
        'a guest'
      )}{' '}
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
      )}{' '}
      <span className="break-all">{paymentId}</span>
    </>
  )
}
