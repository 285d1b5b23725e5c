import { Money } from '@/components/money'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import type { Leak } from '@/lib/intake/reconcile/queries'

/** What would have been lost without a sweep, by affiliate and currency. */
export function Leaks({ leaks }: { leaks: readonly Leak[] }) {
  return (
    <Table caption="What would have been lost without it">
      <TableHead>
        <Column>Affiliate</Column>
        <Column end>Not earned</Column>
        <Column wide end>
          Not taken back
        </Column>
      </TableHead>
      <tbody>
        {leaks.map(({ affiliateId, displayName, currency, missedMinor, overpaidMinor }) => (
          <Row key={`${affiliateId} ${currency}`}>
            <RowHeading
              href={`/admin/affiliates/${affiliateId}`}
              below={
                overpaidMinor > 0n ? (
                  <>
                    <Money minor={overpaidMinor} currency={currency} /> not taken back
                  </>
                ) : null
              }
            >
              {displayName}
            </RowHeading>
            <Cell end>
              <Money minor={missedMinor} currency={currency} />
            </Cell>
            <Cell wide end>
              <Money minor={overpaidMinor} currency={currency} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}
