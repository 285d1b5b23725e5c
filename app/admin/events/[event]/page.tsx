import { randomUUID } from 'node:crypto'
import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { delayText, EventOutcomeBadge } from '@/components/event-outcome'
import { withQuery } from '@/app/_components/query'
import { ActionButton } from '@/components/action-button'
import { PageHeading } from '@/components/page-heading'
import { Moment } from '@/components/time'
import { Card, CardText, CardTitle } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { onceField } from '@/lib/action-state'
import { requireAdministrator } from '@/lib/auth'
import { findEvent, type EventDetail } from '@/lib/intake/queries'
import { retryEvent } from '../actions'

export const metadata: Metadata = { title: 'Event' }

export default async function EventPage(props: {
  params: Promise<{ event: string }>
  searchParams: Promise<{ done?: string | string[] }>
}) {
  const person = await requireAdministrator()
  const { event: id } = await props.params
  const { done } = await props.searchParams
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
        {done === 'yes' && event.outcome === 'working' ? (
          <Notice tone="good">It is back at work.</Notice>
        ) : null}
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
          {event.outcome === 'quarantined' && person.administrator.role === 'admin' ? (
            <div className="mt-6">
              <ActionButton
                action={retryEvent}
                fields={{ [onceField]: randomUUID(), eventId: event.id }}
                look="secondary"
              >
                Retry
              </ActionButton>
            </div>
          ) : null}
        </Card>
        <Card>
          <CardTitle>As Stripe sent it</CardTitle>
          {event.payload === null ? (
            <CardText>
              The body is no longer kept: bodies expire after some months, what was read from them stays.
            </CardText>
          ) : (
            <details className="mt-3" open={event.payload.length < 4_000}>
              <summary className="cursor-pointer text-sm text-muted hover:text-ink">
                {`${event.payload.length.toLocaleString('en')} characters of JSON`}
              </summary>
              <pre
                tabIndex={0}
                aria-label="Body of the event"
                className="mt-4 max-h-[36rem] overflow-y-auto rounded-lg bg-sunken p-4 font-mono text-[0.8125rem] leading-relaxed break-all whitespace-pre-wrap"
              >
                {event.payload}
              </pre>
            </details>
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
    { term: 'About', value: <About id={event.objectId} /> },
    { term: 'API version', value: event.apiVersion ?? 'not said' },
  ]
}

/** What is found through the object, if anything is. */
function About({ id }: { id: string | null }) {
  if (id === null) return 'no object'
  return (
    <Link href={withQuery('/admin/commissions', { q: id })} className="link break-all">
      {id}
    </Link>
  )
}
