'use server'

import { z } from 'zod'
import { formAction } from '@/lib/action'
import { requireActingAdministrator } from '@/lib/auth'
import { retryEvents } from '@/lib/intake/retry-events'

/** Puts one event back to work. */
export const retryEvent = formAction({
  schema: z.object({ eventId: z.string().regex(/^[\w-]{3,200}$/) }),
  who: () => requireActingAdministrator('admin'),
  perform: async (actor, { eventId }) => {
    await retryEvents(actor, { eventId })
    return eventId
  },
  next: (eventId) => `/admin/events/${eventId}?done=yes`,
})

/** Puts all events in quarantine back to work, or those of one type. */
export const retryQuarantined = formAction({
  schema: z.object({
    type: z
      .string()
      .regex(/^[\w.]{3,100}$/)
      .optional(),
  }),
  who: () => requireActingAdministrator('admin'),
  perform: async (actor, { type }) =>
    retryEvents(actor, type === undefined ? 'quarantined' : { quarantinedOfType: type }),
  next: (count) => `/admin/events?retried=${count}`,
})
