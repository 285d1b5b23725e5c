import { Empty } from '@/components/empty'
import { EventOutcomeBadge } from '@/components/event-outcome'
import { Moment } from '@/components/time'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import type { EventSummary } from '@/lib/intake/queries'

/** What Stripe has told of a payment, the oldest first. */
export function PaymentEvents({ events }: { events: readonly EventSummary[] }) {
  if (events.length === 0)
    return <Empty title="No event">What is known of it was read from Stripe, not told.</Empty>
  return (
    <Table caption="Events of this payment">
      <TableHead>
        <Column>Event</Column>
        <Column wide>Why</Column>
        <Column end>Outcome</Column>
      </TableHead>
      <tbody>
        {events.map((event) => (
          <Row key={event.id}>
            <RowHeading href={`/admin/events/${event.id}`}>
              <span className="block break-words">{event.type}</span>
              <Moment at={event.createdAt} className="text-sm font-normal text-muted" />
            </RowHeading>
            <Cell wide className="break-words text-muted">
              {event.sentence ?? 'Not done yet.'}
            </Cell>
            <Cell end>
              <EventOutcomeBadge outcome={event.outcome} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}
