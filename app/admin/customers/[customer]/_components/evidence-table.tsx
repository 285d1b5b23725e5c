import { DayTime } from '@/components/time'
import { Badge } from '@/components/ui/badge'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import type { EvidenceSeen } from '@/lib/attribution/queries'

const kinds: Record<EvidenceSeen['kind'], string> = {
  invoice_discount: 'Discount on an invoice',
  session_discount: 'Code typed at Checkout',
  subscription_discount: 'Discount on the subscription',
  metadata: 'Metadata or a link',
  administrator: 'An administrator’s word',
}

const ways: Record<NonNullable<EvidenceSeen['matchedBy']>, string> = {
  promotion_code: 'by its promotion code',
  coupon: 'by its coupon',
  promotion_code_metadata: 'by the promotion code’s metadata',
  coupon_metadata: 'by the coupon’s metadata',
  metadata: 'by the metadata',
  code_text: 'by the code’s text',
  administrator: 'by decision',
}

/** All that speaks for whose a customer is, the earliest first. */
export function EvidenceTable({
  evidence,
  owner,
}: {
  evidence: readonly EvidenceSeen[]
  owner: string | null
}) {
  return (
    <Table caption="Evidence" className="mt-4">
      <TableHead>
        <Column>Evidence</Column>
        <Column wide>Code</Column>
        <Column wide>Shown by</Column>
        <Column wide>On</Column>
        <Column end>Names</Column>
      </TableHead>
      <tbody>
        {evidence.map((each) => (
          <Row key={`${each.kind} ${each.sourceId} ${each.at.getTime()} ${each.code}`}>
            <RowHeading
              below={
                <>
                  <span className="break-all">{each.code ?? each.sourceId}</span>, <On evidence={each} />
                </>
              }
            >
              {kinds[each.kind]}
              {each.reason ? <span className="block text-sm text-muted">{each.reason}</span> : null}
            </RowHeading>
            <Cell wide className="font-mono text-sm">
              {each.code ?? each.couponId ?? ''}
            </Cell>
            <Cell wide className="max-w-48 truncate font-mono text-sm text-muted">
              {each.sourceId}
            </Cell>
            <Cell wide className="text-muted">
              <On evidence={each} />
            </Cell>
            <Cell end>
              {each.affiliateId === null ? (
                <Badge>nobody</Badge>
              ) : each.affiliateId === owner ? (
                <Badge tone="good">{each.affiliateName ?? each.affiliateId}</Badge>
              ) : (
                <Badge tone="wait">{each.affiliateName ?? each.affiliateId}</Badge>
              )}
              {each.matchedBy ? (
                <span className="block text-sm text-muted">{ways[each.matchedBy]}</span>
              ) : null}
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}

function On({ evidence: { at } }: { evidence: EvidenceSeen }) {
  return <DayTime value={at.toISOString().slice(0, 10)} />
}
