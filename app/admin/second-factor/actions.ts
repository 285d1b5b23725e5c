'use server'

import { z } from 'zod'
import { formAction } from '@/lib/action'
import { beginSecondFactor, currentSessionToken, giveSecondFactor, requireAdministrator } from '@/lib/auth'
import { wallNow } from '@/lib/clock'

export const begin = formAction({
  schema: z.object({}),
  who: () => requireAdministrator(),
  perform: async (who) => {
    await beginSecondFactor(who, wallNow())
    return null
  },
  next: () => '/admin/second-factor',
})

export const give = formAction({
  schema: z.object({ code: z.string().trim().min(1, 'The code is wanted.').max(40) }),
  who: () => requireAdministrator(),
  perform: async (who, { code }) =>
    giveSecondFactor(who, { code, sessionToken: await currentSessionToken() }, wallNow()),
})
