import { Money } from '@/components/money'
import { DayTime } from '@/components/time'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import type { Anomaly } from '@/lib/anomalies/queries'
import { actionText, AnomalyState, ruleTitles } from '../../_components/anomaly-words'

/** What the rules found, one row a payment and rule. @param choosable with a box beside each, for the form `together` */
export function AnomalyTable({
  anomalies,
  choosable = false,
  compared,
}: {
  anomalies: readonly Anomaly[]
  choosable?: boolean
  /** Side by side: with what was seen, and this payment marked. */
  compared?: string
}) {
  return (
    <Table caption="Anomalies">
      <TableHead>
        {choosable ? (
          <Column className="w-10">
            <span className="sr-only">Chosen</span>
          </Column>
        ) : null}
        <Column>What was found</Column>
        <Column wide>Affiliate</Column>
        <Column wide>Seen on</Column>
        <Column wide>State</Column>
        <Column end>At stake</Column>
      </TableHead>
      <tbody>
        {anomalies.map((anomaly) => (
          <Row key={anomaly.id} className={anomaly.paymentId === compared ? 'bg-sunken' : undefined}>
            {choosable ? <Choose paymentId={anomaly.paymentId} /> : null}
            <RowHeading
              href={`/admin/anomalies/${anomaly.paymentId}`}
              below={
                <span className="flex flex-col items-start gap-1">
                  <span>{anomaly.affiliateName}</span>
                  <AnomalyState state={anomaly.state} action={anomaly.action} />
                </span>
              }
            >
              {ruleTitles[anomaly.rule]}
              <span className="block text-sm font-normal text-muted">
                {compared === undefined ? `the rule ${actionText(anomaly.action)}` : anomaly.evidence}
              </span>
            </RowHeading>
            <Cell wide>{anomaly.affiliateName}</Cell>
            <Cell wide className="text-muted">
              <DayTime value={anomaly.at.toISOString().slice(0, 10)} />
            </Cell>
            <Cell wide>
              <AnomalyState state={anomaly.state} action={anomaly.action} />
            </Cell>
            <Cell end>
              {anomaly.stake === null ? (
                <span className="text-muted">not yet known</span>
              ) : (
                <Money
                  minor={anomaly.stake.commissionMinor}
                  currency={anomaly.stake.currency}
                  className="font-medium"
                />
              )}
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}

function Choose({ paymentId }: { paymentId: string }) {
  return (
    <Cell>
      <input
        type="checkbox"
        name="payment"
        value={paymentId}
        form="together"
        aria-label={`Choose the payment ${paymentId}`}
        className="relative z-10 mt-1 size-5 accent-accent"
      />
    </Cell>
  )
}
