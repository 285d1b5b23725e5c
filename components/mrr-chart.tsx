import { Key, MonthAxis } from '@/components/chart'
import { Money, moneyText } from '@/components/money'
import { monthText } from '@/components/time'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import type { MrrMonth } from '@/lib/subscriptions/movements'

interface MrrChartProps {
  title: string
  currency: string
  months: readonly MrrMonth[]
  /** The month that has not ended. */
  thisMonth: string
}

const gainedIn = (month: MrrMonth) => month.newMinor + month.expansionMinor
const lostIn = (month: MrrMonth) => month.contractionMinor + month.churnedMinor
const highest = (amounts: bigint[]) => amounts.reduce((max, minor) => (minor > max ? minor : max), 0n)

/** What stood at each month's end, the part that the month brought on top, what it lost below the line; the same as a table. */
export function MrrChart({ title, currency, months, thisMonth }: MrrChartProps) {
  const top = highest(months.map(({ endMinor }) => endMinor))
  const depth = highest(months.map(lostIn))
  const span = top + depth > 0n ? top + depth : 1n
  const percent = (minor: bigint) => `${Number((minor * 10_000n) / span) / 100}%`
  return (
    <figure aria-label={title}>
      <p aria-hidden="true" className="mb-1 text-xs text-muted">
        {moneyText(top, currency)}
      </p>
      <div
        className="relative flex h-40 gap-1 border-t border-dashed border-line sm:h-48 sm:gap-2.5"
        aria-hidden="true"
      >
        <div className="absolute inset-x-0 border-t border-edge/60" style={{ top: percent(top) }} />
        {months.map((month) => (
          <Bar key={month.month} month={month} line={percent(top)} percent={percent} />
        ))}
      </div>
      <MonthAxis months={months} />
      <figcaption className="mt-3 flex flex-wrap gap-x-5 gap-y-1 text-sm text-muted">
        <Key className="bg-accent">From the months before</Key>
        <Key className="border border-accent bg-accent-soft">New and grown</Key>
        {depth > 0n ? <Key className="bg-minus">Shrunk and churned</Key> : null}
      </figcaption>
      <details className="mt-4 text-sm">
        <summary className="w-fit text-muted hover:text-ink">The same as a table</summary>
        <MrrTable title={title} currency={currency} months={months} thisMonth={thisMonth} />
      </details>
    </figure>
  )
}

interface BarProps {
  month: MrrMonth
  /** Where the line of nothing is, from the top. */
  line: string
  percent: (minor: bigint) => string
}

function Bar({ month, line, percent }: BarProps) {
  const { currency, endMinor } = month
  const gained = gainedIn(month)
  const lost = lostIn(month)
  const parts = [moneyText(endMinor, currency), moneyText(gained, currency, true), moneyText(-lost, currency)]
  return (
    <div
      className="relative min-w-0 flex-1"
      title={`${monthText(month.month)}: ${parts.filter((_, at) => at === 0 || [gained, lost][at - 1] !== 0n).join(', ')}`}
    >
      <div
        className="absolute inset-x-0 flex flex-col overflow-hidden rounded-t-[3px]"
        style={{ bottom: `calc(100% - ${line})`, height: percent(endMinor) }}
      >
        {gained > 0n ? (
          <div
            className="min-h-0.5 shrink-0 rounded-t-[3px] border border-accent bg-accent-soft"
            style={{ height: `${Number((gained * 10_000n) / endMinor) / 100}%` }}
          />
        ) : null}
        <div className="min-h-0 flex-1 bg-accent" />
      </div>
      {lost > 0n ? (
        <div
          className="absolute inset-x-0 min-h-0.5 rounded-b-[3px] bg-minus"
          style={{ top: line, height: percent(lost) }}
        />
      ) : null}
    </div>
  )
}

function MrrTable({ title, currency, months, thisMonth }: MrrChartProps) {
  return (
    <Table caption={title} className="mt-3">
      <TableHead>
        <Column>Month</Column>
        {columns.map(({ name }) => (
          <Column key={name} wide end>
            {name}
          </Column>
        ))}
        <Column end>At its end</Column>
      </TableHead>
      <tbody>
        {months.map((row) => (
          <Row key={row.month}>
            <RowHeading below={<Movements row={row} />}>
              {`${monthText(row.month)}${row.month === thisMonth ? ', so far' : ''}`}
            </RowHeading>
            {columns.map(({ name, of }) => (
              <Cell key={name} wide end>
                <Money minor={of(row)} currency={currency} className={of(row) === 0n ? 'text-muted' : ''} />
              </Cell>
            ))}
            <Cell end>
              <Money minor={row.endMinor} currency={currency} className="font-medium" />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}

const columns: readonly { name: string; of: (row: MrrMonth) => bigint }[] = [
  { name: 'New', of: (row) => row.newMinor },
  { name: 'Expansion', of: (row) => row.expansionMinor },
  { name: 'Contraction', of: (row) => -row.contractionMinor },
  { name: 'Churned', of: (row) => -row.churnedMinor },
]

/** On small screens, in a line: what moved, or that nothing did. */
function Movements({ row }: { row: MrrMonth }) {
  const moved = columns.filter(({ of }) => of(row) !== 0n)
  if (moved.length === 0) return <span>No change</span>
  return moved.map(({ name, of }) => (
    <span key={name} className="block">
      {`${name} `}
      <Money minor={of(row)} currency={row.currency} signed />
    </span>
  ))
}
