import { Empty } from '@/components/empty'
import { Money } from '@/components/money'
import { DayTime } from '@/components/time'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import type { LedgerLineRow } from '@/lib/ledger/queries'

/** Transfers, each from one account to another, the oldest first. */
export function LedgerLines({ lines }: { lines: readonly LedgerLineRow[] }) {
  if (lines.length === 0) return <Empty title="No lines">This payment moves nothing in the ledger.</Empty>
  return (
    <Table caption="Lines in the ledger">
      <TableHead>
        <Column>Line</Column>
        <Column wide>From</Column>
        <Column wide>To</Column>
        <Column wide>Earned on</Column>
        <Column wide>Payable on</Column>
        <Column end>Amount</Column>
      </TableHead>
      <tbody>
        {lines.map((line) => (
          <Row key={String(line.id)}>
            <RowHeading
              below={
                <>
                  <span className="block">
                    {words(line.debit)} to {words(line.credit)}
                  </span>
                  <span className="block">
                    payable <DayTime value={line.payableOn} />
                  </span>
                </>
              }
            >
              <span className="font-mono text-sm break-all">{line.lineKey}</span>
            </RowHeading>
            <Cell wide>{words(line.debit)}</Cell>
            <Cell wide>{words(line.credit)}</Cell>
            <Cell wide>
              <DayTime value={line.earnedOn} />
            </Cell>
            <Cell wide>
              <DayTime value={line.payableOn} />
            </Cell>
            <Cell end>
              <Money minor={line.amountMinor} currency={line.currency} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}

const words = (account: string) => account.replaceAll('_', ' ')
