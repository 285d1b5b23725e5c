'use server'

import { z } from 'zod'
import { formAction } from '@/lib/action'
import { confirmEmailChange } from '@/lib/settings/confirm-email-change'

export const confirm = formAction({
  schema: z.object({ token: z.string().max(200) }),
  who: () => Promise.resolve(null),
  perform: (_, { token }) => confirmEmailChange(token),
  next: (answer) => `/confirm-address?done=${answer}`,
})
