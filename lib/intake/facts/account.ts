import { z } from 'zod'
import type { FactKind } from './fact'

const account = z.object({
  id: z.string(),
  capabilities: z.object({ transfers: z.string().optional() }).nullish(),
})

/** An account at Stripe Connect: what is done with it is done by what Stripe says when it is asked again. */
export interface AccountBody {
  /** As it was when the event was made; null: it was never asked to take transfers. */
  transfers: string | null
}

export const accountFact: FactKind<'account'> = {
  kind: 'account',
  observe(object, sight) {
    const seen = account.parse(object)
    const body: AccountBody = { transfers: seen.capabilities?.transfers ?? null }
    return [{ ...sight, kind: 'account', objectId: seen.id, body }]
  },
}
