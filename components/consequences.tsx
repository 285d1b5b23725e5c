import { Money } from '@/components/money'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import type { Preview } from '@/lib/intake/preview-decision'

/** What a decision would change, in money, before it is taken. */
export function Consequences({ preview }: { preview: Preview }) {
  const { payments, complete, consequences } = preview
  const looked = `${payments.toLocaleString('en')} ${payments === 1 ? 'payment' : 'payments'}`
  return (
    <div className="space-y-3">
      <p className="text-[0.9375rem] text-muted">
        {payments === 0
          ? 'No payment made until now hangs on it.'
          : `${looked} would be settled anew${complete ? '' : ', and more: the amounts are of these'}.`}
        {consequences.length === 0 ? ' Nobody’s balance would change.' : null}
      </p>
      {consequences.length > 0 ? (
        <ConsequenceTable consequences={consequences} before="On these now" after="Would be" />
      ) : null}
    </div>
  )
}

interface ConsequenceTableProps {
  consequences: Preview['consequences']
  before: string
  after: string
}

/** By affiliate and currency: what is earned, and what of it is held where that changes. */
export function ConsequenceTable({ consequences, before, after }: ConsequenceTableProps) {
  return (
    <Table caption="What would change">
      <TableHead>
        <Column>Affiliate</Column>
        <Column wide end>
          {before}
        </Column>
        <Column end>{after}</Column>
        <Column end>Change</Column>
      </TableHead>
      <tbody>
        {consequences.flatMap((each) => [
          <Line
            key={`${each.affiliateId} ${each.currency} earned`}
            name={each.affiliateName}
            currency={each.currency}
            before={each.earnedBeforeMinor}
            after={each.earnedAfterMinor}
          />,
          ...(each.heldBeforeMinor === each.heldAfterMinor
            ? []
            : [
                <Line
                  key={`${each.affiliateId} ${each.currency} held`}
                  name={`${each.affiliateName}, held`}
                  currency={each.currency}
                  before={each.heldBeforeMinor}
                  after={each.heldAfterMinor}
                />,
              ]),
        ])}
      </tbody>
    </Table>
  )
}

function Line({
  name,
  currency,
  before,
  after,
}: {
  name: string
  currency: string
  before: bigint
  after: bigint
}) {
  return (
    <Row>
      <RowHeading>{name}</RowHeading>
      <Cell wide end className="text-muted">
        <Money minor={before} currency={currency} />
      </Cell>
      <Cell end>
        <Money minor={after} currency={currency} />
      </Cell>
      <Cell end className="font-medium">
        <Money minor={after - before} currency={currency} signed />
      </Cell>
    </Row>
  )
}
