import { sql } from 'drizzle-orm'
import { sweepFindings, sweepLeakage, type Database, type Transaction } from '@/db'
import { programmeNow, wallNow } from '@/lib/clock'
import { isDatabaseAway } from '@/lib/database-away'
import { log } from '@/lib/log'
import { insertRows, overwriting } from '@/lib/rows'
import type { Stripe } from '@/lib/stripe/client'
import { read } from '@/lib/stripe/read'
import { completeFacts } from '../ask'
import { knownObjects } from '../behind'
import { factKinds, type Fact } from '../facts'
import { recordEventIn } from '../record-event'
import { settleFacts } from '../settle-facts'
import { SweepLost } from './hold'
import { judge, type Judged } from './judge'
import { problemOf, type Sighting } from './sightings'

const askMs = 600_000

export interface Step {
  db: Database
  stripe: Stripe
  sweepId: number
  /** Written in the transaction that ends the step. */
  stand(tx: Transaction): Promise<void>
}

/**
 * Brings what a step of a walk has found into the books: what they lack goes the way of all facts, and findings, counts and the place
 * of the sweep are written in the same transaction. What cannot be taken in is found by halving and said, and holds up nothing else.
 */
export async function takeStep(step: Step, sightings: readonly Sighting[]): Promise<void> {
  const judged = await judge(step.db, oncePerObject(sightings))
  const lacking = judged.filter(({ missing }) => missing.length > 0)
  const written = lacking.length > 0 && (await healTogether(step, judged, lacking))
  if (written) return
  const failed = lacking.length > 0 ? await healApart(step, lacking) : new Map<Judged, string>()
  await step.db.transaction(async (tx) => {
    await note(
      tx,
      step.sweepId,
      judged.map((each) => giveUp(each, failed.get(each))),
    )
    await step.stand(tx)
  })
}

/** A dispute moves money twice, and is one dispute. */
function oncePerObject(sightings: readonly Sighting[]): Sighting[] {
  return [...new Map(sightings.map((each) => [`${each.kind} ${each.objectId}`, each])).values()]
}

function giveUp(judged: Judged, sentence: string | undefined): Judged {
  return sentence === undefined ? judged : { ...judged, verdict: 'unexplained', sentence, missing: [] }
}

async function healTogether(step: Step, judged: Judged[], lacking: Judged[]): Promise<boolean> {
  try {
    const facts = await complete(step, lacking)
    await step.db.transaction(async (tx) => {
      await settle(tx, step.sweepId, facts)
      await note(tx, step.sweepId, judged)
      await step.stand(tx)
    })
    return true
  } catch (error) {
    if (error instanceof SweepLost || isDatabaseAway(error)) throw error
    log.warn({ sweepId: step.sweepId, objects: lacking.length, error }, 'a page could not be healed whole')
    return false
  }
}

/** @returns which could not be healed, and why */
async function healApart(step: Step, lacking: Judged[]): Promise<Map<Judged, string>> {
  const [only] = lacking
  try {
    const facts = await complete(step, lacking)
    await step.db.transaction(async (tx) => {
      await settle(tx, step.sweepId, facts)
      await noteFindings(tx, step.sweepId, lacking)
    })
    return new Map()
  } catch (error) {
    if (isDatabaseAway(error)) throw error
    if (lacking.length === 1 && only) return new Map([[only, problemOf(error)]])
  }
  const half = Math.ceil(lacking.length / 2)
  const first = await healApart(step, lacking.slice(0, half))
  return new Map([...first, ...(await healApart(step, lacking.slice(half)))])
}

/** With what is behind them; and the invoice that a payment paid, where it was made before the sweep's time. */
async function complete({ db, stripe }: Step, lacking: readonly Judged[]): Promise<Fact[]> {
  const facts = lacking.flatMap((each) => each.missing)
  const now = await programmeNow(db)
  const named = facts.flatMap((fact) => (fact.kind === 'invoice_payment' ? (fact.invoiceId ?? []) : []))
  const have = new Set([...(await knownObjects(db, named)), ...facts.map((fact) => fact.objectId)])
  for (const id of new Set(named)) {
    if (have.has(id)) continue
    const invoice = await read.invoice(stripe, id)
    facts.push(...factKinds.invoice.observe(invoice, { observedAt: now, eventId: null }))
  }
  return completeFacts(db, facts, { stripe, now, untilMs: Date.now() + askMs })
}

async function settle(tx: Transaction, sweepId: number, facts: readonly Fact[]): Promise<void> {
  const clock = { recordedAt: await programmeNow(tx), wallNow: wallNow() }
  const { answers, lonelyInvoices } = await settleFacts(tx, facts, clock)
  const paymentIds = [...new Set(answers.map((each) => each.paymentId))]
  await addLeakage(tx, sweepId, paymentIds)
  await postponeWaits(tx, [
    ...facts.flatMap((fact) => fact.paymentId ?? []),
    ...paymentIds,
    ...lonelyInvoices,
  ])
}

/** A later walk mostly shows what is now waited for, a hundred a call: nobody asks one by one meanwhile. */
async function postponeWaits(tx: Transaction, subjectIds: readonly string[]): Promise<void> {
  if (subjectIds.length === 0) return
  await tx.execute(sql`
    update waits set next_ask_at = greatest(next_ask_at, clock_timestamp() + interval '1 hour')
    where subject_id = any(${sql.param([...new Set(subjectIds)])}::text[]) and asks = 0`)
}

/** The money of the lines that this very transaction has written. */
async function addLeakage(tx: Transaction, sweepId: number, paymentIds: readonly string[]): Promise<void> {
  if (paymentIds.length === 0) return
  const rows = await tx.execute<{
    affiliate_id: string
    currency: string
    missed: string
    overpaid: string
  }>(sql`
    select affiliate_id, currency, sum(greatest(amount, 0)) as missed, sum(greatest(-amount, 0)) as overpaid from (
      select affiliate_id, currency, payment_id,
             sum(case when credit = 'commission_expense' then -amount_minor else amount_minor end) as amount
      from ledger_transfers
      where coalesce(payment_id, '') = any(${sql.param([...paymentIds])}::text[]) and xmin = pg_current_xact_id()::xid
        and 'commission_expense' in (debit, credit)
      group by affiliate_id, currency, payment_id) as changed
    group by affiliate_id, currency order by affiliate_id, currency`)
  const leaks = rows.map((row) => ({
    sweepId,
    affiliateId: row.affiliate_id,
    currency: row.currency,
    missedMinor: BigInt(row.missed),
    overpaidMinor: BigInt(row.overpaid),
  }))
  if (leaks.length === 0) return
  await tx.execute(
    insertRows(
      sweepLeakage,
      leaks,
      sql`on conflict (sweep_id, affiliate_id, currency) do update set
            missed_minor = sweep_leakage.missed_minor + excluded.missed_minor,
            overpaid_minor = sweep_leakage.overpaid_minor + excluded.overpaid_minor`,
    ),
  )
}

async function note(tx: Transaction, sweepId: number, all: readonly Judged[]): Promise<void> {
  const judged: Judged[] = []
  for (const each of all) {
    if (!each.isAside || each.verdict !== 'right') judged.push(await recordIfMissed(tx, each))
  }
  if (judged.length === 0) return
  await noteFindings(tx, sweepId, judged)
  const seen = new Map<string, number>()
  for (const { kind } of judged) seen.set(kind, (seen.get(kind) ?? 0) + 1)
  for (const [kind, count] of seen) {
    await tx.execute(sql`
      insert into sweep_counts (sweep_id, kind, seen) values (${sweepId}, ${kind}, ${count})
      on conflict (sweep_id, kind) do update set seen = sweep_counts.seen + excluded.seen`)
  }
  await tx.execute(sql`
    delete from sweep_open where sweep_id = ${sweepId} and (kind, object_id) in (
      select * from unnest(${sql.param(judged.map((each) => each.kind))}::text[],
                           ${sql.param(judged.map((each) => each.objectId))}::text[]))`)
}

async function recordIfMissed(tx: Transaction, judged: Judged): Promise<Judged> {
  if (judged.event === undefined) return judged
  try {
    await recordEventIn(tx, judged.event, wallNow())
    return judged
  } catch (error) {
    if (isDatabaseAway(error)) throw error
    return giveUp(judged, problemOf(error))
  }
}

async function noteFindings(tx: Transaction, sweepId: number, judged: readonly Judged[]): Promise<void> {
  const foundAt = wallNow()
  const rows = judged.flatMap(({ kind, objectId, verdict, sentence, missing }) => {
    if (verdict === 'right') return []
    const link = (of: 'paymentId' | 'invoiceId' | 'customerId') =>
      missing.map((fact) => fact[of]).find((id) => id != null) ?? null
    const links = {
      paymentId: link('paymentId'),
      invoiceId: link('invoiceId'),
      customerId: link('customerId'),
    }
    return [{ sweepId, kind, objectId, verdict, sentence, ...links, foundAt }]
  })
  if (rows.length === 0) return
  await tx.execute(insertRows(sweepFindings, rows, overwriting(sweepFindings, 'sweepId', 'kind', 'objectId')))
}
