'use server'

import { headers } from 'next/headers'
import { z } from 'zod'
import { formAction } from '@/lib/action'
import { signUpAffiliate, visitor } from '@/lib/affiliates/sign-up-affiliate'
import { AttemptLimit } from '@/lib/auth/attempt-limit'
import { networkAddress, requestSignIn } from '@/lib/auth/request-sign-in'
import { wallNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import type { JoinResult } from './result'

const perAddress = new AttemptLimit({ attempts: 60, seconds: 600, keys: 10_000 })
const text = z.string().max(2000).default('')

/** The same answer whether or not the address is known: only its owner learns, from the mail. */
export const join = formAction({
  schema: z.object({ displayName: text, handle: text, email: text, consentedTermsId: text }),
  who: () => Promise.resolve(null),
  perform: async (_, input): Promise<JoinResult> => {
    const network = networkAddress(await headers())
    if (!perAddress.take(network, wallNow())) {
      throw new TributaryError('rate_limited', 'Too many tries from here. Try again in ten minutes.')
    }
    const consentedTermsId = input.consentedTermsId === '' ? undefined : Number(input.consentedTermsId)
    const result = await signUpAffiliate(visitor, { ...input, consentedTermsId }, { network })
    if (result.kind === 'invalid') {
      const fieldErrors: Record<string, string> = { ...result.fieldErrors }
      return { joined: false, fieldErrors, suggestions: result.suggestions, values: input }
    }
    await requestSignIn(result.email, '/portal', 'join')
    return { joined: true, email: result.email }
  },
})
