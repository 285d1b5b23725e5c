'use server'

import { z } from 'zod'
import { formAction } from '@/lib/action'
import { requireActingAdministrator } from '@/lib/auth'
import { discardImport, mapImport, startImport } from '@/lib/imports/decide-import'
import { importFields, type Mapping } from '@/lib/imports/formats'
import { uploadImport } from '@/lib/imports/upload-import'

const id = z.string().min(1).max(200)
const pathOf = (importId: string) => `/admin/imports/${importId}`

/** A file of another product, to be looked at before anything is taken in. */
export const upload = formAction({
  schema: z.object({ csv: z.string().trim().min(1, 'Choose a file.'), 'csv.name': z.string() }),
  who: () => requireActingAdministrator('admin'),
  perform: (actor, { csv, 'csv.name': name }) => uploadImport(actor, { name, csv }),
  next: pathOf,
})

const heading = z.string().max(1000).optional()

/** What the columns of a file mean. */
export const map = formAction({
  schema: z.object({ importId: id }).catchall(heading),
  who: () => requireActingAdministrator('admin'),
  perform: async (actor, { importId, ...said }) => {
    const mapping: Mapping = {}
    for (const field of importFields) if (said[field]) mapping[field] = said[field]
    await mapImport(actor, importId, mapping)
    return importId
  },
  next: pathOf,
})

/** Has a file taken in, or the rest of it left. */
export const decide = formAction({
  schema: z.object({ importId: id, decision: z.enum(['start', 'discard']) }),
  who: () => requireActingAdministrator('admin'),
  perform: async (actor, { importId, decision }) => {
    await (decision === 'start' ? startImport : discardImport)(actor, importId)
    return importId
  },
  next: pathOf,
})
