import type { Metadata } from 'next'
import { randomUUID } from 'node:crypto'
import { one } from '@/app/_components/query'
import { ActionButton } from '@/components/action-button'
import { Empty } from '@/components/empty'
import { delayText, EventOutcomeBadge, outcomeWords } from '@/components/event-outcome'
import { PageHeading } from '@/components/page-heading'
import { Pager, plainWords } from '@/components/pager'
import { Moment } from '@/components/time'
import { Card } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { Cell, Column, Row, RowHeading, Table, TableHead } from '@/components/ui/table'
import { requireAdministrator } from '@/lib/auth'
import { onceField } from '@/lib/action-state'
import { handlers } from '@/lib/intake/events'
import { countEvents, eventOutcomes, type EventOutcome, type EventSummary } from '@/lib/intake/queries'
import { getWebhookHealth } from '@/lib/intake/webhook-health'
import { Filters } from '../_components/filters'
import { BarChoice, BarField, BarOrder, ListBar } from '../_components/list-bar'
import type { ListQuery } from '../_lists/console-list'
import { eventList } from '../_lists/events'
import { retryQuarantined } from './actions'
import { WebhookStrip } from './_components/webhook-strip'

export const metadata: Metadata = { title: 'Events' }

export default async function EventsPage({ searchParams }: { searchParams: Promise<ListQuery> }) {
  const person = await requireAdministrator()
  const query = await searchParams
  const [counts, health, list] = await Promise.all([
    countEvents(person),
    getWebhookHealth(person),
    eventList.open(person, query),
  ])
  const { filter, rows, here, csv, pages } = list
  const { outcome, type, about, oldestFirst } = filter
  const countOf = (name: EventOutcome) => (name in counts ? counts[name as keyof typeof counts] : undefined) // those few are counted
  const retried = one(query.retried)
  return (
    <>
      <PageHeading
        title="Events"
        lead="Everything Stripe has told us. Each ends in one outcome, with a sentence that says why."
      />
      {retried && /^\d+$/.test(retried) ? (
        <Notice tone="good" className="mb-6">
          {retried === '1' ? 'One event is' : `${retried} events are`} back at work.
        </Notice>
      ) : null}
      <WebhookStrip health={health} />
      <Filters
        label="Outcome"
        items={[
          { href: here({ outcome: undefined }), text: 'All', current: outcome === undefined },
          ...eventOutcomes
            .filter((name) => countOf(name) !== 0 || name === outcome)
            .map((name) => ({
              href: here({ outcome: name }),
              text: outcomeWords[name].text,
              count: countOf(name),
              current: outcome === name,
            })),
        ]}
      />
      <EventBar
        filter={filter}
        csv={csv}
        all={about || type ? here({ q: undefined, type: undefined }) : null}
      />
      {outcome === 'quarantined' && rows.length > 0 && person.administrator.role === 'admin' ? (
        <div className="mb-5">
          <ActionButton
            action={retryQuarantined}
            fields={{ [onceField]: randomUUID(), ...(type && { type }) }}
            look="secondary"
            size="small"
          >
            {type ? `Retry all quarantined ${type}` : 'Retry all in quarantine'}
          </ActionButton>
        </div>
      ) : null}
      <Card className="py-3 sm:py-4">
        {rows.length > 0 ? (
          <EventTable events={rows} />
        ) : outcome || type || about ? (
          <Empty title="None at the moment">No event stands here with this filter.</Empty>
        ) : (
          <Empty title="Nothing has come in yet">
            The first event that Stripe delivers to the webhook stands here.
          </Empty>
        )}
      </Card>
      <Pager {...pages} words={oldestFirst ? plainWords : undefined} />
    </>
  )
}

interface EventBarProps {
  filter: Awaited<ReturnType<typeof eventList.open>>['filter']
  csv: string
  all: string | null
}

function EventBar({ filter, csv, all }: EventBarProps) {
  const { outcome, type, about, oldestFirst } = filter
  return (
    <ListBar path={eventList.path} keep={{ outcome }} csv={csv} all={all}>
      <BarField
        name="q"
        label="Id of the event or its object"
        placeholder="evt_… in_…"
        defaultValue={about}
      />
      <BarChoice
        name="type"
        label="Type"
        value={type}
        options={[
          { value: 'all', text: 'All types' },
          ...[...handlers.keys()].map((each) => ({ value: each, text: each })),
        ]}
      />
      <BarOrder oldestFirst={oldestFirst} />
    </ListBar>
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
