'use server'

import { z } from 'zod'
import { formAction } from '@/lib/action'
import { assignCode } from '@/lib/attribution/assign-code'
import { decideUnmatched } from '@/lib/attribution/decide-unmatched'
import { requireActingAdministrator } from '@/lib/auth'
import { createCodeAtStripe, switchCodeAtStripe } from '@/lib/codes/at-stripe'
import { discardBatch, startBatch } from '@/lib/codes/decide-batch'
import { getAtStripe } from '@/lib/codes/find-at-stripe'
import { releaseWord } from '@/lib/codes/release-word'
import { reserveWord } from '@/lib/codes/reserve-word'
import { uploadBatch } from '@/lib/codes/upload-batch'

const reason = z.string().trim().min(1, 'Say why, in a sentence.').max(500)
const id = z.string().min(1).max(200)
const text = z.string().max(200).optional()
const pathOf = (code: string) => `/admin/codes/${encodeURIComponent(code.toUpperCase())}?done=yes`

/** A further code for an affiliate. */
export const create = formAction({
  schema: z.object({
    affiliateId: id,
    code: z.string().max(200),
    percentOff: text,
    amountOff: text,
    currency: text,
    duration: text,
    months: text,
    maxRedemptions: text,
    expiresOn: text,
    firstTimeOnly: text,
  }),
  who: () => requireActingAdministrator('admin'),
  perform: (actor, input) => createCodeAtStripe(actor, input),
  next: pathOf,
})

/** Pauses a code at Stripe, or has it work again. */
export const change = formAction({
  schema: z.object({ code: id, to: z.enum(['active', 'paused']), seen: id, reason }),
  who: () => requireActingAdministrator('admin'),
  perform: async (actor, input) => {
    await switchCodeAtStripe(actor, input)
    return input.code
  },
  next: pathOf,
})

/** A promotion code that Stripe has already becomes an affiliate's. */
export const assign = formAction({
  schema: z.object({ promotionCodeId: id, affiliateId: id, reason }),
  who: () => requireActingAdministrator('admin'),
  perform: async (actor, { promotionCodeId, ...to }) => {
    const found = await getAtStripe(actor, promotionCodeId)
    await assignCode(actor, found, to)
    return found.code
  },
  next: pathOf,
})

/** A promotion code of the company's own, or no longer one. */
export const decideHouse = formAction({
  schema: z
    .object({
      promotionCodeId: id.optional(),
      couponId: id.optional(),
      kind: z.enum(['house', 'open']),
      seen: z.coerce.number().int().min(0),
      reason,
    })
    .refine((input) => input.promotionCodeId ?? input.couponId, { error: 'Which code is meant?' }),
  who: () => requireActingAdministrator('admin'),
  perform: async (actor, { promotionCodeId, couponId = '', ...decision }) => {
    if (!promotionCodeId) await decideUnmatched(actor, { couponId }, decision)
    // What is taken back may be gone at Stripe.
    else if (decision.kind === 'open') await decideUnmatched(actor, { promotionCodeId }, decision)
    else {
      const { code } = await getAtStripe(actor, promotionCodeId)
      await decideUnmatched(actor, { promotionCodeId }, decision, undefined, code)
    }
    return null
  },
  next: () => '/admin/codes/house?done=yes',
})

/** A word that nobody gets at sign-up. */
export const reserve = formAction({
  schema: z.object({ word: z.string().max(200), anywhere: text, reason }),
  who: () => requireActingAdministrator('admin'),
  perform: async (actor, { word, anywhere, reason: why }) => {
    await reserveWord(actor, { word, anywhere: anywhere === 'on', reason: why })
    return null
  },
  next: () => '/admin/codes/reserved?done=yes',
})

/** A word that can be had again. */
export const release = formAction({
  schema: z.object({ word: id }),
  who: () => requireActingAdministrator('admin'),
  perform: async (actor, { word }) => {
    await releaseWord(actor, word)
    return null
  },
  next: () => '/admin/codes/reserved?done=yes',
})

/** A file of codes, to be looked at before any is made. */
export const upload = formAction({
  schema: z.object({ csv: z.string().trim().min(1, 'Choose a file.'), 'csv.name': z.string() }),
  who: () => requireActingAdministrator('admin'),
  perform: (actor, { csv, 'csv.name': name }) => uploadBatch(actor, { name, csv }),
  next: (batchId) => `/admin/codes/batches/${batchId}`,
})

/** Has a file made, or the rest of it left unmade. */
export const decideBatch = formAction({
  schema: z.object({ batchId: id, decision: z.enum(['start', 'discard']) }),
  who: () => requireActingAdministrator('admin'),
  perform: async (actor, { batchId, decision }) => {
    await (decision === 'start' ? startBatch : discardBatch)(actor, batchId)
    return batchId
  },
  next: (batchId) => `/admin/codes/batches/${batchId}`,
})
