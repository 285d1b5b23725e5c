'use server'

import { z } from 'zod'
import { formAction } from '@/lib/action'
import { currentSessionToken, requireActingAdministrator } from '@/lib/auth'
import { beginPortalView } from '@/lib/auth/portal-views'
import { wallNow } from '@/lib/clock'

/** From here on, in this browser, `/portal` is the affiliate's, to look at. */
export const seePortal = formAction({
  schema: z.object({ affiliateId: z.string().min(1).max(60) }),
  who: () => requireActingAdministrator('admin'),
  perform: async (person, { affiliateId }) => {
    await beginPortalView(person, { affiliateId, sessionToken: await currentSessionToken() }, wallNow())
    return null
  },
  next: () => '/portal',
})
