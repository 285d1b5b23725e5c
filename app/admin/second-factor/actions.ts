'use server'

import { z } from 'zod'
import { formAction } from '@/lib/action'
import {
  beginSecondFactor,
  currentSessionToken,
  giveSecondFactor,
  renewRecoveryCodes,
  requireConsolePerson,
  safePath,
} from '@/lib/auth'
import { wallNow } from '@/lib/clock'

const who = () => requireConsolePerson('/admin/second-factor')
const code = z.string().trim().min(1, 'The code is wanted.').max(40, 'A code is not that long.')

export const begin = formAction({
  schema: z.object({ next: z.string().max(2000).default('/admin') }),
  who,
  perform: async (person, { next }) => {
    await beginSecondFactor(person, wallNow())
    return `/admin/second-factor?${new URLSearchParams({ next: safePath(next) })}`
  },
  next: (path) => path,
})

/** The first right code brings recovery codes, which are shown before it goes on. */
export const give = formAction({
  schema: z.object({ code, next: z.string().max(2000).default('/admin') }),
  who,
  perform: async (person, { code, next }) => {
    const given = { code, sessionToken: await currentSessionToken() }
    return { codes: await giveSecondFactor(person, given, wallNow()), next: safePath(next) }
  },
  next: ({ codes, next }) => (codes.length === 0 ? next : null),
})

export const renew = formAction({
  schema: z.object({ code }),
  who,
  perform: async (person, { code }) => {
    const given = { code, sessionToken: await currentSessionToken() }
    return { codes: await renewRecoveryCodes(person, given, wallNow()), next: '/admin/second-factor' }
  },
})
