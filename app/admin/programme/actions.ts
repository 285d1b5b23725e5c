'use server'

import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import { formAction } from '@/lib/action'
import { requireActingAdministrator } from '@/lib/auth'
import { changeLooks } from '@/lib/programme/change-looks'

/** The name, the colour and the picture of the programme. */
export const saveLooks = formAction({
  schema: z.object({
    name: z.string().max(200),
    accent: z.string().trim().toLowerCase().max(20),
    /** Text is what is no picture; none, where no file was chosen. */
    logo: z.union([z.instanceof(File), z.string()]).optional(),
    withoutLogo: z.string().optional(),
    seen: z.string().max(1000),
  }),
  who: () => requireActingAdministrator('admin'),
  perform: async (actor, { name, accent, logo, withoutLogo, seen }) => {
    const bytes =
      logo instanceof File ? Buffer.from(await logo.arrayBuffer()) : logo ? Buffer.from(logo) : undefined
    await changeLooks(actor, { name, accent: accent || null, logo: withoutLogo ? null : bytes, seen })
    // The frame around the page shows it too.
    revalidatePath('/', 'layout')
    return null
  },
  next: () => '/admin/programme?done=yes',
})
