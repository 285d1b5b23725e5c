import Link from 'next/link'
import { CommissionTable } from '@/components/commission-table'
import { Empty } from '@/components/empty'
import { Card, CardTitle } from '@/components/ui/card'
import type { CommissionSummary } from '@/lib/commissions/queries'

interface LatestCommissionsProps {
  title: string
  commissions: readonly CommissionSummary[]
  base: '/portal/commissions' | '/admin/commissions'
  /** Where all of them are; null: these are all. */
  all: string | null
  /** What is said where there are none: in short, and what brings the first. */
  none: { title: string; text: string }
  showAffiliate?: boolean
  compact?: boolean
}

export function LatestCommissions({ title, commissions, all, none, ...table }: LatestCommissionsProps) {
  return (
    <Card>
      <div className="mb-2 flex items-baseline justify-between gap-4">
        <CardTitle>{title}</CardTitle>
        {all ? (
          <Link href={all} className="link text-[0.9375rem]">
            All of them
          </Link>
        ) : null}
      </div>
      {commissions.length > 0 ? (
        <CommissionTable caption={title} commissions={commissions} {...table} />
      ) : (
        <Empty title={none.title}>{none.text}</Empty>
      )}
    </Card>
  )
}
