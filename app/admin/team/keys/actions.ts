'use server'

import { z } from 'zod'
import { formAction } from '@/lib/action'
import { createApiKey } from '@/lib/api/create-api-key'
import { revokeApiKey } from '@/lib/api/revoke-api-key'
import { requireActingAdministrator } from '@/lib/auth'

const who = () => requireActingAdministrator('admin')

/** Answered with the key itself, which is kept nowhere: this form must not carry a token of its own (`onceField`). */
export const makeKey = formAction({
  schema: z.object({
    name: z.string().trim().min(1, 'What is it for?').max(100, 'At most 100 characters.'),
    scope: z.enum(['read', 'admin'], 'Choose what it may do.'),
  }),
  who,
  perform: async (person, input) => ({ name: input.name, key: (await createApiKey(person, input)).key }),
})

export const revokeKey = formAction({
  schema: z.object({ keyId: z.string().min(1).max(60) }),
  who,
  perform: async (person, { keyId }) => {
    await revokeApiKey(person, keyId)
    return null
  },
  next: () => '/admin/team/keys?done=revoked',
})
