import { RecurringMonths } from '@/components/recurring-months'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import type { Actor } from '@/lib/actor'
import { addMonths, monthOf, type Day } from '@/lib/calendar'
import { listMrrMovements } from '@/lib/subscriptions/queries'

const monthsBack = 8

/** The whole programme's recurring revenue. Reads every subscription's past, so the page does not wait for it. */
export async function Recurring({ person, on }: { person: Actor; on: Day }) {
  const thisMonth = monthOf(on)
  const from = monthOf(addMonths(on, -monthsBack))
  return (
    <RecurringMonths
      months={await listMrrMovements(person, null, { from, to: thisMonth })}
      thisMonth={thisMonth}
      none="The first subscription with an affiliate’s code draws the first bar."
    />
  )
}

/** Stands there while it is read, as high as one chart. */
export function RecurringAwaited() {
  return (
    <Card className="min-h-[27rem]" aria-busy="true">
      <CardTitle>Recurring revenue by month</CardTitle>
      <CardText>Adding up…</CardText>
    </Card>
  )
}

/** As much of another card as is known before its figures. */
export function Awaited({ title }: { title: string }) {
  return (
    <Card className="min-h-48" aria-busy="true">
      <CardTitle>{title}</CardTitle>
      <CardText>Adding up…</CardText>
    </Card>
  )
}
