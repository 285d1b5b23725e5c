'use server'

import { z } from 'zod'
import { formAction } from '@/lib/action'
import { requireActingAdministrator } from '@/lib/auth'
import { makeWebhook } from '@/lib/setup/make-webhook'
import { proveWebhook } from '@/lib/setup/prove-webhook'
import { takeFirstTerms } from '@/lib/setup/take-first-terms'

export const make = formAction({
  schema: z.object({}),
  who: () => requireActingAdministrator('admin'),
  perform: (who) => makeWebhook(who),
})

export const prove = formAction({
  schema: z.object({}),
  who: () => requireActingAdministrator('admin'),
  perform: (who) => proveWebhook(who),
  next: () => '/admin/setup#proof',
})

/** The programme's name, and from which day on it earns. */
export const name = formAction({
  schema: z.object({ name: z.string(), earnsFrom: z.string() }),
  who: () => requireActingAdministrator('admin'),
  perform: async (who, input) => {
    await takeFirstTerms(who, input)
    return null
  },
  next: () => '/admin/setup',
})
