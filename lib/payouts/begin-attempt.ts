import 'server-only'
import { sql } from 'drizzle-orm'
import type { Querying, Transaction } from '@/db'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { lockForDecision } from '@/lib/ledger/decision-lock'
import { findBlock } from './find-block'
import { releasePayouts } from './release-payouts'
import type { PayoutState } from './rules'
import { payoutDetailsSchema } from './schemas'
import type { SendOptions } from './send-payouts'
import { unwatched } from './steps'

/** A payout that this process alone sends, until `leasedUntil`. */
export interface Leased extends Record<string, unknown> {
  id: string
  runId: string
  affiliateId: string
  amountMinor: string
  currency: string
  destination: unknown
  state: PayoutState
  looks: number
  leasedUntil: string
}

export interface Attempt {
  n: number
  idempotencyKey: string
  at: Date
}

export const sender = { kind: 'system', job: 'send-payouts' } as const

/** The account at Stripe that it goes to, as it was approved. */
export function accountOf({ destination }: Leased): string {
  const details = payoutDetailsSchema.parse({ method: 'stripe', destination })
  return details.method === 'stripe' ? details.destination.accountId : ''
}

/** Null: never asked for. */
export async function lastAttempt(db: Querying, payoutId: string): Promise<Attempt | null> {
  const [row] = await db.execute<{ n: number; key: string; at: string }>(sql`
    select n, idempotency_key as key, at from payout_attempts where payout_id = ${payoutId} order by n desc limit 1`)
  return row ? { n: row.n, idempotencyKey: row.key, at: new Date(row.at) } : null
}

/**
 * Commits that Stripe is about to be asked, and under which key. Whatever stands in the way is seen under the payout's lock: then it is
 * taken out or waits.
 * @param seen what Stripe said just before: whether the account takes transfers, and how many there are for the payout
 * @returns null where it is not to be asked for now
 */
export async function beginAttempt(
  options: SendOptions,
  payout: Leased,
  seen: { status: 'inactive' | 'pending' | 'active'; made: number },
): Promise<Attempt | null> {
  const { db, now, watch = unwatched } = options
  const begun = await db.transaction(async (tx): Promise<Attempt | string | null> => {
    const held = await lockLeased(tx, payout)
    if (!held) return null
    if (held.state === 'approved' && held.stopped) return giveBack(tx, payout.id, null)
    if (seen.made > 0) {
      await tx.execute(
        sql`update payouts set state = 'sending' where id = ${payout.id} and state = 'approved'`,
      )
      return giveBack(tx, payout.id, null)
    }
    if (held.state === 'approved') {
      if (seen.status !== 'active') return 'The Stripe account takes no transfers now.'
      const block = await findBlock(tx, payout.id)
      if (block?.kind === 'out') return block.reason
      if (block) return giveBack(tx, payout.id, new Date(now().getTime() + 2_000))
    }
    const n = ((await lastAttempt(tx, payout.id))?.n ?? 0) + 1
    const attempt = { n, idempotencyKey: `tributary/${payout.id}/${n}`, at: now() }
    await tx.execute(sql`
      insert into payout_attempts (payout_id, n, idempotency_key, at)
      values (${payout.id}, ${n}, ${attempt.idempotencyKey}, ${attempt.at.toISOString()}::timestamptz)`)
    await tx.execute(sql`update payouts set state = 'sending' where id = ${payout.id}`)
    await watch('send:attempt_written')
    return attempt
  })
  if (typeof begun !== 'string') return begun
  await takeOut(options, payout, begun)
  return null
}

/** Null: another has it by now, or it is over. */
export async function lockLeased(
  tx: Transaction,
  payout: Leased,
): Promise<{ state: PayoutState; stopped: boolean } | null> {
  const [row] = await tx.execute<{ state: PayoutState; stopped: boolean; own: boolean }>(sql`
    select p.state, r.stopped is not null as stopped, p.leased_until = ${payout.leasedUntil}::timestamptz as own
    from payouts p join payout_runs r on r.id = p.run_id where p.id = ${payout.id} for update of p`)
  return row?.own && ['approved', 'sending', 'unknown'].includes(row.state) ? row : null
}

async function giveBack(tx: Transaction, payoutId: string, until: Date | null): Promise<null> {
  await tx.execute(sql`
    update payouts set leased_until = null, next_attempt_at = ${until?.toISOString() ?? null}::timestamptz where id = ${payoutId}`)
  return null
}

async function takeOut(options: SendOptions, payout: Leased, reason: string): Promise<void> {
  const { watch = unwatched } = options
  await options.db.transaction(async (tx) => {
    await lockForDecision(tx)
    const held = await lockLeased(tx, payout)
    if (held?.state !== 'approved') return
    await watch('release:locked')
    const at = await programmeNow(tx)
    await releasePayouts(tx, [payout.id], { state: 'taken_out', reason }, at)
    await watch('release:moved')
    await writeAudit(tx, { actor: sender, action: 'payout.take_out', subjectId: payout.id, reason, at })
    await watch('release:written')
  })
}
