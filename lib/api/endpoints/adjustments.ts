import 'server-only'
import { z } from 'zod'
import { listAllAdjustments } from '@/lib/adjustments/queries'
import { adjustmentBody, idParam, pageOf, pageQuery } from '../bodies'
import { defineEndpoint } from '../endpoint'

export const listAdjustmentsEndpoint = defineEndpoint({
  operationId: 'listAdjustments',
  method: 'GET',
  path: '/adjustments',
  summary: 'Credits and debits by hand, each with its reason, the latest first; they are made in the console',
  scope: 'read',
  query: pageQuery.extend({
    affiliate: idParam.optional(),
    currency: z
      .string()
      .regex(/^[a-z]{3}$/, 'A currency such as usd is wanted.')
      .optional(),
    direction: z
      .enum(['credit', 'debit'])
      .optional()
      .meta({ description: 'credit: to the affiliate; debit: from them. Absent: both' }),
  }),
  responses: { 200: { description: 'A page', schema: pageOf(adjustmentBody) } },
  run: async ({ actor, query }) => {
    const { affiliate: affiliateId, ...rest } = query
    const { adjustments, nextCursor } = await listAllAdjustments(actor, { ...rest, affiliateId })
    const data: z.input<typeof adjustmentBody>[] = adjustments.map(({ at, amountMinor, ...row }) => ({
      ...row,
      amountMinor: String(amountMinor),
      decidedAt: at.toISOString(),
    }))
    return { status: 200, body: { data, nextCursor } }
  },
})
