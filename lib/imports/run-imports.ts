import 'server-only'
import { and, asc, eq, sql } from 'drizzle-orm'
import { affiliates, codes, importRows, imports, type Database, type Transaction } from '@/db'
import type { Actor } from '@/lib/actor'
import { insertPerson } from '@/lib/affiliates/insert-affiliate'
import { assignCode } from '@/lib/attribution/assign-code'
import { writeAudit } from '@/lib/audit/write-audit'
import { dayOf, laterOf, startOfDay, isDay, type Day } from '@/lib/calendar'
import { programmeNow, wallNow } from '@/lib/clock'
import { getAtStripe, type FoundCode } from '@/lib/codes/find-at-stripe'
import { furtherCode, insertCode } from '@/lib/codes/insert-code'
import { codeText } from '@/lib/codes/rules'
import { TributaryError } from '@/lib/errors'
import { postMoves } from '@/lib/ledger/post-moves'
import { currentDiscount } from '@/lib/programme/current-discount'
import { insertAffiliateTerms } from '@/lib/programme/write-terms'
import type { Stripe } from '@/lib/stripe/client'
import { violatedConstraint } from '@/lib/unique-violation'
import { forgetCells } from './forget-cells'

type Row = typeof importRows.$inferSelect

/**
 * Takes in the next row of the files that were started: the affiliate, their code and their opening balance, all or nothing. Codes to be
 * made are due at once, and made by whoever makes codes.
 * @returns how many rows were ended; none when nothing is to be done
 */
export async function runImports(db: Database, stripe: Stripe): Promise<number> {
  const [running] = await db
    .select({ id: imports.id })
    .from(imports)
    .where(eq(imports.state, 'running'))
    .orderBy(asc(imports.startedAt), asc(imports.id))
    .limit(1)
  if (!running) return 0
  const [row] = await db
    .select()
    .from(importRows)
    .where(and(eq(importRows.importId, running.id), eq(importRows.state, 'ready')))
    .orderBy(asc(importRows.line))
    .limit(1)
  if (!row) return finish(db, running.id)
  const actor: Actor = { kind: 'system', job: `import/${running.id}` }
  const found = await findPromised(actor, db, stripe, row)
  if (typeof found === 'string') return end(db, row, { state: 'failed', message: found })
  try {
    return await db.transaction((tx) => takeIn(tx, actor, row, found))
  } catch (error) {
    const message = explained(error)
    if (message === null) throw error
    return end(db, row, { state: 'failed', message })
  }
}

/** Stripe is asked before anything is locked. @returns words where what was to be assigned is gone */
async function findPromised(
  actor: Actor,
  db: Database,
  stripe: Stripe,
  { promotionCodeId }: Row,
): Promise<FoundCode | null | string> {
  if (promotionCodeId === null) return null
  try {
    return await getAtStripe(actor, promotionCodeId, { db, stripe })
  } catch (error) {
    if (error instanceof TributaryError && error.code === 'not_found') return error.message
    throw error
  }
}

async function takeIn(tx: Transaction, actor: Actor, row: Row, found: FoundCode | null): Promise<number> {
  const mine = and(
    eq(importRows.importId, row.importId),
    eq(importRows.line, row.line),
    eq(importRows.state, 'ready'),
  )
  const [locked] = await tx.select({ line: importRows.line }).from(importRows).where(mine).for('update')
  if (!locked) return 0
  const now = await programmeNow(tx)
  const affiliateId =
    row.affiliateId ?? (await findByEmail(tx, row)) ?? (await insertNew(tx, actor, row, now))
  if (row.plan === 'make' && row.code !== null) await writeCode(tx, affiliateId, row.code, now)
  const reason = `Taken over from ${row.importId}, line ${row.line}.`
  if (found !== null) await assignCode(actor, found, { affiliateId, reason }, tx)
  await writeOpening(tx, affiliateId, row, now)
  await tx.update(importRows).set({ affiliateId, state: 'done', message: null }).where(mine)
  const { plan, code, openingMinor, currency } = row
  const after = { importId: row.importId, line: row.line, plan, code, openingMinor, currency }
  await writeAudit(tx, { actor, action: 'import.take_in', subjectId: affiliateId, after, at: now })
  return 1
}

/** An earlier row of the file may have made them. */
async function findByEmail(tx: Transaction, { wanted }: Row): Promise<string | null> {
  const [found] = await tx
    .select({ id: affiliates.id })
    .from(affiliates)
    .where(sql`lower(${affiliates.email}) = lower(${wanted?.['email'] ?? ''})`)
  return found?.id ?? null
}

async function insertNew(tx: Transaction, actor: Actor, { wanted }: Row, now: Date): Promise<string> {
  const { handle = '', displayName = '', email = '', joinedOn = '', rateBps } = wanted ?? {}
  const createdAt = isDay(joinedOn) ? new Date(startOfDay(joinedOn) * 1000) : now
  const affiliateId = await insertPerson(tx, { handle, displayName, email, status: 'active', createdAt })
  if (rateBps !== undefined) {
    const since = new Date(Math.floor(now.getTime() / 1000) * 1000)
    const version = { effectiveFrom: since, recordedAt: since, values: { rateBps: Number(rateBps) } }
    await insertAffiliateTerms(tx, actor, { affiliateId, ...version })
  }
  return affiliateId
}

async function writeCode(tx: Transaction, affiliateId: string, code: string, now: Date): Promise<void> {
  const discount = await currentDiscount(tx, now)
  const [person] = await tx
    .select({ handle: affiliates.handle })
    .from(affiliates)
    .where(eq(affiliates.id, affiliateId))
  const isFirst = (await tx.$count(codes, eq(codes.affiliateId, affiliateId))) === 0
  if (person && isFirst && code === codeText(person.handle, discount)) {
    const { handle } = person
    await insertCode(tx, { affiliateId, handle, discount, maxRedemptions: null, createdAt: now })
    return
  }
  const forever = { duration: 'forever', durationInMonths: null, expiresAt: null } as const
  const wish = { discount, ...forever, maxRedemptions: null, firstTimeOnly: false }
  await tx
    .insert(codes)
    .values(furtherCode(affiliateId, code, wish, { createdAt: now, provisionAt: wallNow() }))
}

/** One an affiliate and currency for good: a second file, or the same one again, collides with the line's key. */
async function writeOpening(tx: Transaction, affiliateId: string, row: Row, now: Date): Promise<void> {
  const { openingMinor, currency } = row
  if (openingMinor === null || currency === null) return
  const on = dayOf(Math.floor(now.getTime() / 1000))
  // A column of days gives nothing but days.
  const payableOn = laterOf((row.payableOn as Day | null) ?? on, on)
  const [debit, credit] = openingMinor > 0n ? ['opening_balances', 'earned'] : ['earned', 'opening_balances']
  const size = openingMinor > 0n ? openingMinor : -openingMinor
  await postMoves(
    tx,
    sql`
      select ${debit}::text as debit, ${credit}::text as credit, ${currency}::text as currency,
             ${String(size)}::bigint as amount_minor, ${on}::date as earned_on, ${payableOn}::date as payable_on,
             ${`opening:${affiliateId}/${currency}`}::text as line_key, 1 as seq, 'opening'::text as kind,
             ${affiliateId}::text as affiliate_id, null::text as payout_id`,
    { occurredAt: now, recordedAt: now },
  )
}

/** What can have happened since the file was checked, or what is wrong with the row, in words; null: something else. */
function explained(error: unknown): string | null {
  if (error instanceof TributaryError) return error.message
  switch (violatedConstraint(error)) {
    case 'affiliates_email_once':
    case 'affiliates_handle_once':
      return 'Somebody else has the handle or the address by now.'
    case 'codes_pkey':
    case 'codes_text_once':
      return 'The code is somebody’s by now.'
    case 'ledger_transfers_line_once':
      return 'They have had an opening balance in this currency before.'
    default:
      return refusalOf(error)
  }
}

/** Words of the database about a value or a row (classes 22 and 23) would be the same at every attempt. */
function refusalOf(error: unknown): string | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ('code' in cause && typeof cause.code === 'string' && /^2[23]/.test(cause.code))
      return `The database refused it: ${cause.message}`
  return null
}

async function end(db: Database, row: Row, to: Pick<Row, 'state' | 'message'>): Promise<number> {
  await db
    .update(importRows)
    .set(to)
    .where(
      and(
        eq(importRows.importId, row.importId),
        eq(importRows.line, row.line),
        eq(importRows.state, 'ready'),
      ),
    )
  return 1
}

async function finish(db: Database, importId: string): Promise<number> {
  return db.transaction(async (tx) => {
    const ended = await tx
      .update(imports)
      .set({ state: 'done', finishedAt: wallNow() })
      .where(and(eq(imports.id, importId), eq(imports.state, 'running')))
      .returning({ id: imports.id })
    if (ended.length > 0) await forgetCells(tx, importId)
    return ended.length
  })
}
