import 'server-only'
import { z } from 'zod'
import { anomalyStates, listAnomalies } from '@/lib/anomalies/queries'
import { anomalyRules } from '@/lib/programme/schemas'
import { anomalyBody, idParam, pageOf, pageQuery } from '../bodies'
import { defineEndpoint } from '../endpoint'

export const listAnomaliesEndpoint = defineEndpoint({
  operationId: 'listAnomalies',
  method: 'GET',
  path: '/anomalies',
  summary: 'What the rules about self-purchase and other anomalies say of payments, the latest first',
  scope: 'read',
  query: pageQuery.extend({
    state: z
      .enum(anomalyStates)
      .optional()
      .meta({ description: 'open: nobody has decided yet. Absent: all' }),
    rule: z.enum(anomalyRules).optional(),
    affiliate: idParam.optional(),
    payment: idParam.optional(),
  }),
  responses: { 200: { description: 'A page', schema: pageOf(anomalyBody) } },
  run: async ({ actor, query }) => {
    const { affiliate, payment, ...rest } = query
    const { anomalies, nextCursor } = await listAnomalies(actor, {
      ...rest,
      affiliateId: affiliate,
      paymentId: payment,
    })
    const data: z.input<typeof anomalyBody>[] = anomalies.map((each) => ({
      id: each.id,
      rule: each.rule,
      action: each.action,
      evidence: each.evidence,
      at: each.at.toISOString(),
      paymentId: each.paymentId,
      customerId: each.customerId,
      affiliateId: each.affiliateId,
      state: each.state,
      verdict: each.verdict && { ...each.verdict, at: each.verdict.at.toISOString() },
    }))
    return { status: 200, body: { data, nextCursor } }
  },
})
