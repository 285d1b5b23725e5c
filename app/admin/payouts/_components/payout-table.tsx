import { Money } from '@/components/money'
import { PayoutStateBadge, warningText } from '@/components/payout-words'
import { Cell, Column, Row, RowHeading, Table, TableHead, type ColumnSort } from '@/components/ui/table'
import type { PayoutSummary } from '@/lib/payouts/queries'

interface PayoutTableProps {
  payouts: readonly PayoutSummary[]
  /** Absent: the amounts do not order the list. */
  byAmount?: ColumnSort | undefined
}

/** Who gets how much, where to, and what is to be known of it. */
export function PayoutTable({ payouts, byAmount }: PayoutTableProps) {
  return (
    <Table caption="Payouts">
      <TableHead>
        <Column>Affiliate</Column>
        <Column wide>To</Column>
        <Column wide>To be known</Column>
        <Column end sort={byAmount}>
          Amount
        </Column>
        <Column end>Status</Column>
      </TableHead>
      <tbody>
        {payouts.map((payout) => {
          const known = [payout.reason, ...payout.warnings.map(warningText)].filter((text) => text !== null)
          return (
            <Row key={payout.id}>
              <RowHeading
                href={`/admin/payouts/${payout.runId}/payouts/${payout.id}`}
                below={
                  <>
                    <span className="block wrap-anywhere">{payout.destination}</span>
                    {known.length > 0 ? <span className="block text-wait">{known.join(', ')}</span> : null}
                  </>
                }
              >
                {payout.displayName}
              </RowHeading>
              <Cell wide className="max-w-52 truncate text-muted">
                {payout.destination}
              </Cell>
              <Cell wide className="max-w-64 text-wait">
                {known.length > 0 ? known.join(', ') : <span className="text-muted">—</span>}
              </Cell>
              <Cell end>
                <Money minor={payout.amountMinor} currency={payout.currency} />
              </Cell>
              <Cell end>
                <PayoutStateBadge state={payout.state} />
              </Cell>
            </Row>
          )
        })}
      </tbody>
    </Table>
  )
}
