import 'server-only'
import type { z } from 'zod'
import { listPayouts, type PayoutSummary } from '@/lib/payouts/queries'
import { listPayoutRuns } from '@/lib/payouts/run-queries'
import { idParam, pageOf, pageQuery, payoutBody, payoutRunBody, payoutStateSchema } from '../bodies'
import { defineEndpoint } from '../endpoint'

export const listPayoutRunsEndpoint = defineEndpoint({
  operationId: 'listPayoutRuns',
  method: 'GET',
  path: '/payout-runs',
  summary: 'Payout runs, the latest draft first; they are approved in the console, by a person',
  scope: 'read',
  query: pageQuery,
  responses: { 200: { description: 'A page', schema: pageOf(payoutRunBody) } },
  run: async ({ actor, query }) => {
    const { runs, nextCursor } = await listPayoutRuns(actor, query)
    const data: z.input<typeof payoutRunBody>[] = runs.map(({ totals, counts, ...run }) => ({
      ...run,
      draftedAt: run.draftedAt.toISOString(),
      approvedAt: run.approvedAt?.toISOString() ?? null,
      sendingSince: run.sendingSince?.toISOString() ?? null,
      counts: { ...counts },
      totals: totals.map(({ amountMinor, paidMinor, ...total }) => ({
        ...total,
        amountMinor: String(amountMinor),
        paidMinor: String(paidMinor),
      })),
    }))
    return { status: 200, body: { data, nextCursor } }
  },
})

export const listPayoutsEndpoint = defineEndpoint({
  operationId: 'listPayouts',
  method: 'GET',
  path: '/payouts',
  summary: 'What affiliates are paid, or are to be; the latest run first. Of an affiliate: without drafts',
  scope: 'read',
  query: pageQuery.extend({
    run: idParam.optional(),
    affiliate: idParam.optional(),
    state: payoutStateSchema.optional(),
  }),
  responses: { 200: { description: 'A page', schema: pageOf(payoutBody) } },
  run: async ({ actor, query }) => {
    const { run: runId, affiliate: affiliateId, ...rest } = query
    const { payouts, nextCursor } = await listPayouts(actor, { ...rest, runId, affiliateId })
    return { status: 200, body: { data: payouts.map(payoutBodyOf), nextCursor } }
  },
})

export function payoutBodyOf(payout: PayoutSummary): z.input<typeof payoutBody> {
  return {
    id: payout.id,
    runId: payout.runId,
    affiliateId: payout.affiliateId,
    state: payout.state,
    currency: payout.currency,
    amountMinor: String(payout.amountMinor),
    carriedMinor: String(payout.carriedMinor),
    method: payout.method,
    destination: payout.destination,
    warnings: payout.warnings,
    reason: payout.reason,
    reference: payout.reference,
    cutOffOn: payout.cutOffOn,
    approvedOn: payout.approvedOn,
    paidAt: payout.paidAt?.toISOString() ?? null,
  }
}
