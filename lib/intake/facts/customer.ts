import { z } from 'zod'
import { emailSigns, type EmailSigns } from '@/lib/anomalies/fingerprints'
import type { FactKind } from './fact'
import { maskEmail, metadata, namedBy } from './shapes'

const customer = z.object({
  id: z.string(),
  email: z.string().nullish(),
  deleted: z.boolean().nullish(),
  metadata,
})

export interface CustomerBody {
  maskedEmail: string | null
  /** Absent: seen before it was kept. */
  email?: EmailSigns | null
  deleted: boolean
  namedAffiliateId: string | null
  namedCode: string | null
}

export const customerFact: FactKind<'customer'> = {
  kind: 'customer',
  observe(object, sight) {
    const seen = customer.parse(object)
    const named = namedBy(seen.metadata)
    const body: CustomerBody = {
      maskedEmail: maskEmail(seen.email),
      email: emailSigns(seen.email),
      deleted: seen.deleted ?? false,
      namedAffiliateId: named.affiliateId,
      namedCode: named.code,
    }
    return [{ ...sight, kind: 'customer', objectId: seen.id, customerId: seen.id, body }]
  },
}
