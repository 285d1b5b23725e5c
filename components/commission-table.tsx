import { CommissionStatus, reversedPart } from '@/components/commission-status'
import { Money } from '@/components/money'
import { DayTime } from '@/components/time'
import { Cell, Column, Row, RowHeading, Table, TableHead, type ColumnSort } from '@/components/ui/table'
import type { CommissionSummary } from '@/lib/commissions/queries'

interface CommissionTableProps {
  caption: string
  commissions: readonly CommissionSummary[]
  /** The room's folder of commissions. */
  base: '/portal/commissions' | '/admin/commissions'
  showAffiliate?: boolean
  /** Where there is little room: leaves out the payment's amount and the customer. */
  compact?: boolean
  /** How each head orders the list; absent: none does. */
  sorts?: Record<'paid' | 'payment' | 'commission', ColumnSort>
}

/** Commissions: when, of whom, what was paid, what became of it, what it earns now. */
export function CommissionTable({
  caption,
  commissions,
  base,
  showAffiliate = false,
  compact = false,
  sorts,
}: CommissionTableProps) {
  return (
    <Table caption={caption}>
      <TableHead>
        <Column sort={sorts?.paid}>Paid on</Column>
        {compact ? null : <Column wide>Customer</Column>}
        {showAffiliate ? <Column wide>Affiliate</Column> : null}
        {compact ? null : (
          <Column wide end sort={sorts?.payment}>
            Payment
          </Column>
        )}
        <Column wide>Status</Column>
        <Column end sort={sorts?.commission}>
          Commission
        </Column>
      </TableHead>
      <tbody>
        {commissions.map((commission) => (
          <CommissionRow
            key={`${commission.paymentId} ${commission.basisId}`}
            commission={commission}
            base={base}
            showAffiliate={showAffiliate}
            compact={compact}
          />
        ))}
      </tbody>
    </Table>
  )
}

function CommissionRow({
  commission,
  base,
  showAffiliate,
  compact,
}: Required<Pick<CommissionTableProps, 'base' | 'showAffiliate' | 'compact'>> & {
  commission: CommissionSummary
}) {
  const { paymentId, paidAt, paymentMinor, paymentCurrency, status, affiliateName } = commission
  const badge = (
    <CommissionStatus
      status={status}
      reversed={reversedPart(commission)}
      feeOverdue={commission.feeOverdue}
    />
  )
  return (
    <Row>
      <RowHeading
        href={`${base}/${paymentId}`}
        below={
          <span className="flex flex-col items-start gap-1">
            {showAffiliate && affiliateName ? <span>{affiliateName}</span> : null}
            <span className="break-all">{customerLabel(commission)}</span>
            {badge}
          </span>
        }
      >
        <DayTime value={paidAt.toISOString().slice(0, 10)} />
      </RowHeading>
      {compact ? null : (
        <Cell wide className="max-w-56 truncate text-muted">
          {customerLabel(commission)}
        </Cell>
      )}
      {showAffiliate ? (
        <Cell wide className="max-w-48 truncate">
          {affiliateName ?? <span className="text-muted">nobody</span>}
        </Cell>
      ) : null}
      {compact ? null : (
        <Cell wide end className="text-muted">
          <Money minor={paymentMinor} currency={paymentCurrency} />
        </Cell>
      )}
      <Cell wide>{badge}</Cell>
      <Cell end>
        <CommissionAmount commission={commission} />
      </Cell>
    </Row>
  )
}

function CommissionAmount({ commission }: { commission: CommissionSummary }) {
  const { status, currency, commissionMinor, reversedMinor, remainingMinor } = commission
  if (status === 'unattributed' || status === 'not_earning') return <span className="text-muted">none</span>
  if (currency === null || status === 'awaiting_fee' || status === 'awaiting_basis')
    return <span className="text-muted">not yet known</span>
  return (
    <>
      <Money minor={remainingMinor} currency={currency} className="font-medium" />
      {reversedMinor > 0n ? (
        <span className="block text-sm text-muted">
          of <Money minor={commissionMinor} currency={currency} />
        </span>
      ) : null}
    </>
  )
}

/** How a customer is shown to people who are not their seller. */
export function customerLabel(customer: { maskedEmail: string | null; customerId: string | null }): string {
  return customer.maskedEmail ?? customer.customerId ?? 'a guest'
}
