'use server'

import { z } from 'zod'
import { formAction } from '@/lib/action'
import { requireActingAffiliate } from '@/lib/auth'
import { archiveLink } from '@/lib/links/archive-link'
import { createLink } from '@/lib/links/create-link'

const who = () => requireActingAffiliate('/portal/links')
const text = z.string().max(2000).default('')

export const addLink = formAction({
  schema: z.object({ label: text, url: text, below: text }),
  who,
  perform: async (person, { label, url, below }) => {
    const { affiliateId } = person
    const { slug } = await createLink(person, { affiliateId, label, url: below.trim() || url })
    return slug
  },
  next: (slug) => `/portal/links?made=${slug}#links`,
})

export const putAway = formAction({
  schema: z.object({ linkId: z.string().max(100) }),
  who,
  perform: async (person, { linkId }) => {
    await archiveLink(person, { affiliateId: person.affiliateId, linkId })
    return null
  },
  next: () => '/portal/links#links',
})
