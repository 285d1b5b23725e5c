import { z } from 'zod'
import type { FactKind } from './fact'
import { amount, currency, reference, seconds } from './shapes'

const balanceTransaction = z.object({
  id: z.string(),
  source: reference,
  type: z.string(),
  amount,
  fee: amount,
  currency,
  created: seconds,
})

export interface BalanceTransactionBody {
  sourceId: string | null
  type: string
  /** In the settlement currency, before the fee. */
  amount: number
  /** The whole fee, tax on it included. */
  fee: number
  currency: string
  createdAt: number
}

/** The payment it belongs to is known to whoever asked for it. */
export const balanceTransactionFact: FactKind<'balance_transaction'> = {
  kind: 'balance_transaction',
  observe(object, sight) {
    const seen = balanceTransaction.parse(object)
    const body: BalanceTransactionBody = {
      sourceId: seen.source,
      type: seen.type,
      amount: seen.amount,
      fee: seen.fee,
      currency: seen.currency,
      createdAt: seen.created,
    }
    return [{ ...sight, kind: 'balance_transaction', objectId: seen.id, body }]
  },
}
