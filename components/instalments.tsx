import { Money } from '@/components/money'
import { DayTime } from '@/components/time'
import { Badge } from '@/components/ui/badge'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import type { CommissionDetail } from '@/lib/commissions/queries'

type Instalment = CommissionDetail['instalments'][number]

interface InstalmentsProps {
  instalments: readonly Instalment[]
  currency: string
  /** The day that counts as today. */
  on: string
}

/** When each part is earned and payable, and what is left of it. */
export function Instalments({ instalments, currency, on }: InstalmentsProps) {
  const anyBack = instalments.some(({ amountMinor, remainingMinor }) => amountMinor !== remainingMinor)
  return (
    <Table caption="Instalments" className="[&_td]:pr-4 [&_th]:pr-4 [&_:is(td,th):last-child]:pr-0">
      <TableHead>
        <Column>Earned on</Column>
        <Column wide>Payable on</Column>
        <Column wide>State</Column>
        <Column end>Amount</Column>
        {anyBack ? <Column end>Left</Column> : null}
      </TableHead>
      <tbody>
        {instalments.map((instalment) => (
          <Row key={instalment.k}>
            <RowHeading
              below={
                <>
                  payable <DayTime value={instalment.payableOn} />
                </>
              }
            >
              <DayTime value={instalment.earnedOn} />
            </RowHeading>
            <Cell wide>
              <DayTime value={instalment.payableOn} />
            </Cell>
            <Cell wide>{stateOf(instalment, on)}</Cell>
            <Cell end>
              <Money minor={instalment.amountMinor} currency={currency} />
            </Cell>
            {anyBack ? (
              <Cell end>
                <Money minor={instalment.remainingMinor} currency={currency} className="font-medium" />
              </Cell>
            ) : null}
          </Row>
        ))}
      </tbody>
    </Table>
  )
}

function stateOf({ earnedOn, payableOn, amountMinor, remainingMinor }: Instalment, on: string) {
  if (amountMinor !== 0n && remainingMinor === 0n) return <Badge tone="bad">Taken back</Badge>
  if (earnedOn > on) return <Badge>To come</Badge>
  if (payableOn > on) return <Badge tone="wait">In hold</Badge>
  return <Badge tone="good">Payable</Badge>
}
