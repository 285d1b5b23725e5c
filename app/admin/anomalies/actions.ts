'use server'

import { z } from 'zod'
import { formAction } from '@/lib/action'
import { exemptAffiliate } from '@/lib/anomalies/exempt-affiliate'
import { judgeCustomer } from '@/lib/anomalies/judge-customer'
import { judgePayment } from '@/lib/anomalies/judge-payment'
import { judgePayments } from '@/lib/anomalies/judge-payments'
import { liftVerdict } from '@/lib/anomalies/lift-verdict'
import { requireActingAdministrator } from '@/lib/auth'
import { anomalyRules } from '@/lib/programme/schemas'

const id = z.string().regex(/^\w{3,100}$/)
const reason = z.string().trim().min(1, 'Say why, in a sentence.').max(500)

function parseChosen(json: string, context: z.RefinementCtx): { paymentId: string; seen: string }[] {
  const read = chosen.safeParse(safeJson(json))
  if (read.success) return read.data
  context.addIssue({ code: 'custom', message: 'No payment is chosen.' })
  return z.NEVER
}

function safeJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}

const chosen = z.array(z.object({ paymentId: id, seen: z.string().max(100) })).min(1)

/** One word on several payments, all or none; `lift` takes the last word on each back. */
export const judgeTogether = formAction({
  schema: z.object({
    payments: z.string().max(40_000).transform(parseChosen),
    decision: z.enum(['void', 'clear', 'hold', 'lift']),
    reason,
  }),
  who: () => requireActingAdministrator('admin'),
  perform: async (actor, word) => {
    await judgePayments(actor, word)
    return word.payments.map(({ paymentId }) => paymentId)
  },
  next: (paymentIds) =>
    `/admin/anomalies/together?${new URLSearchParams(paymentIds.map((one) => ['payment', one]))}&done=yes`,
})

/** A person's word on a payment, or on a customer with all payments of theirs; `lift` takes it back. */
export const judge = formAction({
  schema: z.object({
    paymentId: id,
    customerId: id.optional(),
    decision: z.enum(['void', 'clear', 'hold', 'lift']),
    seen: z.string().max(100),
    reason,
  }),
  who: () => requireActingAdministrator('admin'),
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
  who: () => requireActingAdministrator('admin'),
  perform: async (actor, { paymentId, ...exemption }) => {
    await exemptAffiliate(actor, { ...exemption, exempt: true })
    return paymentId
  },
  next: (paymentId) => `/admin/anomalies/${paymentId}?done=yes`,
})
