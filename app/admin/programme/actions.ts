'use server'

import { z } from 'zod'
import { formAction } from '@/lib/action'
import { requireAdministrator } from '@/lib/auth'
import { changeLooks } from '@/lib/programme/change-looks'

/** The name, the colour and the picture of the programme. */
export const saveLooks = formAction({
  schema: z.object({
    name: z.string().max(200),
    accent: z.string().trim().toLowerCase().max(20),
    logo: z.instanceof(File).optional(),
    withoutLogo: z.string().optional(),
    seen: z.string().max(1000),
  }),
  who: () => requireAdministrator('admin'),
  perform: async (actor, { name, accent, logo, withoutLogo, seen }) => {
    const bytes = logo === undefined ? undefined : Buffer.from(await logo.arrayBuffer())
    await changeLooks(actor, { name, accent: accent || null, logo: withoutLogo ? null : bytes, seen })
    return null
  },
  next: () => '/admin/programme?done=yes',
})
