import { Money } from '@/components/money'
import { DayTime } from '@/components/time'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import type { AdjustmentSummary } from '@/lib/adjustments/queries'

/** Credits and debits by hand, with what each was for. */
export function AdjustmentTable({ adjustments }: { adjustments: readonly AdjustmentSummary[] }) {
  return (
    <Table caption="Credits and debits" className="mt-3">
      <TableHead>
        <Column>What for</Column>
        <Column wide>Made</Column>
        <Column wide>Payable</Column>
        <Column end>Amount</Column>
      </TableHead>
      <tbody>
        {adjustments.map(({ id, reason, at, payableOn, currency, amountMinor, decidedBy }) => {
          const made = <DayTime value={at.toISOString().slice(0, 10)} />
          return (
            <Row key={id}>
              <RowHeading
                below={
                  <>
                    {made}
                    {decidedBy ? <span className="block break-all">{decidedBy}</span> : null}
                  </>
                }
              >
                {reason}
              </RowHeading>
              <Cell wide className="text-muted">
                {made}
                {decidedBy ? <span className="block text-sm break-all">{decidedBy}</span> : null}
              </Cell>
              <Cell wide className="text-muted">
                <DayTime value={payableOn} />
              </Cell>
              <Cell end>
                <Money minor={amountMinor} currency={currency} signed />
              </Cell>
            </Row>
          )
        })}
      </tbody>
    </Table>
  )
}
