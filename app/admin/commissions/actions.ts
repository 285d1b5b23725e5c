'use server'

import { z } from 'zod'
import { formAction } from '@/lib/action'
import { requireActingAdministrator } from '@/lib/auth'
import { settleAgain } from '@/lib/intake/settle-again'

/** Works a payment's commission out anew. */
export const settlePaymentAgain = formAction({
  schema: z.object({ paymentId: z.string().regex(/^\w{3,200}$/) }),
  who: () => requireActingAdministrator('admin'),
  perform: async (actor, { paymentId }) => ({ paymentId, answer: await settleAgain(actor, { paymentId }) }),
  next: ({ paymentId, answer }) => `/admin/commissions/${paymentId}?settled=${answer}`,
})
