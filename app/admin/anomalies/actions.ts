'use server'

import { z } from 'zod'
import { formAction } from '@/lib/action'
import { exemptAffiliate } from '@/lib/anomalies/exempt-affiliate'
import { judgeCustomer } from '@/lib/anomalies/judge-customer'
import { judgePayment } from '@/lib/anomalies/judge-payment'
import { liftVerdict } from '@/lib/anomalies/lift-verdict'
import { requireAdministrator } from '@/lib/auth'
import { anomalyRules } from '@/lib/programme/schemas'

const id = z.string().regex(/^\w{3,100}$/)
const reason = z.string().trim().min(1, 'Say why, in a sentence.').max(500)

/** A person's word on a payment, or on a customer with all payments of theirs; `lift` takes it back. */
export const judge = formAction({
  schema: z.object({
    paymentId: id,
    customerId: id.optional(),
    decision: z.enum(['void', 'clear', 'hold', 'lift']),
    seen: z.string().max(100),
    reason,
  }),
  who: () => requireAdministrator('admin'),
  perform: async (actor, { paymentId, customerId, decision, ...word }) => {
    if (decision === 'lift') {
      const subject = customerId
        ? ({ kind: 'customer', id: customerId } as const)
        : ({ kind: 'payment', id: paymentId } as const)
      await liftVerdict(actor, { subject, ...word })
    } else if (customerId) await judgeCustomer(actor, { customerId, decision, ...word })
    else await judgePayment(actor, { paymentId, decision, ...word })
    return paymentId
  },
  next: (paymentId) => `/admin/anomalies/${paymentId}?done=yes`,
})

export const exempt = formAction({
  schema: z.object({ paymentId: id, affiliateId: id, rule: z.enum(anomalyRules), reason }),
  who: () => requireAdministrator('admin'),
  perform: async (actor, { paymentId, ...exemption }) => {
    await exemptAffiliate(actor, { ...exemption, exempt: true })
    return paymentId
  },
  next: (paymentId) => `/admin/anomalies/${paymentId}?done=yes`,
})
