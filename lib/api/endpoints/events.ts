import 'server-only'
import type { z } from 'zod'
import { listEvents } from '@/lib/intake/queries'
import { defineEndpoint } from '../endpoint'
import { eventBody, eventOutcomeSchema, pageOf, pageQuery } from '../bodies'

export const listEventsEndpoint = defineEndpoint({
  operationId: 'listEvents',
  method: 'GET',
  path: '/events',
  summary: 'What Stripe delivered and what became of it, the newest first',
  scope: 'read',
  query: pageQuery.extend({ outcome: eventOutcomeSchema.optional() }),
  responses: { 200: { description: 'A page', schema: pageOf(eventBody) } },
  run: async ({ actor, query }) => {
    const { events, nextCursor } = await listEvents(actor, query)
    const data: z.input<typeof eventBody>[] = events.map((event) => ({
      id: event.id,
      type: event.type,
      objectId: event.objectId,
      outcome: event.outcome,
      sentence: event.sentence,
      attempts: event.attempts,
      createdAt: event.createdAt.toISOString(),
      recordedAt: event.recordedAt.toISOString(),
    }))
    return { status: 200, body: { data, nextCursor } }
  },
})
