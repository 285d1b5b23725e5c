import 'server-only'
import { z } from 'zod'
import { attributeByHand } from '@/lib/attribution/attribute-by-hand'
import { findAttribution, type EvidenceSeen } from '@/lib/attribution/queries'
import type { Actor } from '@/lib/actor'
import { TributaryError } from '@/lib/errors'
import { daySchema } from '@/lib/programme/schemas'
import { defineEndpoint } from '../endpoint'
import { attributionBody, idParam } from '../bodies'

export const getAttributionEndpoint = defineEndpoint({
  operationId: 'getAttribution',
  method: 'GET',
  path: '/attributions',
  summary: 'To whom a customer belongs, since when, and all the evidence',
  scope: 'read',
  query: z.strictObject({
    customer: idParam.meta({ description: 'Stripe’s id of the customer, or of the payment of a guest' }),
  }),
  responses: { 200: { description: 'The attribution', schema: attributionBody } },
  run: async ({ actor, query }) => ({ status: 200, body: await describe(actor, query.customer) }),
})

export const attributeByHandEndpoint = defineEndpoint({
  operationId: 'attributeByHand',
  method: 'POST',
  path: '/attributions',
  summary: 'Says to whom a customer belongs; their payments are settled anew in the background',
  scope: 'admin',
  body: z.strictObject({
    customerId: idParam.meta({ description: 'Stripe’s id of the customer, or of the payment of a guest' }),
    affiliateId: idParam,
    reason: z.string().trim().min(1).max(1_000),
    since: daySchema.optional().meta({ description: 'Default: the day of the first payment' }),
  }),
  responses: { 201: { description: 'The attribution as it is now', schema: attributionBody } },
  run: async ({ actor, body }) => {
    await attributeByHand(actor, body)
    return { status: 201, body: await describe(actor, body.customerId) }
  },
})

async function describe(actor: Actor, customerId: string): Promise<z.input<typeof attributionBody>> {
  const attribution = await findAttribution(actor, customerId)
  if (!attribution)
    throw new TributaryError('not_found', 'This customer has never been heard of.', 'customer')
  return {
    customerId: attribution.customerId,
    affiliateId: attribution.affiliateId,
    since: attribution.since?.toISOString() ?? null,
    matchedBy: attribution.matchedBy,
    evidence: attribution.evidence.map(toBody),
    conflicts: attribution.conflicts.map(toBody),
  }
}

function toBody({ at, affiliateName: _, ...seen }: EvidenceSeen) {
  return { ...seen, at: at.toISOString() }
}
