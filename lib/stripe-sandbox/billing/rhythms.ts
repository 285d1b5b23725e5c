import { invalid } from '@/lib/stripe-sandbox/machine/faults'
import { nextBoundary, type Rhythm } from '@/lib/stripe-sandbox/machine/periods'
import type { Price, Subscription } from '@/lib/stripe-sandbox/machine/wire'

export interface Period {
  start: number
  end: number
}

export function rhythmOf(price: Price): Rhythm {
  if (price.recurring) return price.recurring
  throw invalid(
    'The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.',
    'items[0][price]',
  )
}

const lengths: Record<string, [family: string, length: number]> = {
  day: ['days', 1],
  week: ['days', 7],
  month: ['months', 1],
  year: ['months', 12],
}

/** Items may have rhythms of their own, each a multiple of the shortest. https://docs.stripe.com/billing/subscriptions/mixed-interval */
export function assertRhythms(prices: Price[]): void {
  const beats = prices.map((price) => {
    const { interval, interval_count: count } = rhythmOf(price)
    const [family, length] = lengths[interval] ?? ['', 1]
    return { family, length: length * count }
  })
  const [first] = beats
  if (!first) throw invalid('Missing required param: items.', 'items', 'parameter_missing')
  const shortest = Math.min(...beats.map((beat) => beat.length))
  if (beats.every((beat) => beat.family === first.family && beat.length % shortest === 0)) return
  throw invalid('The billing intervals of a subscription must be multiples of the shortest.', 'items')
}

export const isSameRhythm = (a: Price, b: Price): boolean => {
  const [one, other] = [rhythmOf(a), rhythmOf(b)]
  return one.interval === other.interval && one.interval_count === other.interval_count
}

/** The period of a price's rhythm in which a moment lies, beating from an anchor. */
export function periodAt(anchor: number, price: Price, at: number): Period {
  const rhythm = rhythmOf(price)
  let start = anchor
  for (;;) {
    const end = nextBoundary(anchor, rhythm, start)
    if (end > at) return { start, end }
    start = end
  }
}

/** The period that ends next: where all items have one rhythm, that of all. */
export function periodOf(subscription: Subscription): Period {
  const { data } = subscription.items
  const first = data.toSorted((a, b) => a.current_period_end - b.current_period_end)[0]
  return {
    start: first?.current_period_start ?? subscription.start_date,
    end: first?.current_period_end ?? subscription.start_date,
  }
}

/** When all that is paid for is over. */
export const paidUntil = (subscription: Subscription): number =>
  Math.max(...subscription.items.data.map((item) => item.current_period_end))
