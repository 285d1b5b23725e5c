import { Empty } from '@/components/empty'
import { moneyText } from '@/components/money'
import { Badge, type BadgeTone } from '@/components/ui/badge'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import type { AffiliateSummary } from '@/lib/affiliates/queries'
import { formatRate } from '@/lib/money'

type Code = AffiliateSummary['codes'][number]

const words: Record<Code['status'], { text: string; tone: BadgeTone }> = {
  provisioning: { text: 'Being made', tone: 'wait' },
  active: { text: 'Works', tone: 'good' },
  paused: { text: 'Paused', tone: 'wait' },
  exhausted: { text: 'Used up', tone: 'plain' },
  gone: { text: 'Gone', tone: 'plain' },
}

/** Codes with what Stripe calls them. */
export function CodeTable({ codes }: { codes: readonly Code[] }) {
  if (codes.length === 0)
    return <Empty title="No code yet">An applicant gets theirs with the approval.</Empty>
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
            <RowHeading below={`${gives(code)}, used ${used(code)} times`}>
              <span className="font-mono font-semibold break-all">{code.code}</span>
            </RowHeading>
            <Cell wide>{gives(code)}</Cell>
            <Cell wide className="font-mono text-sm break-all text-muted">
              {code.stripePromotionCodeId ?? code.provisionError ?? 'not made yet'}
              <span className="block">{code.stripeCouponId}</span>
            </Cell>
            <Cell wide end className="figures">
              {used(code)}
            </Cell>
            <Cell end>
              <Badge tone={words[code.status].tone}>{words[code.status].text}</Badge>
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}

function gives({ percentOffBps, amountOffMinor, amountOffCurrency }: Code): string {
  if (percentOffBps !== null) return `${formatRate(percentOffBps)} off, for ever`
  return amountOffMinor !== null && amountOffCurrency !== null
    ? `${moneyText(amountOffMinor, amountOffCurrency)} off, for ever`
    : 'nothing'
}

function used({ redemptions, maxRedemptions }: Code): string {
  return maxRedemptions === null ? String(redemptions) : `${redemptions} of ${maxRedemptions}`
}
