import 'server-only'
import { sql, type SQL } from 'drizzle-orm'
import type { Transaction } from '@/db'
import { postMoves } from '@/lib/ledger/post-moves'

/**
 * `approve` earned → in_payout, `release` back; `pay` in_payout → paid with cash credited, `unpay` back. The rest that the currency
 * cannot be paid in goes back to `earned` at the approval as a line of its own (`carried:`), for the next payout; a release takes
 * that back by a further line.
 */
export type Move = 'approve' | 'release' | 'pay' | 'unpay'

const accounts: Record<Move, { from: string; to: string }> = {
  approve: { from: 'earned', to: 'in_payout' },
  release: { from: 'in_payout', to: 'earned' },
  pay: { from: 'in_payout', to: 'paid' },
  unpay: { from: 'paid', to: 'in_payout' },
}

/**
 * Moves payouts in the ledger, day by day as their lines are. The caller holds their locks, and the decisions' lock for what touches
 * `earned`. Each payout's count of moves names the rows, so that the same move cannot be written twice.
 * @param which narrows `p`, the payout
 */
export async function movePayouts(tx: Transaction, which: SQL, move: Move, now: Date): Promise<void> {
  await tx.execute(sql`update payouts p set moves = p.moves + 1 where ${which}`)
  await postMoves(tx, rowsOf(which, move), { occurredAt: now, recordedAt: now })
  if (move !== 'release') return
  await tx.execute(sql`
    update payout_lines l set released_at = ${now.toISOString()}::timestamptz
    from payouts p where p.id = l.payout_id and l.released_at is null and ${which}`)
}

/** Payouts a statement, so that progress is seen and no sort is larger than memory. */
const atOnce = 5_000

/**
 * As `movePayouts`, however many they are: in the order of affiliates, as settlements lock them.
 * @param onMoved told how many have been moved so far
 */
export async function moveInParts(
  tx: Transaction,
  which: SQL,
  move: Move,
  { now, onMoved }: { now: Date; onMoved?: (moved: number) => void },
): Promise<void> {
  const parts = await tx.execute<{ last: string; moved: number }>(sql`
    select max(affiliate_id) as last, max(n)::int as moved
    from (select p.affiliate_id, dense_rank() over (order by p.affiliate_id) as place, row_number() over (order by p.affiliate_id) as n
          from payouts p where ${which}) as numbered
    group by (place - 1) / ${atOnce} order by last`)
  let after = ''
  for (const { last, moved } of parts) {
    await movePayouts(
      tx,
      sql`${which} and p.affiliate_id > ${after} and p.affiliate_id <= ${last}`,
      move,
      now,
    )
    onMoved?.(moved)
    after = last
  }
}

function rowsOf(which: SQL, move: Move): SQL {
  const { from, to } = accounts[move]
  const touchesEarned = move === 'approve' || move === 'release'
  const all = touchesEarned ? sql`${ofLines(which)}` : sql`${ofLines(which)} union all ${ofCarried(which)}`
  const parts = [
    sql`
    select case when sum(amount) > 0 then ${from}::text else ${to}::text end as debit,
           case when sum(amount) > 0 then ${to}::text else ${from}::text end as credit,
           currency, abs(sum(amount))::bigint as amount_minor, earned_on, payable_on,
           format('payout:%s/%s.%s/%s/%s', id, moves, ${move}::text, earned_on, payable_on) as line_key, 1 as seq, 'payout' as kind,
           affiliate_id, id as payout_id
    from (${all}) as part group by id, moves, currency, affiliate_id, earned_on, payable_on having sum(amount) <> 0`,
    touchesEarned ? carriedRows(which, move) : cashRows(which, move),
  ]
  return sql.join(parts, sql` union all `)
}

const ofLines = (which: SQL) => sql`
  select p.id, p.moves, p.currency, p.affiliate_id, l.amount_minor as amount, l.earned_on, l.payable_on
  from payouts p join payout_lines l on l.payout_id = p.id where ${which}`

const ofCarried = (which: SQL) => sql`
  select p.id, p.moves, p.currency, p.affiliate_id, -p.carried_minor, p.approved_on, p.approved_on
  from payouts p where p.carried_minor > 0 and ${which}`

function carriedRows(which: SQL, move: Move): SQL {
  const [debit, credit, seq] = move === 'approve' ? ['in_payout', 'earned', 1] : ['earned', 'in_payout', 2]
  return sql`
    select ${debit}::text, ${credit}::text, p.currency, p.carried_minor, p.approved_on, p.approved_on, 'carried:' || p.id,
           ${seq}::int, 'payout', p.affiliate_id, p.id
    from payouts p where p.carried_minor > 0 and ${which}`
}

function cashRows(which: SQL, move: Move): SQL {
  const [debit, credit] = move === 'pay' ? ['paid_out', 'cash'] : ['cash', 'paid_out']
  return sql`
    select ${debit}::text, ${credit}::text, p.currency, p.amount_minor, p.approved_on, p.approved_on,
           format('payout:%s/%s.cash', p.id, p.moves), 1, 'payout', p.affiliate_id, p.id
    from payouts p where ${which}`
}
