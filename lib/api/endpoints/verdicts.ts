import 'server-only'
import { z } from 'zod'
import type { Subject } from '@/lib/anomalies/give-verdict'
import { judgeCustomer } from '@/lib/anomalies/judge-customer'
import { judgePayment } from '@/lib/anomalies/judge-payment'
import { liftVerdict } from '@/lib/anomalies/lift-verdict'
import { TributaryError } from '@/lib/errors'
import { idParam, verdictBody } from '../bodies'
import { defineEndpoint } from '../endpoint'

const verdictRequest = z.strictObject({
  paymentId: idParam.optional(),
  customerId: idParam.optional().meta({ description: 'All payments of theirs, past and to come' }),
  decision: z.enum(['void', 'clear', 'hold', 'lift']).meta({
    description:
      'void takes back what is left; clear lets it earn whatever the rules say; hold keeps it under review; lift takes the word before it back',
  }),
  reason: z.string().trim().min(1).max(1_000),
})

export const giveVerdictEndpoint = defineEndpoint({
  operationId: 'giveVerdict',
  method: 'POST',
  path: '/verdicts',
  summary: 'A word on a payment or a customer, which beats the rules; settled anew in the background',
  scope: 'admin',
  body: verdictRequest,
  responses: { 201: { description: 'The word as it stands', schema: verdictBody } },
  run: async ({ actor, body }) => {
    const { kind, id } = subjectOf(body)
    const { decision, reason, paymentId = null, customerId = null } = body
    if (decision === 'lift') await liftVerdict(actor, { subject: { kind, id }, reason })
    else if (kind === 'payment') await judgePayment(actor, { paymentId: id, decision, reason })
    else await judgeCustomer(actor, { customerId: id, decision, reason })
    return { status: 201, body: { paymentId, customerId, decision } }
  },
})

function subjectOf({ paymentId, customerId }: z.output<typeof verdictRequest>): Subject {
  if (paymentId !== undefined && customerId === undefined) return { kind: 'payment', id: paymentId }
  if (customerId !== undefined && paymentId === undefined) return { kind: 'customer', id: customerId }
  throw new TributaryError('invalid', 'Either a paymentId or a customerId is wanted.', 'paymentId')
}
