'use server'

import { z } from 'zod'
import { formAction } from '@/lib/action'
import { decideUnmatched } from '@/lib/attribution/decide-unmatched'
import { requireActingAdministrator } from '@/lib/auth'

const id = z.string().min(1).max(200)

/** Whose a code is that names nobody. */
export const decide = formAction({
  schema: z
    .object({
      promotionCodeId: id.optional(),
      couponId: id.optional(),
      kind: z.enum(['house', 'affiliate', 'open']),
      affiliateId: z.string().max(100).optional(),
      seen: z.coerce.number().int().min(0),
      reason: z.string().trim().min(1, 'Say why, in a sentence.').max(500),
    })
    .refine((input) => input.promotionCodeId ?? input.couponId, { error: 'Which code is meant?' })
    .refine((input) => input.kind !== 'affiliate' || input.affiliateId, {
      error: 'Choose whose code it is.',
      path: ['affiliateId'],
    }),
  who: () => requireActingAdministrator('admin'),
  perform: async (actor, { promotionCodeId, couponId = '', kind, affiliateId = '', ...word }) => {
    const about = promotionCodeId ? { promotionCodeId } : { couponId }
    const decision = kind === 'affiliate' ? { kind, affiliateId, ...word } : { kind, ...word }
    await decideUnmatched(actor, about, decision)
    return null
  },
  next: () => '/admin/unmatched?done=yes',
})
