import 'server-only'
import { sql } from 'drizzle-orm'
import type { Querying } from '@/db'
import type { PayoutState } from './rules'

/** A transfer as Stripe lists it. */
export interface SeenTransfer {
  id: string
  /** What its group names; null: nothing. */
  payoutId: string | null
  amountMinor: bigint
  currency: string
  destination: string
  reversalIds: readonly string[]
}

export interface TransferJudgement {
  verdict: 'right' | 'healed' | 'unexplained'
  /** Empty where it is right. */
  sentence: string
}

interface Row extends Record<string, unknown> {
  id: string
  /** Null: no payout of ours has this id. */
  state: PayoutState | null
  reference: string | null
  same: boolean | null
  asked: boolean
  /** It goes to an account of an affiliate's. */
  ours: boolean
  unknownReversals: number
}

/**
 * What the books make of transfers at Stripe: every one to an affiliate is one payout's, and every one that names a payout. Other
 * transfers are the programme's own business.
 * @returns by transfer
 */
export async function judgeTransfers(
  db: Querying,
  seen: readonly SeenTransfer[],
): Promise<Map<string, TransferJudgement>> {
  if (seen.length === 0) return new Map()
  const given = seen.map(({ amountMinor, ...transfer }) => ({ ...transfer, amount: String(amountMinor) }))
  const rows = await db.execute<Row>(sql`
    select t.id, p.state, p.reference,
           (p.amount_minor, p.currency, p.destination->>'accountId') = (t.amount, t.currency, t.destination) as same,
           exists (select from payout_attempts a where a.payout_id = p.id) as asked,
           exists (select from connect_accounts c where c.stripe_account_id = t.destination)
             or exists (select from payout_details d where d.method = 'stripe' and d.destination->>'accountId' = t.destination) as ours,
           (select count(*)::int from jsonb_array_elements_text(t."reversalIds") as r (id)
            where not exists (select from payout_reversals v where v.id = r.id)) as "unknownReversals"
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
           as t (id text, "payoutId" text, amount bigint, currency text, destination text, "reversalIds" jsonb)
    left join payouts p on p.id = t."payoutId" and p.method = 'stripe'`)
  return new Map(rows.map((row) => [row.id, judgementOf(row)]))
}

function judgementOf(row: Row): TransferJudgement {
  const unexplained = (sentence: string) => ({ verdict: 'unexplained', sentence }) as const
  const right = { verdict: 'right', sentence: '' } as const
  const { state, id, reference, same, asked, ours, unknownReversals } = row
  if (state === null)
    return ours ? unexplained('It goes to an affiliate’s account, and no payout of ours has made it.') : right
  if (!same)
    return unexplained('It names a payout, and is not of its amount, its currency or to its account.')
  if (reference !== null && reference !== id)
    return unexplained(`It names a payout that ${reference} has paid already.`)
  if (reference === id) {
    if (unknownReversals === 0 || state !== 'paid') return right
    return { verdict: 'healed', sentence: 'That it was reversed never came.' }
  }
  if (state === 'sending' || state === 'unknown')
    return { verdict: 'healed', sentence: 'The books did not know whether it was sent.' }
  // For want of money it is asked for again: whoever sends looks at Stripe first.
  if (state === 'approved' && asked) return right
  return unexplained(
    `It names a payout that is ${state === 'taken_out' ? 'taken out' : state} here, and was not sent by us.`,
  )
}
