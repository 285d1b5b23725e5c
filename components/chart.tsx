import type { ReactNode } from 'react'
import { monthText } from '@/components/time'

interface Months {
  /** `YYYY-MM`, one after the other. */
  months: readonly { month: string }[]
}

/** The names under the bars of a chart by month. */
export function MonthAxis({ months }: Months) {
  return (
    <div className="mt-2 flex gap-1 text-xs text-muted sm:gap-2.5" aria-hidden="true">
      {months.map(({ month }, index) => (
        <span key={month} className="relative h-8 min-w-0 flex-1">
          {isLabelled(months, index) ? (
            <MonthLabel month={month} year={index === 0 || startsYear(month)} />
          ) : null}
        </span>
      ))}
    </div>
  )
}

const startsYear = (month: string | undefined) => month?.endsWith('-01') ?? false

/** Every January, and the first and every third month where there is room beside a January. */
function isLabelled(months: Months['months'], index: number): boolean {
  if (startsYear(months[index]?.month)) return true
  const besideJanuary = startsYear(months[index - 1]?.month) || startsYear(months[index + 1]?.month)
  return index % 3 === 0 && !besideJanuary
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

/** What a colour of the chart stands for. */
export function Key({ className, children }: { className: string; children: ReactNode }) {
  return (
    <span className="inline-flex items-center gap-2">
      <span aria-hidden="true" className={`size-2.5 rounded-[3px] ${className}`} />
      {children}
    </span>
  )
}
