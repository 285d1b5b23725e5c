import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { delayText, EventOutcomeBadge } from '@/components/event-outcome'
import { PageHeading } from '@/components/page-heading'
import { Moment } from '@/components/time'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { requireAdministrator } from '@/lib/auth'
import { findEvent, type EventDetail } from '@/lib/intake/queries'

export const metadata: Metadata = { title: 'Event' }

export default async function EventPage({ params }: { params: Promise<{ event: string }> }) {
  const person = await requireAdministrator()
  const { event: id } = await params
  const event = await findEvent(person, id)
  if (!event) notFound()
  return (
    <>
      <PageHeading
        back={{ href: '/admin/events', label: 'Events' }}
        title={<span className="break-words">{event.type}</span>}
        lead={<span className="break-all">{event.id}</span>}
        aside={<EventOutcomeBadge outcome={event.outcome} />}
      />
      <div className="space-y-6">
        <Notice tone={event.outcome === 'quarantined' ? 'bad' : 'plain'}>
          {event.sentence ?? 'It is on its way through: nothing has come of it yet.'}
        </Notice>
        <Card>
          <dl className="grid gap-x-8 gap-y-5 sm:grid-cols-2 lg:grid-cols-3">
            {detailsOf(event).map(({ term, value }) => (
              <div key={term} className="min-w-0">
                <dt className="text-sm text-muted">{term}</dt>
                <dd className="mt-0.5 break-words">{value}</dd>
              </div>
            ))}
          </dl>
        </Card>
        <Card>
          <CardTitle>As Stripe sent it</CardTitle>
          {event.payload === null ? (
            <CardText>
              The body is no longer kept: bodies expire after some months, what was read from them stays.
            </CardText>
          ) : (
            <pre
              tabIndex={0}
              aria-label="Body of the event"
              className="mt-4 max-h-[36rem] overflow-y-auto rounded-lg bg-sunken p-4 font-mono text-[0.8125rem] leading-relaxed break-all whitespace-pre-wrap"
            >
              {event.payload}
            </pre>
          )}
        </Card>
      </div>
    </>
  )
}

function detailsOf(event: EventDetail): { term: string; value: ReactNode }[] {
  return [
    { term: 'Made by Stripe', value: <Moment at={event.createdAt} /> },
    { term: 'Came in', value: <Moment at={event.recordedAt} /> },
    { term: 'Took', value: delayText(event) },
    { term: 'Tries', value: event.attempts },
    ...(event.nextAttemptAt ? [{ term: 'Next try', value: <Moment at={event.nextAttemptAt} /> }] : []),
    { term: 'About', value: event.objectId ?? 'no object' },
    { term: 'API version', value: event.apiVersion ?? 'not said' },
  ]
}
