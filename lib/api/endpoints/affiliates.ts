import 'server-only'
import { z } from 'zod'
import { affiliateStatuses, database } from '@/db'
import { createAffiliate } from '@/lib/affiliates/create-affiliate'
import { getAffiliate, listAffiliates, type AffiliateSummary } from '@/lib/affiliates/queries'
import { createAffiliateSchema } from '@/lib/affiliates/schemas'
import { dayOf } from '@/lib/calendar'
import { programmeNow } from '@/lib/clock'
import { inTime } from '@/lib/codes/in-time'
import { provisionCode } from '@/lib/codes/provision-code'
import { getBalances } from '@/lib/ledger/queries'
import { daySchema } from '@/lib/programme/schemas'
import { stripeClient } from '@/lib/stripe/client'
import { defineEndpoint } from '../endpoint'
import { affiliateBody, balancesBody, idParam, pageOf, pageQuery } from '../bodies'

const affiliateParams = z.object({ id: idParam })

export const createAffiliateEndpoint = defineEndpoint({
  operationId: 'createAffiliate',
  method: 'POST',
  path: '/affiliates',
  summary: 'Makes an affiliate with a coupon and a permanent code in Stripe',
  scope: 'admin',
  body: createAffiliateSchema,
  responses: {
    201: { description: 'Made, in Stripe too', schema: affiliateBody },
    202: {
      description: 'Made; the code is `provisioning` until Stripe answers, and finished in the background',
      schema: affiliateBody,
    },
  },
  run: async ({ actor, body }) => {
    const { affiliateId, code } = await createAffiliate(actor, body)
    await inTime(provisionCode(database(), stripeClient(), code))
    const affiliate = toBody(await getAffiliate(actor, affiliateId))
    const isMade = affiliate.codes.every(({ status }) => status !== 'provisioning')
    return { status: isMade ? 201 : 202, body: affiliate }
  },
})

export const listAffiliatesEndpoint = defineEndpoint({
  operationId: 'listAffiliates',
  method: 'GET',
  path: '/affiliates',
  summary: 'Affiliates, the newest first',
  scope: 'read',
  query: pageQuery.extend({
    status: z.enum(affiliateStatuses).optional(),
    search: z
      .string()
      .max(100)
      .regex(/^\P{Cc}*$/u)
      .optional()
      .meta({ description: 'Part of a name, handle or address' }),
  }),
  responses: { 200: { description: 'A page', schema: pageOf(affiliateBody) } },
  run: async ({ actor, query }) => {
    const { affiliates, nextCursor } = await listAffiliates(actor, query)
    return { status: 200, body: { data: affiliates.map(toBody), nextCursor } }
  },
})

export const getAffiliateEndpoint = defineEndpoint({
  operationId: 'getAffiliate',
  method: 'GET',
  path: '/affiliates/{id}',
  summary: 'One affiliate',
  scope: 'read',
  params: affiliateParams,
  query: z.strictObject({}),
  responses: { 200: { description: 'The affiliate', schema: affiliateBody } },
  run: async ({ actor, params }) => ({ status: 200, body: toBody(await getAffiliate(actor, params.id)) }),
})

function toBody(affiliate: AffiliateSummary): z.input<typeof affiliateBody> {
  return {
    id: affiliate.id,
    handle: affiliate.handle,
    displayName: affiliate.displayName,
    email: affiliate.email,
    status: affiliate.status,
    rateBps: affiliate.rateBps,
    codes: affiliate.codes.map(({ code, stripeCouponId, stripePromotionCodeId, status, redemptions }) => ({
      code,
      stripeCouponId,
      stripePromotionCodeId,
      status,
      redemptions,
    })),
    createdAt: affiliate.createdAt.toISOString(),
  }
}

export const getBalancesEndpoint = defineEndpoint({
  operationId: 'getBalances',
  method: 'GET',
  path: '/affiliates/{id}/balances',
  summary: 'What an affiliate has, by currency, on any day, past or future, as known now',
  scope: 'read',
  params: affiliateParams,
  query: z.strictObject({ on: daySchema.optional().meta({ description: 'A UTC day; absent: today' }) }),
  responses: { 200: { description: 'The balances', schema: balancesBody } },
  run: async ({ actor, params, query }) => {
    const { id } = await getAffiliate(actor, params.id)
    const now = await programmeNow(database())
    const on = query.on ?? dayOf(Math.floor(now.getTime() / 1000))
    const balances = await getBalances(actor, id, on)
    const body: z.input<typeof balancesBody> = {
      on,
      balances: balances.map((balance) => ({
        currency: balance.currency,
        payableMinor: String(balance.payableMinor),
        pendingMinor: String(balance.pendingMinor),
        scheduledMinor: String(balance.scheduledMinor),
        heldMinor: String(balance.heldMinor),
        inPayoutMinor: String(balance.inPayoutMinor),
        paidMinor: String(balance.paidMinor),
        lifetimeMinor: String(balance.lifetimeMinor),
      })),
    }
    return { status: 200, body }
  },
})
