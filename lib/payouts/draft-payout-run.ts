import 'server-only'
import { eq, sql } from 'drizzle-orm'
import {
  affiliates,
  database,
  payoutRuns,
  payouts,
  payoutsLeftOut,
  type Database,
  type Transaction,
} from '@/db'
import { actorName, requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { dayOf, type Day } from '@/lib/calendar'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { newId } from '@/lib/ids'
import { insertRows } from '@/lib/rows'
import { findCandidates } from './candidates'
import type { Scope } from './due-lines'
import { judgeCandidate } from './rules'
import { tellingProgress, type Tell } from './run-work'

export interface RunSettings {
  cutOffOn: Day
  /** Null: all. */
  currencies: readonly string[] | null
  /** Overrule the terms', in minor units by currency. */
  minimums: Readonly<Record<string, bigint>>
}

export interface DraftOptions {
  db?: Database
  now?: Date
}

/** Rows a statement, so that progress is seen. */
const atOnce = 5_000

/**
 * Drafts a run: who would get how much, and who nothing, as the books are at one moment. Nothing is locked by it.
 * @param settings absent cut-off: today
 * @returns the run's id
 * @throws TributaryError invalid for a cut-off day in the future
 */
export async function draftPayoutRun(
  actor: Actor,
  settings: Partial<RunSettings> & { scheduledOn?: Day },
  options: DraftOptions & { runId?: string } = {},
): Promise<string> {
  requireRole(actor, 'finance', 'admin')
  const { db = database(), runId = newId('run') } = options
  const draft = (tell: Tell) =>
    db.transaction(
      async (tx) => {
        const now = options.now ?? (await programmeNow(tx))
        const today = dayOf(Math.floor(now.getTime() / 1000))
        const { cutOffOn = today, currencies = null, minimums = {}, scheduledOn = null } = settings
        assertCutOff(cutOffOn, today)
        const throughTransferId = await lastTransfer(tx)
        await tx.insert(payoutRuns).values({
          id: runId,
          state: 'draft',
          cutOffOn,
          currencies: currencies === null ? null : [...currencies],
          minimums: plainMinimums(minimums),
          draftedBy: actorName(actor).id,
          draftedAt: now,
          throughTransferId,
          scheduledOn,
        })
        const scope = { cutOffOn, today, currencies, throughTransferId }
        const drawn = await drawPayouts(tx, runId, scope, { minimums, now, tell })
        const after = { cutOffOn, currencies, minimums, ...drawn }
        await writeAudit(tx, { actor, action: 'payout_run.draft', subjectId: runId, after, at: now })
      },
      { isolationLevel: 'repeatable read' },
    )
  await tellingProgress(db, { runId, doing: 'draft' }, draft)
  return runId
}

/**
 * Draws a draft up again, with other settings or as the books are now. An approval is voided first (void-approval.ts).
 * Whoever draws it up is the first of the two persons.
 */
export async function redrawPayoutRun(
  actor: Actor,
  runId: string,
  settings: Partial<RunSettings>,
  options: DraftOptions = {},
): Promise<void> {
  requireRole(actor, 'finance', 'admin')
  const { db = database() } = options
  const redraw = (tell: Tell) =>
    db.transaction(async (tx) => {
      const [run] = await tx.select().from(payoutRuns).where(eq(payoutRuns.id, runId)).for('update')
      if (!run) throw new TributaryError('not_found', 'There is no such payout run.')
      if (run.state !== 'draft') throw new TributaryError('conflict', 'Only a draft can be drawn up again.')
      const now = options.now ?? (await programmeNow(tx))
      const today = dayOf(Math.floor(now.getTime() / 1000))
      const cutOffOn = settings.cutOffOn ?? (run.cutOffOn as Day) // a `date` column in text form
      const currencies = settings.currencies === undefined ? run.currencies : settings.currencies
      const minimums = settings.minimums ?? readMinimums(run.minimums)
      assertCutOff(cutOffOn, today)
      await tx.execute(sql`delete from payouts where run_id = ${runId} and state = 'draft'`)
      await tx.delete(payoutsLeftOut).where(eq(payoutsLeftOut.runId, runId))
      const throughTransferId = await lastTransfer(tx)
      await tx
        .update(payoutRuns)
        .set({
          cutOffOn,
          currencies: currencies === null ? null : [...currencies],
          minimums: plainMinimums(minimums),
          draftedBy: actorName(actor).id,
          draftedAt: now,
          throughTransferId,
        })
        .where(eq(payoutRuns.id, runId))
      const scope = { cutOffOn, today, currencies, throughTransferId }
      const drawn = await drawPayouts(tx, runId, scope, { minimums, now, tell })
      const after = { cutOffOn, currencies, minimums, ...drawn }
      await writeAudit(tx, { actor, action: 'payout_run.redraw', subjectId: runId, after, at: now })
    })
  await tellingProgress(db, { runId, doing: 'redraw' }, redraw)
}

/** Before the lines are looked at, so that none which a draft did not see counts as seen. */
async function lastTransfer(tx: Transaction): Promise<bigint> {
  const [row] = await tx.execute<{ last: string }>(
    sql`select coalesce(max(id), 0)::text as last from ledger_transfers`,
  )
  return BigInt(row?.last ?? 0)
}

async function drawPayouts(
  tx: Transaction,
  runId: string,
  scope: Scope,
  { tell, ...options }: { minimums: Readonly<Record<string, bigint>>; now: Date; tell: Tell },
): Promise<{ payouts: number; leftOut: number }> {
  tell(0, await tx.$count(affiliates))
  const taken: (typeof payouts.$inferInsert)[] = []
  const left: (typeof payoutsLeftOut.$inferInsert)[] = []
  const candidates = await findCandidates(tx, scope, options)
  const of = candidates.length
  // To find them takes about as long as to write them down.
  tell(of / 2, of)
  for (const found of candidates) {
    const { affiliateId, currency, balanceMinor, detailsId, method } = found
    const judged = judgeCandidate(found)
    if (!judged.in || detailsId === null || method === null) {
      const reason = judged.in ? 'no_details' : judged.reason
      left.push({ runId, affiliateId, currency, balanceMinor, reason })
      continue
    }
    const { amountMinor, carriedMinor, warnings } = judged
    const { lineCount, linesDigest, destination } = found
    const drawn = { amountMinor, carriedMinor, lineCount, linesDigest, detailsId, method, destination }
    taken.push({ id: newId('pay'), runId, affiliateId, currency, ...drawn, warnings, state: 'draft' })
  }
  for (let from = 0; from < taken.length; from += atOnce) {
    await tx.execute(insertRows(payouts, taken.slice(from, from + atOnce)))
    tell((of + from + atOnce) / 2, of)
  }
  for (let from = 0; from < left.length; from += atOnce)
    await tx.execute(insertRows(payoutsLeftOut, left.slice(from, from + atOnce)))
  return { payouts: taken.length, leftOut: left.length }
}

function assertCutOff(cutOffOn: Day, today: Day): void {
  if (cutOffOn > today)
    throw new TributaryError('invalid', 'The cut-off day cannot be in the future.', 'cutOffOn')
}

function plainMinimums(minimums: Readonly<Record<string, bigint>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(minimums).map(([currency, amount]) => [currency, amount.toString()]),
  )
}

/** As `plainMinimums` wrote them. */
export function readMinimums(stored: unknown): Record<string, bigint> {
  const entries = Object.entries(stored as Record<string, string>) // written by `plainMinimums` alone
  return Object.fromEntries(entries.map(([currency, text]) => [currency, BigInt(text)]))
}
