'use server'

import { z } from 'zod'
import { formAction } from '@/lib/action'
import { adjustBalance } from '@/lib/adjustments/adjust-balance'
import { approveAffiliate } from '@/lib/affiliates/approve-affiliate'
import { closeAffiliate } from '@/lib/affiliates/close-affiliate'
import { reactivateAffiliate } from '@/lib/affiliates/reactivate-affiliate'
import { reopenAffiliate } from '@/lib/affiliates/reopen-affiliate'
import { suspendAffiliate } from '@/lib/affiliates/suspend-affiliate'
import { writeNote } from '@/lib/affiliates/write-note'
import { exemptAffiliate } from '@/lib/anomalies/exempt-affiliate'
import { requireActingAdministrator } from '@/lib/auth'
import { forgetAffiliate } from '@/lib/erasure/forget-affiliate'
import { TributaryError } from '@/lib/errors'
import { parseDecimal } from '@/lib/money'
import { anomalyRules } from '@/lib/programme/schemas'

const affiliateId = z.string().min(1).max(100)
const verbs = {
  suspend: suspendAffiliate,
  reactivate: reactivateAffiliate,
  close: closeAffiliate,
  reopen: reopenAffiliate,
}

export const approve = formAction({
  schema: z.object({ affiliateId }),
  who: () => requireActingAdministrator('admin'),
  perform: async (actor, input) => {
    await approveAffiliate(actor, input.affiliateId)
    return input.affiliateId
  },
  next: (id) => `/admin/affiliates/${id}?done=yes`,
})

/** How an affiliate stands from now on. */
export const changeStanding = formAction({
  schema: z.object({
    affiliateId,
    change: z.enum(['suspend', 'reactivate', 'close', 'reopen']),
    reason: z.string().trim().min(1, 'Say why, in a sentence.').max(500),
  }),
  who: () => requireActingAdministrator('admin'),
  perform: async (actor, { change, ...input }) => {
    await verbs[change](actor, input)
    return input.affiliateId
  },
  next: (id) => `/admin/affiliates/${id}?done=yes`,
})

/** Their name and addresses, out of the books for good. */
export const forget = formAction({
  schema: z.object({
    affiliateId,
    reason: z.string().trim().min(1, 'Say why, in a sentence.').max(500),
    evenIfOwed: z.literal('yes').optional(),
  }),
  who: () => requireActingAdministrator('admin'),
  perform: async (actor, { evenIfOwed, ...input }) => {
    await forgetAffiliate(actor, { ...input, evenIfOwed: evenIfOwed === 'yes' })
    return input.affiliateId
  },
  next: (id) => `/admin/affiliates/${id}?done=forgotten`,
})

export const adjust = formAction({
  schema: z.object({
    affiliateId,
    direction: z.enum(['credit', 'debit']),
    currency: z.string().regex(/^[a-z]{3}$/, 'A currency is wanted.'),
    amount: z.string().trim().max(24),
    payableOn: z.string().max(10),
    /** What was payable when it was looked at, in minor units. */
    seen: z.string().regex(/^-?\d{1,18}$/),
    seenLast: z.string().max(100),
    reason: z.string().trim().min(1, 'Say what it is for, in a sentence.').max(500),
  }),
  who: () => requireActingAdministrator('admin'),
  perform: async (actor, { amount, payableOn, seen, ...input }) => {
    const amountMinor = parseDecimal(amount, input.currency)
    if (amountMinor === null)
      throw new TributaryError('invalid', 'An amount is wanted, such as 12.50.', 'amount')
    const day = payableOn === '' ? undefined : payableOn
    await adjustBalance(actor, { ...input, amountMinor, payableOn: day, seenPayableMinor: BigInt(seen) })
    return input.affiliateId
  },
  next: (id) => `/admin/affiliates/${id}?done=yes`,
})

/** A rule concerns them again. */
export const endExemption = formAction({
  schema: z.object({
    affiliateId,
    rule: z.enum([...anomalyRules, 'all']),
    reason: z.string().trim().min(1, 'Say why, in a sentence.').max(500),
  }),
  who: () => requireActingAdministrator('admin'),
  perform: async (actor, { rule, ...input }) => {
    await exemptAffiliate(actor, { ...input, rule: rule === 'all' ? null : rule, exempt: false })
    return input.affiliateId
  },
  next: (id) => `/admin/affiliates/${id}?done=yes`,
})

export const addNote = formAction({
  schema: z.object({ affiliateId, text: z.string() }),
  who: () => requireActingAdministrator('admin'),
  perform: async (actor, input) => {
    await writeNote(actor, input)
    return input.affiliateId
  },
  next: (id) => `/admin/affiliates/${id}#notes`,
})
