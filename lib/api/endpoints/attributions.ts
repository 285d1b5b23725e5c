import 'server-only'
import { z } from 'zod'
import { findAttribution, listUnmatched, type EvidenceSeen } from '@/lib/attribution/queries'
import { TributaryError } from '@/lib/errors'
import { defineEndpoint } from '../endpoint'
import { attributionBody, idParam, pageOf, pageQuery, unmatchedBody } from '../bodies'

export const getAttributionEndpoint = defineEndpoint({
  operationId: 'getAttribution',
  method: 'GET',
  path: '/attributions',
  summary: 'To whom a customer belongs, since when, and all the evidence',
  scope: 'read',
  query: z.strictObject({ customer: idParam.meta({ description: 'Stripe’s id of the customer' }) }),
  responses: { 200: { description: 'The attribution', schema: attributionBody } },
  run: async ({ actor, query }) => {
    const attribution = await findAttribution(actor, query.customer)
    if (!attribution)
      throw new TributaryError('not_found', 'This customer has never been heard of.', 'customer')
    const body: z.input<typeof attributionBody> = {
      customerId: attribution.customerId,
      affiliateId: attribution.affiliateId,
      since: attribution.since?.toISOString() ?? null,
      matchedBy: attribution.matchedBy,
      evidence: attribution.evidence.map(toBody),
      conflicts: attribution.conflicts.map(toBody),
    }
    return { status: 200, body }
  },
})

function toBody({ at, ...seen }: EvidenceSeen) {
  return { ...seen, at: at.toISOString() }
}

export const listUnmatchedEndpoint = defineEndpoint({
  operationId: 'listUnmatched',
  method: 'GET',
  path: '/unmatched',
  summary: 'Discounts that name no affiliate, the latest seen first',
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
