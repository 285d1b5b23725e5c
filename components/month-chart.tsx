import { Key, MonthAxis } from '@/components/chart'
import { Money, moneyText } from '@/components/money'
import { monthText } from '@/components/time'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'

export interface MonthBar {
  /** `YYYY-MM` */
  month: string
  earnedMinor: bigint
  /** Taken back that month; not negative. */
  reversedMinor: bigint
  /** Nothing of it is earned yet. */
  ahead: boolean
}

interface MonthChartProps {
  title: string
  currency: string
  months: readonly MonthBar[]
}

/** Earned above the line, taken back below it, months to come hatched; the same as a table below. */
export function MonthChart({ title, currency, months }: MonthChartProps) {
  const highest = months.reduce((max, { earnedMinor }) => (earnedMinor > max ? earnedMinor : max), 0n)
  const top = highest > 0n ? highest : 1n
  const depth = months.reduce((max, { reversedMinor }) => (reversedMinor > max ? reversedMinor : max), 0n)
  const span = top + depth
  const percent = (minor: bigint) => `${Number((minor * 10_000n) / span) / 100}%`
  return (
    <figure aria-label={title}>
      <p aria-hidden="true" className="mb-1 text-xs text-muted">
        {moneyText(highest, currency)}
      </p>
      <div
        className="relative flex h-48 gap-1 border-t border-dashed border-line sm:h-56 sm:gap-2.5"
        aria-hidden="true"
      >
        <div className="absolute inset-x-0 border-t border-edge/60" style={{ top: percent(top) }} />
        {months.map((bar) => (
          <Bar key={bar.month} bar={bar} currency={currency} topPercent={percent(top)} percent={percent} />
        ))}
      </div>
      <MonthAxis months={months} />
      <figcaption className="mt-3 flex flex-wrap gap-x-5 gap-y-1 text-sm text-muted">
        <Key className="bg-accent">Earned</Key>
        {depth > 0n ? <Key className="bg-minus">Taken back</Key> : null}
        {months.some(({ ahead }) => ahead) ? <Key className="hatched">To come, already paid for</Key> : null}
      </figcaption>
      <details className="mt-4 text-sm">
        <summary className="w-fit text-muted hover:text-ink">The same as a table</summary>
        <MonthTable title={title} currency={currency} months={months} />
      </details>
    </figure>
  )
}

interface BarProps {
  bar: MonthBar
  currency: string
  topPercent: string
  percent: (minor: bigint) => string
}

function Bar({ bar, currency, topPercent, percent }: BarProps) {
  const back = bar.reversedMinor > 0n ? `, ${moneyText(-bar.reversedMinor, currency)}` : ''
  return (
    <div
      className="relative min-w-0 flex-1"
      title={`${monthText(bar.month)}: ${moneyText(bar.earnedMinor, currency)}${back}`}
    >
      <div
        className={`absolute inset-x-0 rounded-t-[3px] ${bar.ahead ? 'hatched' : 'bg-accent'}`}
        style={{ bottom: `calc(100% - ${topPercent})`, height: percent(bar.earnedMinor) }}
      />
      {bar.reversedMinor > 0n ? (
        <div
          className="absolute inset-x-0 min-h-0.5 rounded-b-[3px] bg-minus"
          style={{ top: topPercent, height: percent(bar.reversedMinor) }}
        />
      ) : null}
    </div>
  )
}

function MonthTable({ title, currency, months }: MonthChartProps) {
  return (
    <Table caption={title} className="mt-3">
      <TableHead>
        <Column>Month</Column>
        <Column end>Earned</Column>
        <Column end>Taken back</Column>
      </TableHead>
      <tbody>
        {months.map(({ month, earnedMinor, reversedMinor, ahead }) => (
          <Row key={month}>
            <RowHeading>{`${monthText(month)}${ahead ? ', to come' : ''}`}</RowHeading>
            <Cell end>
              <Money minor={earnedMinor} currency={currency} />
            </Cell>
            <Cell end>
              <Money minor={-reversedMinor} currency={currency} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}
