'use server'

import { z } from 'zod'
import { formAction } from '@/lib/action'
import { requestSignIn } from '@/lib/auth/request-sign-in'

export const requestLink = formAction({
  schema: z.object({
    email: z.string().trim().toLowerCase().pipe(z.email('This is not an e-mail address.').max(254)),
    next: z.string().max(2000).optional(),
  }),
  who: () => Promise.resolve(null),
  perform: async (_, { email, next }) => {
    await requestSignIn(email, next || null)
    return { email }
  },
})
