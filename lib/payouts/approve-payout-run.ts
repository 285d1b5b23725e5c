import 'server-only'
import { and, eq, isNull, inArray, ne, sql } from 'drizzle-orm'
import { administrators, database, payoutRuns, payouts, type Database, type Transaction } from '@/db'
import { requireSecondFactor, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { dayOf, type Day } from '@/lib/calendar'
import { programmeNow, wallNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { lockForDecision } from '@/lib/ledger/decision-lock'
import { among } from '@/lib/rows'
import { dueLines, dueSums, type Scope } from './due-lines'
import { forMany } from './for-many'
import { moveInParts } from './move-payouts'
import { runDigest } from './run-digest'
import { tellingProgress, type Tell } from './run-work'
import { unwatched, type Watch } from './steps'

export interface Approval {
  runId: string
  /** Of what the approver saw (`getPayoutRun`). */
  digest: string
  /** What becomes of payouts that are not as they were drafted: absent, nothing is approved; else they are left to the next run. */
  changed?: 'take_out' | undefined
}

/**
 * Fixes lines, amounts and destinations and moves them from `earned` to `in_payout`. Needs a second person, unless there is only one
 * administrator, and a fresh second factor. Twice is once.
 * @throws TributaryError forbidden, not_found, conflict where it is not as it was seen
 */
export async function approvePayoutRun(
  actor: Actor,
  approval: Approval,
  options: { db?: Database; now?: Date; wallNow?: Date; watch?: Watch } = {},
): Promise<void> {
  const { administratorId, ageSeconds } = requireSecondFactor(
    actor,
    options.wallNow ?? wallNow(),
    'finance',
    'admin',
  )
  const { runId, digest } = approval
  const { watch = unwatched, db = database() } = options
  const approve = (tell: Tell) =>
    db.transaction(async (tx) => {
      // No settlement is under way from here on: what a payout takes is not moved to `held` at the same moment.
      await lockForDecision(tx)
      await watch('approve:locked')
      const [run] = await tx.select().from(payoutRuns).where(eq(payoutRuns.id, runId)).for('update')
      if (!run) throw new TributaryError('not_found', 'There is no such payout run.')
      if (run.state === 'approved' && run.approvedDigest === digest && run.approvedBy === administratorId)
        return
      if (run.state !== 'draft') throw new TributaryError('conflict', `This run is ${run.state} already.`)
      if (digest !== (await runDigest(tx, runId)))
        throw new TributaryError(
          'conflict',
          'The run was drawn up again since you looked at it. Look once more.',
        )
      const soleAdministrator = await isSole(tx, administratorId)
      if (run.draftedBy === administratorId && !soleAdministrator)
        throw new TributaryError('forbidden', 'You drafted this run: a second person approves it.')
      const now = options.now ?? (await programmeNow(tx))
      const today = dayOf(Math.floor(now.getTime() / 1000))
      const { currencies, throughTransferId } = run
      const cutOffOn = run.cutOffOn as Day // a `date` column in text form
      const scope = { cutOffOn, today, currencies, throughTransferId }
      const drafted = await tx.$count(payouts, and(eq(payouts.runId, runId), eq(payouts.state, 'draft')))
      tell(0, drafted)
      const taken = await forMany(tx, drafted, async () => {
        const changed = await takeOutChanged(tx, runId, scope, approval)
        await fix(tx, runId, scope)
        return changed
      })
      await watch('approve:fixed')
      // To fix the lines takes about as long as to move them.
      const onMoved = (moved: number) => tell((drafted + moved) / 2, drafted)
      await moveInParts(tx, sql`p.run_id = ${runId} and p.state = 'approved'`, 'approve', { now, onMoved })
      await watch('approve:moved')
      await tx
        .update(payoutRuns)
        .set({
          state: 'approved',
          approvedDigest: digest,
          approvedBy: administratorId,
          approvedAt: now,
          soleAdministrator: soleAdministrator && run.draftedBy === administratorId,
          secondFactorAgeSeconds: ageSeconds,
        })
        .where(eq(payoutRuns.id, runId))
      const after = { digest, soleAdministrator, secondFactorAgeSeconds: ageSeconds, takenOut: taken }
      await writeAudit(tx, { actor, action: 'payout_run.approve', subjectId: runId, after, at: now })
      await watch('approve:written')
    })
  await tellingProgress(db, { runId, doing: 'approve' }, approve)
}

/** Whether nobody else could approve. */
async function isSole(tx: Transaction, administratorId: string): Promise<boolean> {
  const others = await tx
    .select({ id: administrators.id })
    .from(administrators)
    .where(
      and(
        isNull(administrators.disabledAt),
        inArray(administrators.role, ['admin', 'finance']),
        ne(administrators.id, administratorId),
      ),
    )
    .limit(1)
  return others.length === 0
}

const ofDrafts = (runId: string) => sql`exists (
  select from payouts p where p.run_id = ${runId} and p.state = 'draft'
    and p.affiliate_id = t.affiliate_id and p.currency = t.currency)`

/** Payouts that are not as they were drafted, and why. */
async function takeOutChanged(
  tx: Transaction,
  runId: string,
  scope: Scope,
  { changed }: Approval,
): Promise<string[]> {
  const rows = await tx.execute<{ id: string; reason: string }>(sql`
    with now as materialized (${dueSums(scope, ofDrafts(runId))})
    select p.id, case
      when a.status not in ('active', 'closed') then 'The affiliate was ' || a.status || ' before the approval.'
      when p.details_id <> (select max(d.id) from payout_details d where d.affiliate_id = p.affiliate_id)
        then 'The payout details were changed before the approval.'
      else 'Its lines changed before the approval.' end as reason
    from payouts p join affiliates a on a.id = p.affiliate_id
    left join now on now.affiliate_id = p.affiliate_id and now.currency = p.currency
    where p.run_id = ${runId} and p.state = 'draft'
      and (now.lines_digest is distinct from p.lines_digest or a.status not in ('active', 'closed')
        or p.details_id <> (select max(d.id) from payout_details d where d.affiliate_id = p.affiliate_id))
    order by p.id`)
  if (rows.length === 0) return []
  if (changed !== 'take_out') {
    const one = rows.length === 1
    throw new TributaryError(
      'conflict',
      `${rows.length} ${one ? 'payout is' : 'payouts are'} not as drafted any more. Draw the run up again, or leave ${one ? 'it' : 'them'} to the next.`,
      'changed',
    )
  }
  for (const reason of new Set(rows.map((row) => row.reason))) {
    const ids = rows.filter((row) => row.reason === reason).map(({ id }) => id)
    await tx.execute(sql`
      update payouts p set state = 'taken_out', reason = ${reason} where ${among(sql`p.id`, ids)}`)
  }
  return rows.map(({ id }) => id)
}

async function fix(tx: Transaction, runId: string, scope: Scope): Promise<void> {
  await tx.execute(sql`
    insert into payout_lines (payout_id, transfer_id, affiliate_id, currency, amount_minor, earned_on, payable_on, kind, line_key,
                              payment_id, invoice_id)
    select p.id, due.id, due.affiliate_id, due.currency, due.signed, due.earned_on, due.payable_on, due.kind, due.line_key,
           due.payment_id, due.invoice_id
    from (${dueLines(scope, ofDrafts(runId))}) as due
    join payouts p on p.run_id = ${runId} and p.state = 'draft' and p.affiliate_id = due.affiliate_id and p.currency = due.currency`)
  const fixed = await tx.execute(sql`
    update payouts p set state = 'approved', approved_on = ${scope.today}::date
    where p.run_id = ${runId} and p.state = 'draft' returning p.id`)
  if (fixed.length === 0)
    throw new TributaryError('conflict', 'There is nothing left in this run to approve.')
  const [wrong] = await tx.execute<{ id: string }>(sql`
    select p.id from payouts p left join payout_lines l on l.payout_id = p.id
    where p.run_id = ${runId} and p.state = 'approved' group by p.id
    having sum(l.amount_minor) is distinct from p.amount_minor + p.carried_minor limit 1`)
  if (wrong) throw new Error(`The lines of ${wrong.id} do not add up to its amount.`)
}
