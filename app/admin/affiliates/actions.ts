'use server'

import { z } from 'zod'
import { formAction } from '@/lib/action'
import { approveAffiliate } from '@/lib/affiliates/approve-affiliate'
import { closeAffiliate } from '@/lib/affiliates/close-affiliate'
import { reactivateAffiliate } from '@/lib/affiliates/reactivate-affiliate'
import { reopenAffiliate } from '@/lib/affiliates/reopen-affiliate'
import { suspendAffiliate } from '@/lib/affiliates/suspend-affiliate'
import { requireAdministrator } from '@/lib/auth'
import { forgetAffiliate } from '@/lib/erasure/forget-affiliate'

const affiliateId = z.string().min(1).max(100)
const verbs = {
  suspend: suspendAffiliate,
  reactivate: reactivateAffiliate,
  close: closeAffiliate,
  reopen: reopenAffiliate,
}

export const approve = formAction({
  schema: z.object({ affiliateId }),
  who: () => requireAdministrator('admin'),
  perform: async (actor, input) => {
    await approveAffiliate(actor, input.affiliateId)
    return input.affiliateId
  },
  next: (id) => `/admin/affiliates/${id}?done=yes`,
})

/** How an affiliate stands from now on. */
export const changeStanding = formAction({
  schema: z.object({
    affiliateId,
    change: z.enum(['suspend', 'reactivate', 'close', 'reopen']),
    reason: z.string().trim().min(1, 'Say why, in a sentence.').max(500),
  }),
  who: () => requireAdministrator('admin'),
  perform: async (actor, { change, ...input }) => {
    await verbs[change](actor, input)
    return input.affiliateId
  },
  next: (id) => `/admin/affiliates/${id}?done=yes`,
})

/** Their name and addresses, out of the books for good. */
export const forget = formAction({
  schema: z.object({
    affiliateId,
    reason: z.string().trim().min(1, 'Say why, in a sentence.').max(500),
    evenIfOwed: z.literal('yes').optional(),
  }),
  who: () => requireAdministrator('admin'),
  perform: async (actor, { evenIfOwed, ...input }) => {
    await forgetAffiliate(actor, { ...input, evenIfOwed: evenIfOwed === 'yes' })
    return input.affiliateId
  },
  next: (id) => `/admin/affiliates/${id}?done=forgotten`,
})
