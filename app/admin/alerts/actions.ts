'use server'

import { formAction } from '@/lib/action'
import { requireActingAdministrator } from '@/lib/auth'
import { changeOperationSettings } from '@/lib/operations/change-operation-settings'
import { operationSettingsSchema } from '@/lib/operations/schemas'

export const change = formAction({
  schema: operationSettingsSchema,
  who: () => requireActingAdministrator('admin'),
  perform: async (who, wanted) => {
    await changeOperationSettings(who, wanted)
    return null
  },
  next: () => '/admin/alerts?saved=yes',
})
