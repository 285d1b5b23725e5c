import 'server-only'
import { desc, eq, sql } from 'drizzle-orm'
import { adjustments, affiliates, database, type Database, type Transaction } from '@/db'
import { actorName, requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { dayOf, isDay, type Day } from '@/lib/calendar'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { newId } from '@/lib/ids'
import { lockForDecision } from '@/lib/ledger/decision-lock'
import { payableOf } from '@/lib/ledger/payable'
import { postMoves } from '@/lib/ledger/post-moves'
import { problemsOf } from './rules'

export interface Adjustment {
  affiliateId: string
  /** To the affiliate, or from them. */
  direction: 'credit' | 'debit'
  currency: string
  /** Above zero. */
  amountMinor: bigint
  /** Absent: today. Never a day that is over. */
  payableOn?: string | undefined
  /** The affiliate reads it too. */
  reason: string
  /** What was payable when it was looked at: sent twice, or decided on by two, it is written down once. */
  seenPayableMinor: bigint
  /** The last adjustment of theirs that was seen, empty for none: what is payable later changes no balance of today. */
  seenLast?: string | undefined
}

/**
 * Gives an affiliate money by hand, or takes some, for a reason that they read. A debit may leave a debt, which is carried like any
 * other; nothing undoes it but its opposite.
 * @throws TributaryError forbidden, invalid (with its field), not_found, conflict where the balance is another by now
 */
export async function adjustBalance(
  actor: Actor,
  input: Adjustment,
  options: { db?: Database; now?: Date } = {},
): Promise<{ adjustmentId: string }> {
  requireRole(actor, 'admin')
  const { affiliateId, direction, currency, amountMinor } = input
  const reason = checked(input)
  const id = newId('adj')
  await (options.db ?? database()).transaction(async (tx) => {
    await lockForDecision(tx)
    const now = options.now ?? (await programmeNow(tx))
    const on = dayOf(Math.floor(now.getTime() / 1000))
    const payableOn = readDay(input.payableOn, on)
    if ((await tx.$count(affiliates, eq(affiliates.id, affiliateId))) === 0)
      throw new TributaryError('not_found', 'There is no such affiliate.')
    const before = await payableOf(tx, affiliateId, currency, on)
    if (before !== input.seenPayableMinor || !(await isLast(tx, affiliateId, input.seenLast)))
      throw new TributaryError('conflict', 'The balance is another by now. Look at it once more.')
    const row = { id, affiliateId, direction, currency, amountMinor, payableOn, reason, at: now }
    await tx.insert(adjustments).values({ ...row, decidedBy: actorName(actor).id })
    const [debit, credit] = direction === 'credit' ? ['adjustments', 'earned'] : ['earned', 'adjustments']
    await postMoves(
      tx,
      sql`
        select ${debit}::text as debit, ${credit}::text as credit, ${currency}::text as currency,
               ${String(amountMinor)}::bigint as amount_minor, ${on}::date as earned_on, ${payableOn}::date as payable_on,
               ${`adjustment:${id}`}::text as line_key, 1 as seq, 'adjustment'::text as kind, ${affiliateId}::text as affiliate_id,
               null::text as payout_id`,
      { occurredAt: now, recordedAt: now },
    )
    await writeAudit(tx, {
      actor,
      action: 'balance.adjust',
      subjectId: affiliateId,
      before: { currency, payableMinor: before },
      after: { id, direction, currency, amountMinor, payableOn },
      reason,
      at: now,
    })
  })
  return { adjustmentId: id }
}

async function isLast(tx: Transaction, affiliateId: string, seen: string | undefined): Promise<boolean> {
  if (seen === undefined) return true
  const { id, at } = adjustments
  const [last] = await tx
    .select({ id })
    .from(adjustments)
    .where(eq(adjustments.affiliateId, affiliateId))
    .orderBy(desc(at), desc(id))
    .limit(1)
  return (last?.id ?? '') === seen
}

function checked({ currency, amountMinor, reason }: Adjustment): string {
  for (const [field, problem] of Object.entries(problemsOf({ currency, amountMinor })))
    throw new TributaryError('invalid', problem, field)
  const text = reason.trim()
  if (text === '' || text.length > 500)
    throw new TributaryError('invalid', 'A reason of at most 500 characters is wanted.', 'reason')
  return text
}

function readDay(text: string | undefined, today: Day): Day {
  if (text === undefined) return today
  if (!isDay(text)) throw new TributaryError('invalid', 'A day such as 2026-01-31 is wanted.', 'payableOn')
  if (text < today)
    throw new TributaryError('invalid', 'That day is over: today or later is wanted.', 'payableOn')
  return text
}
