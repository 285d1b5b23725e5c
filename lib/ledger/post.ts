import { and, inArray, notInArray, sql } from 'drizzle-orm'
import { balanceDays, ledgerTransfers, type Transaction } from '@/db'
import type { LedgerLine } from '@/lib/settlement/facts'
import { difference, type NewTransfer, type Subject, type WrittenTransfer } from './difference'

/** Lines that ought to stand for one payment on one basis. */
export interface Target extends Subject {
  lines: readonly LedgerLine[]
}

const rowsAStatement = 2_000

/**
 * Makes the ledger say what it ought to for these payments, and the roll-ups with it. The caller holds the payments' locks. Lines of a
 * basis that is no target any more are taken back.
 * @param targets every basis of every payment in `paymentIds`
 * @returns how many rows were written; none when the books were right
 */
export async function postDifference(
  tx: Transaction,
  paymentIds: readonly string[],
  targets: readonly Target[],
  recordedAt: Date,
): Promise<number> {
  if (paymentIds.length === 0) return 0
  const written = await loadWritten(tx, paymentIds)
  const wanted = new Map(targets.map((target) => [keyOf(target), target]))
  const rows = [...new Set([...wanted.keys(), ...written.keys()])].sort().flatMap((key) => {
    const stands = written.get(key)
    const target = wanted.get(key)
    const subject = target ?? stands?.subject
    if (subject === undefined) return []
    const { paymentId, invoiceId, customerId } = subject
    return difference(target?.lines ?? [], stands?.rows ?? []).map((transfer) => ({
      ...transfer,
      paymentId,
      invoiceId,
      customerId,
      occurredAt: new Date(transfer.occurredAt * 1000),
      recordedAt,
    }))
  })
  for (let from = 0; from < rows.length; from += rowsAStatement) {
    await tx.insert(ledgerTransfers).values(rows.slice(from, from + rowsAStatement))
  }
  await rollUp(tx, rows)
  return rows.length
}

const keyOf = ({ paymentId, invoiceId }: Subject) => `${paymentId} ${invoiceId ?? ''}`

async function loadWritten(
  tx: Transaction,
  paymentIds: readonly string[],
): Promise<Map<string, { subject: Subject; rows: WrittenTransfer[] }>> {
  const t = ledgerTransfers
  const rows = await tx
    .select({
      paymentId: t.paymentId,
      invoiceId: t.invoiceId,
      customerId: t.customerId,
      lineKey: t.lineKey,
      seq: t.seq,
      affiliateId: t.affiliateId,
      currency: t.currency,
      debit: t.debit,
      credit: t.credit,
      amountMinor: t.amountMinor,
      earnedOn: t.earnedOn,
      payableOn: t.payableOn,
    })
    .from(t)
    .where(
      and(
        inArray(sql`coalesce(${t.paymentId}, '')`, [...paymentIds]),
        notInArray(t.kind, ['payout', 'adjustment', 'opening', 'write_off']),
      ),
    )
  const bySubject = new Map<string, { subject: Subject; rows: WrittenTransfer[] }>()
  for (const { paymentId, invoiceId, customerId, ...row } of rows) {
    if (paymentId === null) continue
    const subject = { paymentId, invoiceId, customerId }
    const entry = bySubject.get(keyOf(subject)) ?? { subject, rows: [] }
    entry.rows.push(row)
    bySubject.set(keyOf(subject), entry)
  }
  return bySubject
}

type AffiliateAccount = (typeof balanceDays.$inferInsert)['account']

const affiliatesOwn: Record<NewTransfer['debit'], AffiliateAccount | null> = {
  commission_expense: null,
  earned: 'earned',
  held: 'held',
}

/** Adds the rows to the days they belong to, in the order of the key: so no two writers wait for each other in a circle. */
async function rollUp(tx: Transaction, rows: readonly Omit<NewTransfer, 'occurredAt'>[]): Promise<void> {
  const days = new Map<string, typeof balanceDays.$inferInsert>()
  for (const row of rows) {
    for (const [side, sign] of [['debit', -1n] as const, ['credit', 1n] as const]) {
      const account = affiliatesOwn[row[side]]
      if (account === null) continue
      const { affiliateId, currency, earnedOn, payableOn } = row
      const key = [affiliateId, currency, account, earnedOn, payableOn].join(' ')
      const day = days.get(key) ?? { affiliateId, currency, account, earnedOn, payableOn, amountMinor: 0n }
      days.set(key, { ...day, amountMinor: day.amountMinor + sign * row.amountMinor })
    }
  }
  const sorted = [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, day]) => day)
  for (let from = 0; from < sorted.length; from += rowsAStatement) {
    await tx
      .insert(balanceDays)
      .values(sorted.slice(from, from + rowsAStatement))
      .onConflictDoUpdate({
        target: [
          balanceDays.affiliateId,
          balanceDays.currency,
          balanceDays.account,
          balanceDays.earnedOn,
          balanceDays.payableOn,
        ],
        set: { amountMinor: sql`${balanceDays.amountMinor} + excluded.amount_minor` },
      })
  }
}
