import Link from 'next/link'
import { AdjustmentTable } from '@/components/adjustment-table'
import { Button } from '@/components/ui/button'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import type { Actor } from '@/lib/actor'
import { listAdjustments } from '@/lib/adjustments/queries'

interface AdjustmentsProps {
  actor: Actor
  affiliateId: string
  mayAdjust: boolean
}

/** What was given or taken by hand. */
export async function Adjustments({ actor, affiliateId, mayAdjust }: AdjustmentsProps) {
  const adjustments = await listAdjustments(actor, affiliateId)
  return (
    <Card>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <CardTitle>Credits and debits</CardTitle>
        {mayAdjust ? (
          <Button asChild size="small" look="secondary">
            <Link href={`/admin/affiliates/${affiliateId}/adjust`}>Credit or debit</Link>
          </Button>
        ) : null}
      </div>
      {adjustments.length === 0 ? (
        <CardText>None: everything they have came from payments.</CardText>
      ) : (
        <AdjustmentTable adjustments={adjustments} />
      )}
    </Card>
  )
}
