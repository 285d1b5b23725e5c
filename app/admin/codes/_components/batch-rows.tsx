import Link from 'next/link'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import type { BatchRow } from '@/lib/codes/batch-queries'
import { RowStateBadge } from './batch-words'

/** What became of each row of a file. */
export function BatchRows({ rows }: { rows: readonly BatchRow[] }) {
  return (
    <Table caption="Rows of the file">
      <TableHead>
        <Column className="w-16">Line</Column>
        <Column>Code</Column>
        <Column wide>Affiliate</Column>
        <Column end>Result</Column>
      </TableHead>
      <tbody>
        {rows.map(({ line, affiliate, code, state, message }) => (
          <Row key={line}>
            <Cell className="figures text-muted">{line}</Cell>
            <RowHeading below={affiliate}>
              {state === 'made' && code ? (
                <Link
                  className="font-mono font-semibold break-all text-accent underline underline-offset-2"
                  href={`/admin/codes/${code}`}
                >
                  {code}
                </Link>
              ) : (
                <span className="font-mono font-semibold break-all">{code ?? '–'}</span>
              )}
              {message ? (
                <span className="mt-0.5 block max-w-prose text-sm text-minus">{message}</span>
              ) : null}
            </RowHeading>
            <Cell wide className="break-all text-muted">
              {affiliate}
            </Cell>
            <Cell end>
              <RowStateBadge state={state} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}
