import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { programmeFacts } from '@/app/_components/programme'
import { CommissionSheet } from '@/components/commission-sheet'
import { CommissionStatus, reversedPart } from '@/components/commission-status'
import { customerLabel } from '@/components/commission-table'
import { moneyText } from '@/components/money'
import { PageHeading } from '@/components/page-heading'
import { DayTime } from '@/components/time'
import { listCommissionDetails } from '@/lib/commissions/queries'
import { requireReader } from '../../_components/require-reader'

export const metadata: Metadata = { title: 'Commission' }

export default async function CommissionPage({ params }: { params: Promise<{ payment: string }> }) {
  const { payment } = await params
  const person = await requireReader(`/portal/commissions/${payment}`)
  const [programme, found] = await Promise.all([
    programmeFacts(),
    listCommissionDetails(person, { affiliateId: person.affiliateId, paymentId: payment }),
  ])
  const [first] = found
  if (!first || !programme) notFound()
  return (
    <>
      <PageHeading
        back={{ href: '/portal/commissions', label: 'Commissions' }}
        title={`Payment of ${moneyText(first.paymentMinor, first.paymentCurrency)}`}
        lead={
          <>
            By {customerLabel(first)} on <DayTime value={first.paidAt.toISOString().slice(0, 10)} />.{' '}
            <span className="break-all">{first.paymentId}</span>
          </>
        }
        aside={
          <CommissionStatus
            status={first.status}
            reversed={reversedPart(first)}
            feeOverdue={first.feeOverdue}
          />
        }
      />
      <div className="space-y-12">
        {found.map((commission) => (
          <CommissionSheet key={commission.basisId} commission={commission} on={programme.on} />
        ))}
      </div>
    </>
  )
}
