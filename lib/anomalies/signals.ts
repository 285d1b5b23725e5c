import { desc } from 'drizzle-orm'
import { anomalySignals, type Querying, type Transaction } from '@/db'
import type { AnomalyRule } from '@/lib/programme/schemas'
import { isCrossRule, type Signal } from './rules'
import { among, insertRows } from '@/lib/rows'

type Row = typeof anomalySignals.$inferSelect

/** The last answer of each rule about these payments, also those that no longer stand. */
export async function loadSignals(db: Querying, paymentIds: readonly string[]): Promise<Row[]> {
  if (paymentIds.length === 0) return []
  return db
    .selectDistinctOn([anomalySignals.paymentId, anomalySignals.rule])
    .from(anomalySignals)
    .where(among(anomalySignals.paymentId, paymentIds))
    .orderBy(anomalySignals.paymentId, anomalySignals.rule, desc(anomalySignals.seq))
}

export function signalOf(row: Row): Signal {
  const { rule, paymentId, affiliateId, action, evidence, at } = row
  // Only `writeSignals` writes rows, from signals.
  return {
    rule: rule as AnomalyRule,
    paymentId,
    affiliateId,
    action,
    evidence,
    at: Math.floor(at.getTime() / 1000),
  }
}

/**
 * Writes the answers down: a further row for each that changed, and for each that stood and no longer does.
 * @param last of these payments by the rules of one kind: of the payment alone, or across customers
 * @returns the answers that changed, as they were and as they are
 */
export async function writeSignals(
  tx: Transaction,
  last: readonly Row[],
  wanted: readonly Signal[],
  recordedAt: Date,
): Promise<{ paymentId: string; actions: Signal['action'][] }[]> {
  const keyOf = (of: { paymentId: string; rule: string }) => `${of.paymentId} ${of.rule}`
  const written = new Map(last.map((row) => [keyOf(row), row]))
  const asked = new Map(wanted.map((signal) => [keyOf(signal), signal]))
  const raised = wanted.filter((signal) => {
    const row = written.get(keyOf(signal))
    return !row?.stands || !isSame(signalOf(row), signal)
  })
  const gone = last.filter((row) => row.stands && !asked.has(keyOf(row))).map(signalOf)
  const rows = [
    ...raised.map((signal) => ({ signal, stands: true })),
    ...gone.map((signal) => ({ signal, stands: false })),
  ]
  const further = rows.map(({ signal, stands }) => ({
    ...signal,
    stands,
    seq: (written.get(keyOf(signal))?.seq ?? 0) + 1,
    at: new Date(signal.at * 1000),
    recordedAt,
  }))
  if (further.length > 0) await tx.execute(insertRows(anomalySignals, further))
  return rows.map(({ signal }) => {
    const row = written.get(keyOf(signal))
    const before = row?.stands ? [row.action] : []
    return { paymentId: signal.paymentId, actions: [signal.action, ...before] }
  })
}

function isSame(a: Signal, b: Signal): boolean {
  return (
    a.affiliateId === b.affiliateId && a.action === b.action && a.evidence === b.evidence && a.at === b.at
  )
}

export const ofOwnRules = (row: Row) => !isCrossRule(row.rule)
export const ofCrossRules = (row: Row) => isCrossRule(row.rule)
