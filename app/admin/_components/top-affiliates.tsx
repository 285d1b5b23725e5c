import { Money } from '@/components/money'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import type { TopAffiliate } from '@/lib/programme/figures'

export function TopAffiliates({ affiliates }: { affiliates: readonly TopAffiliate[] }) {
  return (
    <Table caption="Top affiliates">
      <TableHead>
        <Column>Affiliate</Column>
        <Column end>Customers</Column>
        <Column end>A month</Column>
      </TableHead>
      <tbody>
        {affiliates.map(({ id, displayName, customers, mrrMinor, currency }) => (
          <Row key={id}>
            <RowHeading href={`/admin/affiliates/${id}`}>{displayName}</RowHeading>
            <Cell end className="figures text-muted">
              {customers}
            </Cell>
            <Cell end>
              <Money minor={mrrMinor} currency={currency} className="font-medium" />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}
