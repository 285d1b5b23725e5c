import 'server-only'
import { sql } from 'drizzle-orm'
import type { Database, Transaction } from '@/db'
import { writeAudit } from '@/lib/audit/write-audit'
import { dayOf } from '@/lib/calendar'
import { programmeNow } from '@/lib/clock'
import { lockForDecision } from '@/lib/ledger/decision-lock'
import { postMoves } from '@/lib/ledger/post-moves'
import { movePayouts } from './move-payouts'
import { releasePayouts } from './release-payouts'

interface Reversed extends Record<string, unknown> {
  transferId: string
  reversalId: string
  amount: string
}

const actor = { kind: 'system', job: 'reversed-transfers' } as const

/**
 * Brings transfers that were reversed at Stripe back into the books: what came back is owed again. A whole one gives its lines back; of a
 * part a line of its own says how much. Each reversal counts once.
 * @returns how many were taken into the books
 */
export async function takeBackReversed(db: Database): Promise<number> {
  const found = await db.execute<Reversed>(sql`
    select distinct f.object_id as "transferId", r->>'id' as "reversalId", r->>'amount' as amount
    from facts f cross join lateral jsonb_array_elements(f.body->'reversals') as r
    join payouts p on p.method = 'stripe' and p.reference = f.object_id
    where f.kind = 'transfer' and not exists (select from payout_reversals v where v.id = r->>'id')
    order by "reversalId" limit 100`)
  let taken = 0
  for (const reversed of found) if (await db.transaction((tx) => takeBack(tx, reversed))) taken += 1
  return taken
}

async function takeBack(tx: Transaction, { transferId, reversalId, amount }: Reversed): Promise<boolean> {
  await lockForDecision(tx)
  const [payout] = await tx.execute<{ id: string; amount: string; state: string; back: string }>(sql`
    select p.id, p.amount_minor::text as amount, p.state,
           (select coalesce(sum(v.amount_minor), 0)::text from payout_reversals v where v.payout_id = p.id) as back
    from payouts p where p.method = 'stripe' and p.reference = ${transferId} for update`)
  if (payout?.state !== 'paid') return false
  const now = await programmeNow(tx)
  const written = await tx.execute(sql`
    insert into payout_reversals (id, payout_id, amount_minor, at)
    values (${reversalId}, ${payout.id}, ${amount}::bigint, ${now.toISOString()}::timestamptz) on conflict do nothing returning id`)
  if (written.length === 0) return false
  const isWhole = amount === payout.amount && payout.back === '0'
  if (isWhole) {
    await movePayouts(tx, sql`p.id = ${payout.id}`, 'unpay', now)
    const reason = 'The transfer was reversed at Stripe.'
    await releasePayouts(tx, [payout.id], { state: 'returned', reason }, now)
  } else await takePart(tx, payout.id, { reversalId, amount, now })
  const after = { reversalId, amountMinor: amount }
  await writeAudit(tx, { actor, action: 'payout.reversed', subjectId: payout.id, after, at: now })
  return true
}

async function takePart(
  tx: Transaction,
  payoutId: string,
  { reversalId, amount, now }: { reversalId: string; amount: string; now: Date },
): Promise<void> {
  const on = dayOf(Math.floor(now.getTime() / 1000))
  const row = (debit: string, credit: string, key: string) => sql`
    select ${debit}::text as debit, ${credit}::text as credit, p.currency, ${amount}::bigint as amount_minor,
           ${on}::date as earned_on, ${on}::date as payable_on, ${key}::text as line_key, 1 as seq, 'payout' as kind, p.affiliate_id,
           p.id as payout_id
    from payouts p where p.id = ${payoutId}`
  const rows = [
    row('paid', 'earned', `reversed:${reversalId}`),
    row('cash', 'paid_out', `cash:${reversalId}`),
  ]
  await postMoves(tx, sql.join(rows, sql` union all `), { occurredAt: now, recordedAt: now })
  const reason = 'A part of the transfer was reversed at Stripe.'
  await tx.execute(sql`update payouts set reason = ${reason} where id = ${payoutId}`)
}
