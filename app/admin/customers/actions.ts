'use server'

import { z } from 'zod'
import { formAction } from '@/lib/action'
import { attributeByHand } from '@/lib/attribution/attribute-by-hand'
import { requireActingAdministrator } from '@/lib/auth'
import { forgetCustomer } from '@/lib/erasure/forget-customer'
import { daySchema } from '@/lib/programme/schemas'

/** To whom a customer belongs, by an administrator's word. */
export const attribute = formAction({
  schema: z.object({
    customerId: z.string().min(1).max(200),
    affiliateId: z.string().min(1).max(100),
    since: daySchema.optional(),
    seen: z.string().max(200),
    reason: z.string().trim().min(1, 'Say why, in a sentence.').max(500),
  }),
  who: () => requireActingAdministrator('admin'),
  perform: async (actor, input) => {
    await attributeByHand(actor, input)
    return input.customerId
  },
  next: (customerId) => `/admin/customers/${customerId}?done=yes`,
})

/** Their name and addresses, out of the books for good. */
export const forget = formAction({
  schema: z.object({
    customerId: z.string().min(1).max(200),
    reason: z.string().trim().min(1, 'Say why, in a sentence.').max(500),
  }),
  who: () => requireActingAdministrator('admin'),
  perform: async (actor, input) => {
    await forgetCustomer(actor, input)
    return input.customerId
  },
  next: (customerId) => `/admin/customers/${customerId}?done=forgotten`,
})
