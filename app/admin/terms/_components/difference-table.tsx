import type { TermsDifference } from '@/lib/programme/terms-words'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'

interface DifferenceTableProps {
  differences: readonly TermsDifference[]
  /** What stands where these terms say nothing. */
  nothing: string
}

/** Old and new, side by side. */
export function DifferenceTable({ differences, nothing }: DifferenceTableProps) {
  return (
    <Table caption="What changes">
      <TableHead>
        <Column>Term</Column>
        <Column wide>Until then</Column>
        <Column>From then on</Column>
      </TableHead>
      <tbody>
        {differences.map(({ label, before, after }) => (
          <Row key={label}>
            <RowHeading below={<>was: {before ?? nothing}</>}>{label}</RowHeading>
            <Cell wide className="text-muted">
              {before ?? nothing}
            </Cell>
            <Cell className="font-medium">{after ?? nothing}</Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}
