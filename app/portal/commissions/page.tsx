import type { Metadata } from 'next'
import { CommissionTable } from '@/components/commission-table'
import { Empty } from '@/components/empty'
import { PageHeading } from '@/components/page-heading'
import { Pager } from '@/components/pager'
import { Card } from '@/components/ui/card'
import { requireAffiliatePerson } from '@/lib/auth'
import { listCommissions } from '@/lib/commissions/queries'

export const metadata: Metadata = { title: 'Commissions' }

export default async function CommissionsPage({
  searchParams,
}: {
  searchParams: Promise<{ cursor?: string | string[] }>
}) {
  const person = await requireAffiliatePerson('/portal/commissions')
  const { cursor } = await searchParams
  const after = typeof cursor === 'string' ? cursor : undefined
  const page = await listCommissions(person, { affiliateId: person.affiliateId, limit: 25, cursor: after })
  return (
    <>
      <PageHeading
        title="Commissions"
        lead="One for every payment of a customer of yours, the newest first. Open one to see how it was worked out."
      />
      <Card className="py-3 sm:py-4">
        {page.commissions.length > 0 ? (
          <CommissionTable
            caption="Your commissions"
            commissions={page.commissions}
            base="/portal/commissions"
          />
        ) : (
          <Empty title="No payment with your code yet">
            As soon as a customer of yours pays, it stands here within seconds, with its arithmetic.
          </Empty>
        )}
      </Card>
      <Pager
        first={after ? '/portal/commissions' : null}
        next={page.nextCursor ? `/portal/commissions?cursor=${page.nextCursor}` : null}
      />
    </>
  )
}
