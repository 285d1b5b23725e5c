import 'server-only'

import { z } from 'zod'
import { commissionStatuses } from '@/db'
import { listCommissionsInDetail, type CommissionDetail } from '@/lib/commissions/queries'
import { defineEndpoint } from '../endpoint'
import { commissionBody, idParam, pageOf, pageQuery } from '../bodies'

export const listCommissionsEndpoint = defineEndpoint({
  operationId: 'listCommissions',
  method: 'GET',
  path: '/commissions',
  summary:
    'What each payment earned, with its arithmetic, instalments and reversals; the newest payment first',
  scope: 'read',
  query: pageQuery.extend({
    affiliate: idParam.optional(),
    invoice: idParam.optional(),
    payment: idParam.optional(),
    customer: idParam.optional(),
    status: z.enum(commissionStatuses).optional(),
  }),
  responses: { 200: { description: 'A page', schema: pageOf(commissionBody) } },
  run: async ({ actor, query }) => {
    const { commissions, nextCursor } = await listCommissionsInDetail(actor, {
      affiliateId: query.affiliate,
      invoiceId: query.invoice,
      paymentId: query.payment,
      customerId: query.customer,
      status: query.status,
      limit: query.limit,
      cursor: query.cursor,
    })
    return { status: 200, body: { data: commissions.map(commissionBodyOf), nextCursor } }
  },
})

export function commissionBodyOf(commission: CommissionDetail): z.input<typeof commissionBody> {
  return {
    paymentId: commission.paymentId,
    basisId: commission.basisId,
    invoiceId: commission.invoiceId,
    customerId: commission.customerId,
    affiliateId: commission.affiliateId,
    status: commission.status,
    feeOverdue: commission.feeOverdue,
    sentence: commission.sentence,
    paidAt: commission.paidAt.toISOString(),
    paymentCurrency: commission.paymentCurrency,
    paymentMinor: String(commission.paymentMinor),
    currency: commission.currency,
    netMinor: commission.netMinor === null ? null : String(commission.netMinor),
    rateBps: commission.rateBps,
    commissionMinor: String(commission.commissionMinor),
    reversedMinor: String(commission.reversedMinor),
    remainingMinor: String(commission.remainingMinor),
    matchedBy: commission.matchedBy,
    settledAt: commission.settledAt.toISOString(),
    calculation: commission.calculation,
    instalments: commission.instalments.map((instalment) => ({
      ...instalment,
      amountMinor: String(instalment.amountMinor),
      remainingMinor: String(instalment.remainingMinor),
    })),
    reversals: commission.reversals.map((reversal) => ({
      ...reversal,
      amountMinor: String(reversal.amountMinor),
      countedMinor: String(reversal.countedMinor),
      commissionMinor: String(reversal.commissionMinor),
    })),
  }
}
