import type { Metadata } from 'next'
import { one, oneOf, withQuery } from '@/app/_components/query'
import { Empty } from '@/components/empty'
import { delayText, EventOutcomeBadge, outcomeWords } from '@/components/event-outcome'
import { PageHeading } from '@/components/page-heading'
import { Pager } from '@/components/pager'
import { Moment } from '@/components/time'
import { Card } from '@/components/ui/card'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import { requireAdministrator } from '@/lib/auth'
import { countEvents, eventOutcomes, listEvents, type EventSummary } from '@/lib/intake/queries'
import { Filters } from '../_components/filters'

export const metadata: Metadata = { title: 'Events' }

type Query = { outcome?: string | string[]; cursor?: string | string[] }

export default async function EventsPage({ searchParams }: { searchParams: Promise<Query> }) {
  const person = await requireAdministrator()
  const query = await searchParams
  const outcome = oneOf(query.outcome, eventOutcomes)
  const cursor = one(query.cursor)
  const [counts, page] = await Promise.all([
    countEvents(person),
    listEvents(person, { outcome, cursor, limit: 25 }),
  ])
  const all = eventOutcomes.reduce((sum, name) => sum + counts[name], 0)
  return (
    <>
      <PageHeading
        title="Events"
        lead="Everything Stripe has told us, the newest first. Each ends in one outcome, with a sentence that says why."
      />
      <Filters
        label="Outcome"
        items={[
          { href: '/admin/events', text: 'All', count: all, current: outcome === undefined },
          ...eventOutcomes
            .filter((name) => counts[name] > 0 || name === outcome)
            .map((name) => ({
              href: withQuery('/admin/events', { outcome: name }),
              text: outcomeWords[name].text,
              count: counts[name],
              current: outcome === name,
            })),
        ]}
      />
      <Card className="py-3 sm:py-4">
        {page.events.length > 0 ? (
          <EventTable events={page.events} />
        ) : outcome ? (
          <Empty title="None at the moment">No event stands at this outcome.</Empty>
        ) : (
          <Empty title="Nothing has come in yet">
            The first event that Stripe delivers to the webhook stands here.
          </Empty>
        )}
      </Card>
      <Pager
        first={cursor ? withQuery('/admin/events', { outcome }) : null}
        next={page.nextCursor ? withQuery('/admin/events', { outcome, cursor: page.nextCursor }) : null}
      />
    </>
  )
}

function EventTable({ events }: { events: readonly EventSummary[] }) {
  return (
    <Table caption="Events" className="table-fixed">
      <TableHead>
        <Column className="md:w-72">Event</Column>
        <Column wide className="w-36">
          Outcome
        </Column>
        <Column wide>Why</Column>
        <Column wide end className="w-20">
          Tries
        </Column>
        <Column wide end className="w-24">
          Took
        </Column>
      </TableHead>
      <tbody>
        {events.map((event) => (
          <Row key={event.id}>
            <RowHeading
              href={`/admin/events/${event.id}`}
              below={
                <span className="mt-1.5 flex flex-col items-start gap-1.5">
                  <EventOutcomeBadge outcome={event.outcome} />
                  <span className="break-words">{event.sentence ?? 'Not done yet.'}</span>
                </span>
              }
            >
              <span className="block break-words">{event.type}</span>
              <Moment at={event.recordedAt} className="text-sm font-normal text-muted" />
            </RowHeading>
            <Cell wide>
              <EventOutcomeBadge outcome={event.outcome} />
            </Cell>
            <Cell wide className="break-words text-muted">
              {event.sentence ?? 'Not done yet.'}
            </Cell>
            <Cell wide end className="figures text-muted">
              {event.attempts}
            </Cell>
            <Cell wide end className="figures text-muted">
              {delayText(event)}
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}
