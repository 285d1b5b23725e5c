'use server'

import { z } from 'zod'
import { withQuery } from '@/app/_components/query'
import { formAction } from '@/lib/action'
import { requireActingAdministrator } from '@/lib/auth'
import { TributaryError } from '@/lib/errors'
import { createGroup } from '@/lib/programme/create-group'
import { setTerms } from '@/lib/programme/set-terms'
import { unpackChanges } from '@/lib/programme/terms-form'

export const addGroup = formAction({
  schema: z.object({ name: z.string().max(200) }),
  who: () => requireActingAdministrator('admin'),
  perform: async (actor, { name }) => (await createGroup(actor, { name })).groupId,
  next: (group) => withQuery('/admin/terms', { group }),
})

/** What was looked at, from the day that was looked at. */
export const changeTerms = formAction({
  schema: z.object({
    affiliate: z.string().max(100),
    group: z.string().max(100),
    changes: z.string().max(20_000),
    from: z.string().max(10),
    basedOn: z.string().regex(/^\d{1,15}$/),
    reason: z.string().trim().min(1, 'Say why, in a sentence.').max(500),
  }),
  who: () => requireActingAdministrator('admin'),
  perform: async (actor, { affiliate, group, changes, from, basedOn, reason }) => {
    await setTerms(actor, {
      affiliateId: affiliate || null,
      groupId: group || null,
      values: read(changes),
      ...(from && { from }),
      basedOn: Number(basedOn),
      reason,
    })
    return { affiliate, group }
  },
  next: ({ affiliate, group }) => withQuery('/admin/terms', { affiliate, group, done: 'yes' }),
})

function read(changes: string) {
  try {
    return unpackChanges(changes)
  } catch {
    throw new TributaryError('invalid', 'These changes cannot be read. Look at them once more.')
  }
}
