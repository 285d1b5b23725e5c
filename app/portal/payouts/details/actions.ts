'use server'

import { z } from 'zod'
import { formAction } from '@/lib/action'
import { currentSessionToken, isFreshSignIn, requireActingAffiliate } from '@/lib/auth'
import { sendSignInLink } from '@/lib/auth/send-sign-in-link'
import { publicUrl } from '@/lib/env'
import { TributaryError } from '@/lib/errors'
import { changePayoutDetails } from '@/lib/payouts/change-payout-details'
import { connectStripe, refreshStripeAccount } from '@/lib/payouts/connect-stripe'
import { typedDetailsSchema } from '@/lib/payouts/schemas'

const here = '/portal/payouts/details'
const who = () => requireActingAffiliate(here)
const text = z.string().max(300).default('')

export const saveDetails = formAction({
  schema: z.object({ method: text, email: text, accountHolder: text, receiverType: text }),
  who,
  perform: async (person, { method, email, accountHolder, receiverType }) => {
    await requireFresh(person)
    const destination = method === 'wise' ? { email, accountHolder, receiverType } : { email }
    const typed = typedDetailsSchema.safeParse({ method, destination })
    if (!typed.success) {
      const [issue] = typed.error.issues
      const field = String(issue?.path.at(-1) ?? 'method')
      const message = field === 'method' ? 'Choose one of them.' : (issue?.message ?? 'This is not usable.')
      throw new TributaryError('invalid', message, field)
    }
    await changePayoutDetails(person, person.affiliateId, typed.data)
    return null
  },
  next: () => '/portal/payouts?saved=yes',
})

async function requireFresh(person: Awaited<ReturnType<typeof who>>): Promise<void> {
  if (!(await isFreshSignIn(person, await currentSessionToken())))
    throw new TributaryError('forbidden', 'Sign in once more first: reload this page to be sent a link.')
}

/** Goes on at Stripe, which asks for the bank account itself. */
export const connect = formAction({
  schema: z.object({ country: text }),
  who,
  perform: async (person, { country }) => {
    await requireFresh(person)
    const returnUrl = `${publicUrl()}${here}`
    return connectStripe(person, { affiliateId: person.affiliateId, country, returnUrl })
  },
  next: (page) => page,
})

export const lookAtStripe = formAction({
  schema: z.object({}),
  who,
  perform: (person) => refreshStripeAccount(person, person.affiliateId),
  next: () => here,
})

export const askForLink = formAction({
  schema: z.object({}),
  who,
  perform: async (person) => {
    const sent = await sendSignInLink(person.email, here)
    if (sent === 'enough')
      throw new TributaryError('rate_limited', 'Five links were sent within the hour: use one of those.')
    return null
  },
  next: () => `${here}?link=sent`,
})
