import { addMonths, dayOf, monthOf, startOfDay, type Month } from '@/lib/calendar'
import { brings } from './rules'
import { usageAMonth, type PaidUsage } from './usage'

/** What a subscription brought a month from a moment on, without its usage. */
export interface MrrState {
  subscriptionId: string
  customerId: string
  currency: string
  at: Date
  mrrMinor: bigint
  /** Stripe's, or `collection_paused`. */
  status: string
  /** From when on the customer is an affiliate's: nothing counts before. */
  since: Date
}

/** A month's way from what was there to what is: `start + new + expansion − contraction − churned = end`, in minor units. */
export interface MrrMonth {
  currency: string
  month: Month
  startMinor: bigint
  /** Of customers who brought nothing at its start: for the first time, or again. */
  newMinor: bigint
  expansionMinor: bigint
  contractionMinor: bigint
  churnedMinor: bigint
  /** At its end; of a month that runs, as known now. */
  endMinor: bigint
}

const ended = new Set(['canceled', 'incomplete_expired'])

/** How far along its life a status is, for states of one second: Stripe's times are no finer. */
const stageOf = (status: string) =>
  ended.has(status) ? 2 : brings(status) || status === 'collection_paused' ? 1 : 0

/**
 * Of two amounts of one second the lower is the later: a discount that becomes known afterwards can only lower it. So is, of two equal
 * ones, what counts no usage.
 */
function compare(a: MrrState, b: MrrState): number {
  const byTime = a.at.getTime() - b.at.getTime() || stageOf(a.status) - stageOf(b.status)
  const byAmount = Number(b.mrrMinor > a.mrrMinor) - Number(b.mrrMinor < a.mrrMinor)
  return byTime || byAmount || Number(brings(b.status)) - Number(brings(a.status))
}

/**
 * Every month of the range, oldest first, for each currency in which something counted: net of what came and went within a month,
 * and by customer, so that one subscription in the place of another is an expansion or a contraction. The order of the states and
 * their repetition do not matter; what has ended stays so, as at Stripe.
 * @param usage what was paid for usage, by subscription
 */
export function movementsOf(
  states: readonly MrrState[],
  range: { from: Month; to: Month },
  usage: ReadonlyMap<string, readonly PaidUsage[]> = new Map(),
): MrrMonth[] {
  const months = monthsOf(range)
  const customers = new Map<string, { currency: string; ends: bigint[] }>()
  for (const history of groupedBy(states, (state) => state.subscriptionId)) {
    const [first] = history
    if (!first) continue
    const key = `${first.currency} ${first.customerId}`
    const ends = endsOf(history, months, usage.get(first.subscriptionId) ?? [])
    const before = customers.get(key)?.ends ?? []
    customers.set(key, { currency: first.currency, ends: ends.map((end, at) => end + (before[at] ?? 0n)) })
  }
  return groupedBy([...customers.values()], (customer) => customer.currency)
    .flatMap((group) => movementsIn(group, months))
    .toSorted((a, b) => order(a.month, b.month) || order(a.currency, b.currency))
}

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** The range with the month before it, where it starts from. */
function monthsOf({ from, to }: { from: Month; to: Month }): Month[] {
  const months: Month[] = []
  for (let at = -1; ; at++) {
    const month = monthOf(addMonths(`${from}-01`, at))
    if (month > to) return months
    months.push(month)
  }
}

function groupedBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return [...groups.values()]
}

/** What one subscription brings at the end of each month. */
function endsOf(
  history: readonly MrrState[],
  months: readonly Month[],
  usage: readonly PaidUsage[],
): bigint[] {
  const sorted = history.toSorted(compare)
  const end = sorted.find((state) => ended.has(state.status))
  const standing = sorted.flatMap((state) =>
    end === undefined || state.at <= end.at
      ? [
          {
            from: monthAt(state.at > state.since ? state.at : state.since),
            minor: state.mrrMinor,
            counts: brings(state.status),
          },
        ]
      : [],
  )
  return months.map((month) => {
    const now = standing.findLast(({ from }) => from <= month)
    if (!now) return 0n
    return now.minor + (now.counts && usage.length > 0 ? usageAMonth(usage, endOf(month)) : 0n)
  })
}

const endOf = (month: Month) => startOfDay(addMonths(`${month}-01`, 1)) - 1

const monthAt = (at: Date): Month => monthOf(dayOf(Math.floor(at.getTime() / 1000)))

function movementsIn(
  customers: readonly { currency: string; ends: readonly bigint[] }[],
  months: readonly Month[],
): MrrMonth[] {
  const currency = customers[0]?.currency ?? ''
  if (customers.every(({ ends }) => ends.every((end) => end === 0n))) return []
  return months.slice(1).map((month, at) => {
    const sum = { startMinor: 0n, newMinor: 0n, expansionMinor: 0n }
    const row: MrrMonth = { currency, month, ...sum, contractionMinor: 0n, churnedMinor: 0n, endMinor: 0n }
    for (const { ends } of customers) {
      const start = ends[at] ?? 0n
      const end = ends[at + 1] ?? 0n
      row.startMinor += start
      row.endMinor += end
      if (end > start) row[start === 0n ? 'newMinor' : 'expansionMinor'] += end - start
      else row[end === 0n ? 'churnedMinor' : 'contractionMinor'] += start - end
    }
    return row
  })
}
