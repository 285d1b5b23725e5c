import { and, notInArray, sql } from 'drizzle-orm'
import { balanceDays, ledgerTransfers, reversalDays, type Transaction } from '@/db'
import type { LedgerLine } from '@/lib/settlement/facts'
import { difference, type NewTransfer, type Subject, type WrittenTransfer } from './difference'
import { keepWhatIsInPayouts } from './in-payout'
import { among, insertRows } from '@/lib/rows'

/** Lines that ought to stand for one payment on one basis. */
export interface Target extends Subject {
  lines: readonly LedgerLine[]
}

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
  const wanted = new Map((await keepWhatIsInPayouts(tx, targets)).map((target) => [keyOf(target), target]))
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
  if (rows.length > 0) await tx.execute(insertRows(ledgerTransfers, rows))
  await rollUp(tx, rows)
  await rollUpReversals(tx, rows)
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
        among(sql`coalesce(${t.paymentId}, '')`, paymentIds),
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
  if (sorted.length === 0) return
  const added = sql`on conflict (affiliate_id, currency, account, earned_on, payable_on)
    do update set amount_minor = ${balanceDays.amountMinor} + excluded.amount_minor`
  await tx.execute(insertRows(balanceDays, sorted, added))
}

const takesBack: ReadonlySet<string> = new Set<LedgerLine['kind']>(['refund', 'dispute', 'cancel', 'void'])

async function rollUpReversals(
  tx: Transaction,
  rows: readonly Omit<NewTransfer, 'occurredAt'>[],
): Promise<void> {
  const days = new Map<string, typeof reversalDays.$inferInsert>()
  for (const { kind, debit, credit, affiliateId, currency, earnedOn, amountMinor } of rows) {
    const sign = credit === 'commission_expense' ? 1n : debit === 'commission_expense' ? -1n : 0n
    if (sign === 0n || !takesBack.has(kind)) continue
    const key = [affiliateId, currency, earnedOn].join(' ')
    const day = days.get(key) ?? { affiliateId, currency, earnedOn, amountMinor: 0n }
    days.set(key, { ...day, amountMinor: day.amountMinor + sign * amountMinor })
  }
  const sorted = [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, day]) => day)
  if (sorted.length === 0) return
  const added = sql`on conflict (affiliate_id, currency, earned_on)
    do update set amount_minor = ${reversalDays.amountMinor} + excluded.amount_minor`
  await tx.execute(insertRows(reversalDays, sorted, added))
}
