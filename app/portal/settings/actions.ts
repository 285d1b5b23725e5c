'use server'

import { z } from 'zod'
import { formAction } from '@/lib/action'
import { currentSessionToken, isFreshSignIn, requireActingAffiliate } from '@/lib/auth'
import { sendSignInLink } from '@/lib/auth/send-sign-in-link'
import { endOtherSessions, endSession } from '@/lib/auth/sessions'
import { TributaryError } from '@/lib/errors'
import { askEmailChange } from '@/lib/settings/ask-email-change'
import { changeName } from '@/lib/settings/change-name'
import { chooseLocale } from '@/lib/settings/choose-locale'
import { chooseMails } from '@/lib/settings/choose-mails'

const here = '/portal/settings'
const who = () => requireActingAffiliate(here)
const text = z.string().max(300).default('')

export const rename = formAction({
  schema: z.object({ displayName: text }),
  who,
  perform: async (person, { displayName }) => {
    await changeName(person, { affiliateId: person.affiliateId, displayName })
    return null
  },
  next: () => `${here}?saved=name`,
})

export const changeAddress = formAction({
  schema: z.object({ email: text }),
  who,
  perform: async (person, { email }) => {
    if (!(await isFreshSignIn(person, await currentSessionToken()))) {
      await sendSignInLink(person.email, here)
      throw new TributaryError(
        'forbidden',
        'For this you must have signed in within 15 minutes. A link is on its way to you: use it, and send this once more.',
      )
    }
    await askEmailChange(person, { affiliateId: person.affiliateId, email })
    return null
  },
  next: () => `${here}?saved=asked`,
})

export const writing = formAction({
  schema: z.object({ locale: text }),
  who,
  perform: async (person, { locale }) => {
    await chooseLocale(person, { affiliateId: person.affiliateId, locale })
    return null
  },
  next: () => `${here}?saved=writing`,
})

export const mails = formAction({
  schema: z.object({ wanted: z.union([text, z.array(text)]).default([]) }),
  who,
  perform: async (person, { wanted }) => {
    await chooseMails(person, { affiliateId: person.affiliateId, wanted: [wanted].flat() })
    return null
  },
  next: () => `${here}?saved=mails`,
})

export const endOne = formAction({
  schema: z.object({ sessionId: text }),
  who,
  perform: async (person, { sessionId }) => {
    await endSession(person, sessionId)
    return null
  },
  next: () => `${here}?saved=session`,
})

export const endOthers = formAction({
  schema: z.object({}),
  who,
  perform: async (person) => endOtherSessions(person, await currentSessionToken()),
  next: () => `${here}?saved=session`,
})
