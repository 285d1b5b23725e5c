import Link from 'next/link'
import { Money } from '@/components/money'
import { Badge } from '@/components/ui/badge'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import type { ImportRow } from '@/lib/imports/queries'
import { planWords, rowWords } from './words'

/** What becomes of each row of a file. */
export function ImportRows({ rows }: { rows: readonly ImportRow[] }) {
  return (
    <Table caption="Rows of the file">
      <TableHead>
        <Column className="w-16">Line</Column>
        <Column>Affiliate</Column>
        <Column wide>Code</Column>
        <Column wide end>
          Opening balance
        </Column>
        <Column end>Result</Column>
      </TableHead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.line}>
            <Cell className="figures text-muted">{row.line}</Cell>
            <RowHeading below={<Below row={row} />}>
              <Who row={row} />
              {row.message ? (
                <span className="mt-0.5 block max-w-prose text-sm text-minus">{row.message}</span>
              ) : null}
            </RowHeading>
            <Cell wide>
              <Code row={row} />
            </Cell>
            <Cell wide end className="figures">
              <Opening row={row} />
            </Cell>
            <Cell end>
              <Badge tone={rowWords[row.state].tone}>{rowWords[row.state].text}</Badge>
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}

function Who({ row: { affiliateId, handle, state } }: { row: ImportRow }) {
  if (affiliateId === null) {
    return (
      <span className="break-all">
        {handle || '–'}
        {state === 'ready' ? <span className="text-sm text-muted"> new</span> : null}
      </span>
    )
  }
  return (
    <Link
      className="break-all text-accent underline underline-offset-2"
      href={`/admin/affiliates/${affiliateId}`}
    >
      {handle}
    </Link>
  )
}

function Code({ row: { code, plan } }: { row: ImportRow }) {
  if (code === null) return <span className="text-muted">–</span>
  return (
    <>
      <span className="font-mono font-semibold break-all">{code}</span>
      {plan ? <span className="block text-sm text-muted">{planWords[plan]}</span> : null}
    </>
  )
}

function Opening({ row: { openingMinor, currency } }: { row: ImportRow }) {
  return openingMinor === null || currency === null ? (
    <span className="text-muted">–</span>
  ) : (
    <Money minor={openingMinor} currency={currency} />
  )
}

/** On a narrow screen the columns that are left out there. */
function Below({ row }: { row: ImportRow }) {
  return (
    <>
      {row.code ? <span className="font-mono">{row.code} </span> : null}
      {row.openingMinor === null ? null : <Opening row={row} />}
    </>
  )
}
