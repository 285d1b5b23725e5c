import 'server-only'
import { z } from 'zod'
import { decideUnmatched, type CodeDecision, type UnmatchedCode } from '@/lib/attribution/decide-unmatched'
import { listUnmatched } from '@/lib/attribution/queries'
import { TributaryError } from '@/lib/errors'
import { decisionBody, idParam, pageOf, pageQuery, unmatchedBody } from '../bodies'
import { defineEndpoint } from '../endpoint'

export const listUnmatchedEndpoint = defineEndpoint({
  operationId: 'listUnmatched',
  method: 'GET',
  path: '/unmatched',
  summary: 'Discounts that name no affiliate and are not the house’s own, the latest seen first',
  scope: 'read',
  query: pageQuery,
  responses: { 200: { description: 'A page', schema: pageOf(unmatchedBody) } },
  run: async ({ actor, query }) => {
    const { discounts, nextCursor } = await listUnmatched(actor, query)
    const data: z.input<typeof unmatchedBody>[] = discounts.map((discount) => ({
      ...discount,
      firstSeenAt: discount.firstSeenAt.toISOString(),
      lastSeenAt: discount.lastSeenAt.toISOString(),
    }))
    return { status: 200, body: { data, nextCursor } }
  },
})

const decisionRequest = z.strictObject({
  promotionCodeId: idParam.optional(),
  couponId: idParam.optional(),
  decision: z
    .enum(['house', 'affiliate', 'open'])
    .meta({ description: 'open takes the decision before it back' }),
  affiliateId: idParam.optional(),
  reason: z.string().trim().min(1).max(1_000),
})

export const decideUnmatchedEndpoint = defineEndpoint({
  operationId: 'decideUnmatched',
  method: 'POST',
  path: '/unmatched',
  summary:
    'Says whose a promotion code or coupon is; what was paid with it is settled anew in the background',
  scope: 'admin',
  body: decisionRequest,
  responses: { 201: { description: 'The decision', schema: decisionBody } },
  run: async ({ actor, body }) => {
    const about = subjectOf(body)
    await decideUnmatched(actor, about, decisionOf(body))
    const { promotionCodeId = null, couponId = null, affiliateId = null, decision } = body
    return { status: 201, body: { promotionCodeId, couponId, affiliateId, decision } }
  },
})

function subjectOf({ promotionCodeId, couponId }: z.output<typeof decisionRequest>): UnmatchedCode {
  if (promotionCodeId !== undefined && couponId === undefined) return { promotionCodeId }
  if (couponId !== undefined && promotionCodeId === undefined) return { couponId }
  throw new TributaryError('invalid', 'Either a promotionCodeId or a couponId is wanted.', 'promotionCodeId')
}

function decisionOf({ decision, affiliateId, reason }: z.output<typeof decisionRequest>): CodeDecision {
  if (decision === 'affiliate') {
    if (affiliateId !== undefined) return { kind: decision, affiliateId, reason }
    throw new TributaryError('invalid', 'It is missing whose the code is.', 'affiliateId')
  }
  if (affiliateId === undefined) return { kind: decision, reason }
  throw new TributaryError('invalid', 'An affiliate goes with the decision "affiliate" only.', 'affiliateId')
}
