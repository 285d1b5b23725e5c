import Link from 'next/link'
import { Money } from '@/components/money'
import { DayTime } from '@/components/time'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import type { PayoutSummary, StatementLine } from '@/lib/payouts/queries'
import { lineWords } from '@/lib/payouts/schemas'

interface StatementTableProps {
  payout: Pick<PayoutSummary, 'currency' | 'amountMinor' | 'carriedMinor'>
  lines: readonly StatementLine[]
  sumMinor: bigint
  /** Where a payment's own page is, before its id. */
  base: string
}

/** The lines of a payout, down to its amount. */
export function StatementTable({ payout, lines, sumMinor, base }: StatementTableProps) {
  const { currency, amountMinor, carriedMinor } = payout
  return (
    <>
      <Table caption="What the payout is made of">
        <TableHead>
          <Column>What</Column>
          <Column wide>Payment</Column>
          <Column wide>Earned</Column>
          <Column wide>Payable</Column>
          <Column end>Amount</Column>
        </TableHead>
        <tbody>
          {lines.map((line) => (
            <LineRow
              key={`${line.paymentId} ${line.invoiceId} ${line.lineKey} ${line.earnedOn} ${line.payableOn}`}
              line={line}
              currency={currency}
              base={base}
            />
          ))}
        </tbody>
      </Table>
      <dl className="mt-4 ml-auto max-w-sm space-y-1.5 text-[0.9375rem]">
        {carriedMinor > 0n ? (
          <>
            <Sum term="All lines">
              <Money minor={sumMinor} currency={currency} />
            </Sum>
            <Sum term="Carried to the next payout">
              <Money minor={-carriedMinor} currency={currency} />
            </Sum>
          </>
        ) : null}
        <Sum term="Payout" strong>
          <Money minor={amountMinor} currency={currency} />
        </Sum>
      </dl>
    </>
  )
}

function LineRow({ line, currency, base }: { line: StatementLine; currency: string; base: string }) {
  const { kind, note, paymentId, earnedOn, payableOn, amountMinor } = line
  return (
    <Row>
      <RowHeading
        below={
          <>
            <DayTime value={earnedOn} />
            {note ? <span className="block">{note}</span> : null}
            {paymentId ? <span className="block font-mono break-all">{paymentId}</span> : null}
          </>
        }
      >
        {lineWords[kind] ?? kind}
      </RowHeading>
      <Cell wide className="max-w-52">
        {paymentId ? (
          <Link href={`${base}/${paymentId}`} className="block truncate font-mono text-sm link">
            {paymentId}
          </Link>
        ) : (
          <span className="text-sm text-muted">{note ?? '—'}</span>
        )}
      </Cell>
      <Cell wide className="text-muted">
        <DayTime value={earnedOn} />
      </Cell>
      <Cell wide className="text-muted">
        <DayTime value={payableOn} />
      </Cell>
      <Cell end>
        <Money minor={amountMinor} currency={currency} signed />
      </Cell>
    </Row>
  )
}

function Sum({
  term,
  strong = false,
  children,
}: {
  term: string
  strong?: boolean
  children: React.ReactNode
}) {
  return (
    <div
      className={
        strong
          ? 'flex justify-between gap-6 border-t border-line pt-2 font-semibold'
          : 'flex justify-between gap-6'
      }
    >
      <dt className={strong ? '' : 'text-muted'}>{term}</dt>
      <dd>{children}</dd>
    </div>
  )
}
