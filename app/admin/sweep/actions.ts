'use server'

import { z } from 'zod'
import { formAction } from '@/lib/action'
import { requireActingAdministrator } from '@/lib/auth'
import { isDay } from '@/lib/calendar'
import { askForSweep } from '@/lib/intake/reconcile/ask-for-sweep'

/** Has the worker walk over Stripe's record since a day. */
export const sweepSince = formAction({
  schema: z.object({ since: z.string().refine(isDay, 'A day such as 2026-01-31 is wanted.') }),
  who: () => requireActingAdministrator('admin'),
  perform: (actor, { since }) => askForSweep(actor, since),
  next: () => '/admin/sweep',
})
