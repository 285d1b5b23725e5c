import Link from 'next/link'
import { withQuery } from '@/app/_components/query'
import { CodeGives, CodeStatus, codeUsed } from '@/components/code-words'
import { Empty } from '@/components/empty'
import { Button } from '@/components/ui/button'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import type { AffiliateSummary } from '@/lib/affiliates/queries'

type Code = AffiliateSummary['codes'][number]

interface CodeTableProps {
  codes: readonly Code[]
  /** To whom a further one may be given; null: by nobody who looks. */
  furtherFor: string | null
}

/** Codes with what Stripe calls them, each leading to its own page. */
export function CodeTable({ codes, furtherFor }: CodeTableProps) {
  if (codes.length === 0)
    return <Empty title="No code yet">An applicant gets theirs with the approval.</Empty>
  return (
    <>
      <Codes codes={codes} />
      {furtherFor === null ? null : (
        <p className="mt-4">
          <Button asChild look="secondary" size="small">
            <Link href={`${withQuery('/admin/codes/new', { affiliate: furtherFor })}#the-code`}>
              Make a further code
            </Link>
          </Button>
        </p>
      )}
    </>
  )
}

function Codes({ codes }: { codes: readonly Code[] }) {
  return (
    <Table caption="Codes">
      <TableHead>
        <Column>Code</Column>
        <Column wide>Gives</Column>
        <Column wide>At Stripe</Column>
        <Column wide end>
          Used
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
                  <CodeGives code={code} />, used {codeUsed(code)} times
                </>
              }
            >
              <span className="font-mono font-semibold break-all">{code.code}</span>
            </RowHeading>
            <Cell wide>
              <CodeGives code={code} />
            </Cell>
            <Cell wide className="font-mono text-sm break-all text-muted">
              {code.stripePromotionCodeId ?? code.provisionError ?? 'not made yet'}
              <span className="block">{code.stripeCouponId}</span>
            </Cell>
            <Cell wide end className="figures">
              {codeUsed(code)}
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
