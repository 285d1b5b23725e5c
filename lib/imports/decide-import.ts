import 'server-only'
import { and, asc, eq, sql } from 'drizzle-orm'
import { database, importRows, imports, type Database, type Transaction } from '@/db'
import { actorName, requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { dayOf } from '@/lib/calendar'
import { programmeNow, wallNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { insertRows, overwriting } from '@/lib/rows'
import { stripeClient, type Stripe } from '@/lib/stripe/client'
import { checkRows } from './check-rows'
import { forgetCells } from './forget-cells'
import type { Mapping } from './formats'
import { mappingProblem } from './read-row'

/**
 * Says what the columns mean and checks every row, against the others, the books and Stripe. Nothing is taken in; it may be said again.
 * @throws TributaryError not_found, invalid (with the field `mapping`), conflict where it is taken in already or Stripe does not answer
 */
export async function mapImport(
  actor: Actor,
  importId: string,
  mapping: Mapping,
  options: { db?: Database; stripe?: Stripe; now?: Date } = {},
): Promise<void> {
  requireRole(actor, 'admin')
  const db = options.db ?? database()
  const now = options.now ?? (await programmeNow(db))
  const [seen] = await db
    .select({ headings: imports.headings, state: imports.state })
    .from(imports)
    .where(eq(imports.id, importId))
  requireState(seen?.state, 'mapping', 'checked')
  const problem = mappingProblem(mapping, seen?.headings ?? [])
  if (problem !== null) throw new TributaryError('invalid', problem, 'mapping')
  const rows = await db
    .select({ line: importRows.line, cells: importRows.cells })
    .from(importRows)
    .where(eq(importRows.importId, importId))
    .orderBy(asc(importRows.line))
  const today = dayOf(Math.floor(now.getTime() / 1000))
  const on = { db, stripe: options.stripe ?? stripeClient(), today, now }
  const checked = await checkRows(actor, rows, mapping, on)
  await db.transaction(async (tx) => {
    requireState(await lock(tx, importId), 'mapping', 'checked')
    const forgotten = await forgottenLines(tx, importId)
    const known = checked.flatMap((row) => (forgotten.has(row.line) ? [] : [{ ...row, importId }]))
    await tx.execute(insertRows(importRows, known, overwriting(importRows, 'importId', 'line')))
    await tx.update(imports).set({ state: 'checked', mapping }).where(eq(imports.id, importId))
    const after = { mapping, ready: checked.filter(({ state }) => state === 'ready').length }
    await writeAudit(tx, { actor, action: 'import.map', subjectId: importId, after, at: now })
  })
}

/**
 * Has the worker take in what of a file can be.
 * @throws TributaryError not_found, conflict where that was decided before or nothing can be taken in
 */
export async function startImport(actor: Actor, importId: string, db: Database = database()): Promise<void> {
  requireRole(actor, 'admin')
  await db.transaction(async (tx) => {
    requireState(await lock(tx, importId), 'checked')
    const ready = and(eq(importRows.importId, importId), eq(importRows.state, 'ready'))
    const count = await tx.$count(importRows, ready)
    if (count === 0) throw new TributaryError('conflict', 'No row of this file can be taken in.')
    const started = { startedBy: actorName(actor).id, startedAt: wallNow() }
    await tx
      .update(imports)
      .set({ state: 'running', ...started })
      .where(eq(imports.id, importId))
    const at = await programmeNow(tx)
    await writeAudit(tx, { actor, action: 'import.start', subjectId: importId, after: { count }, at })
  })
}

/**
 * Leaves the rest of a file; what was taken in stays.
 * @throws TributaryError not_found, conflict where nothing is left to do
 */
export async function discardImport(
  actor: Actor,
  importId: string,
  db: Database = database(),
): Promise<void> {
  requireRole(actor, 'admin')
  await db.transaction(async (tx) => {
    const state = requireState(await lock(tx, importId), 'mapping', 'checked', 'running')
    await tx
      .update(imports)
      .set({ state: 'discarded', finishedAt: wallNow() })
      .where(eq(imports.id, importId))
    await tx
      .update(importRows)
      .set({ state: 'failed', message: 'The rest of the file was left.' })
      .where(and(eq(importRows.importId, importId), eq(importRows.state, 'ready')))
    await forgetCells(tx, importId)
    const at = await programmeNow(tx)
    await writeAudit(tx, { actor, action: 'import.discard', subjectId: importId, before: { state }, at })
  })
}

type State = (typeof imports.$inferSelect)['state']

/** Of people who were forgotten, also meanwhile: what was read of them before is not written down again. */
async function forgottenLines(tx: Transaction, importId: string): Promise<Set<number>> {
  const rows = await tx
    .select({ line: importRows.line, isEmpty: sql<boolean>`${importRows.cells} = '{}'` })
    .from(importRows)
    .where(eq(importRows.importId, importId))
    .orderBy(asc(importRows.line))
    .for('update')
  return new Set(rows.flatMap(({ line, isEmpty }) => (isEmpty ? [line] : [])))
}

const decidedBefore: Record<State, string> = {
  mapping: 'Say first what the columns of this file mean.',
  checked: 'Nobody has had this file taken in.',
  running: 'This file is being taken in already.',
  done: 'This file has been taken in already.',
  discarded: 'This file was left.',
}

function requireState(state: State | undefined, ...wanted: State[]): State {
  if (state === undefined) throw new TributaryError('not_found', 'There is no such file.')
  if (!wanted.includes(state)) throw new TributaryError('conflict', decidedBefore[state])
  return state
}

async function lock(tx: Transaction, importId: string): Promise<State | undefined> {
  const [found] = await tx
    .select({ state: imports.state })
    .from(imports)
    .where(eq(imports.id, importId))
    .for('update')
  return found?.state
}
