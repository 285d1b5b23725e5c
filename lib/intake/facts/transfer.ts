import { z } from 'zod'
import type { FactKind } from './fact'
import { positive, seconds } from './shapes'

const transfer = z.object({
  id: z.string(),
  transfer_group: z.string().nullish(),
  amount: z.int(),
  currency: z.string(),
  destination: z.union([z.string(), z.looseObject({ id: z.string() })]).nullish(),
  reversals: z.object({ data: z.array(z.object({ id: z.string(), amount: positive, created: seconds })) }),
})

/** Money that went to an affiliate's account, as far as it came back. */
export interface TransferBody {
  /** Ours; null: a transfer that is none of our payouts. */
  payoutId: string | null
  /** In minor units. These three are absent where it was seen before they were kept. */
  amount?: number
  currency?: string
  /** The account it goes to. */
  accountId?: string | null
  reversals: { id: string; amount: number; createdAt: number }[]
}

export const transferFact: FactKind<'transfer'> = {
  kind: 'transfer',
  observe(object, sight) {
    const seen = transfer.parse(object)
    const body: TransferBody = {
      payoutId: seen.transfer_group ?? null,
      amount: seen.amount,
      currency: seen.currency,
      accountId: typeof seen.destination === 'string' ? seen.destination : (seen.destination?.id ?? null),
      reversals: seen.reversals.data.map(({ id, amount, created }) => ({ id, amount, createdAt: created })),
    }
    return [{ ...sight, kind: 'transfer', objectId: seen.id, body }]
  },
}
