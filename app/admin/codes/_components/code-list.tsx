import { CodeGives, CodeStatus } from '@/components/code-words'
import { Money } from '@/components/money'
import { Cell, Column, Row, RowHeading, Table, TableHead, type ColumnSort } from '@/components/ui/table'
import type { CodeFigure, CodeOfAffiliate } from '@/lib/codes/console-queries'

interface CodeListProps {
  codes: readonly CodeOfAffiliate[]
  /** All are of the affiliate whom the page is about. */
  ofOne?: boolean
  /** How each head orders the list; absent: none does. */
  sorts?: Record<'code' | 'used', ColumnSort>
}

/** Codes with what came through them; each leads to its own page. */
export function CodeList({ codes, ofOne = false, sorts }: CodeListProps) {
  return (
    <Table caption="Codes">
      <TableHead>
        <Column sort={sorts?.code}>Code</Column>
        <Column wide>Gives</Column>
        <Column wide end title="As Stripe counts, and as we have seen" sort={sorts?.used}>
          Used
        </Column>
        <Column wide end>
          Net revenue
        </Column>
        <Column wide end>
          Commission
        </Column>
        <Column end>Status</Column>
      </TableHead>
      <tbody>
        {codes.map((code) => (
          <Row key={code.code}>
            <RowHeading
              href={`/admin/codes/${encodeURIComponent(code.code.toUpperCase())}`}
              below={
                <>
                  <CodeGives code={code} />, used {used(code)}
                  <Amounts figures={code.figures} of="commissionMinor" after=" commission" />
                </>
              }
            >
              <span className="font-mono font-semibold break-all">{code.code}</span>
              {ofOne ? null : (
                <span className="mt-0.5 block text-sm font-normal text-muted">{code.affiliateName}</span>
              )}
              {(code.drift ?? code.provisionError) ? (
                <span className="mt-1 block max-w-prose text-sm font-normal text-minus">
                  {code.drift ?? code.provisionError}
                </span>
              ) : null}
            </RowHeading>
            <Cell wide className="text-muted">
              <CodeGives code={code} />
            </Cell>
            <Cell wide end className="figures">
              {used(code)}
            </Cell>
            <Cell wide end>
              <Amounts figures={code.figures} of="netMinor" />
            </Cell>
            <Cell wide end>
              <Amounts figures={code.figures} of="commissionMinor" />
            </Cell>
            <Cell end>
              <CodeStatus status={code.status} expired={code.expired} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}

/** Stripe's count, of the cap where there is one; ours beside it where it is another. */
function used({
  redemptionsAtStripe,
  seen,
  maxRedemptions,
}: Pick<CodeOfAffiliate, 'redemptionsAtStripe' | 'seen' | 'maxRedemptions'>): string {
  const theirs =
    maxRedemptions === null ? String(redemptionsAtStripe) : `${redemptionsAtStripe} of ${maxRedemptions}`
  return seen === redemptionsAtStripe ? theirs : `${theirs} (seen: ${seen})`
}

function Amounts({
  figures,
  of,
  after,
}: {
  figures: readonly CodeFigure[]
  of: 'netMinor' | 'commissionMinor'
  after?: string
}) {
  return figures.map((figure) => (
    <span key={figure.currency} className="block">
      <Money minor={figure[of]} currency={figure.currency} />
      {after}
    </span>
  ))
}
