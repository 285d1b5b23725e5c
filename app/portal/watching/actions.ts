'use server'

import { z } from 'zod'
import { formAction } from '@/lib/action'
import { currentSessionToken, requireActingAdministrator } from '@/lib/auth'
import { endPortalView } from '@/lib/auth/portal-views'
import { wallNow } from '@/lib/clock'

/** An administrator has seen enough of a portal and goes back to where they came from. */
export const stopWatching = formAction({
  schema: z.object({}),
  who: () => requireActingAdministrator('admin'),
  perform: async (person) => endPortalView(person, await currentSessionToken(), wallNow()),
  next: (affiliateId) =>
    affiliateId ? `/admin/affiliates/${encodeURIComponent(affiliateId)}` : '/admin/affiliates',
})
