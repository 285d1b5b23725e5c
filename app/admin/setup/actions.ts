'use server'

import { z } from 'zod'
import { formAction } from '@/lib/action'
import { requireAdministrator } from '@/lib/auth'
import { makeWebhook } from '@/lib/setup/make-webhook'
import { proveWebhook } from '@/lib/setup/prove-webhook'

export const make = formAction({
  schema: z.object({}),
  who: () => requireAdministrator('admin'),
  perform: (who) => makeWebhook(who),
})

export const prove = formAction({
  schema: z.object({}),
  who: () => requireAdministrator('admin'),
  perform: (who) => proveWebhook(who),
  next: () => '/admin/setup#proof',
})
