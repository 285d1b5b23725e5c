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
      <div className="mt-2 flex gap-1 text-xs text-muted sm:gap-2.5" aria-hidden="true">
        {months.map(({ month }, index) => (
          <span key={month} className="relative h-8 min-w-0 flex-1">
            {isLabelled(months, index) ? (
              <MonthLabel month={month} year={index === 0 || startsYear(month)} />
            ) : null}
          </span>
        ))}
      </div>
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

const startsYear = (month: string | undefined) => month?.endsWith('-01') ?? false

/** The first, every January, and every third month where there is room beside a January. */
function isLabelled(months: readonly MonthBar[], index: number): boolean {
  if (index === 0 || startsYear(months[index]?.month)) return true
  const besideJanuary = startsYear(months[index - 1]?.month) || startsYear(months[index + 1]?.month)
  return index % 3 === 0 && !besideJanuary
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

function MonthLabel({ month, year }: { month: string; year: boolean }) {
  const [name, number] = monthText(month).split(' ')
  return (
    <span className="absolute left-0 leading-tight">
      {name?.slice(0, 3)}
      {year ? <span className="block">{number}</span> : null}
    </span>
  )
}

function Key({ className, children }: { className: string; children: string }) {
  return (
    <span className="inline-flex items-center gap-2">
      <span aria-hidden="true" className={`size-2.5 rounded-[3px] ${className}`} />
      {children}
    </span>
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
