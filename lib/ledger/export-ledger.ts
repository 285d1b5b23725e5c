import 'server-only'
import { asc, gt } from 'drizzle-orm'
import { affiliateAccounts, reports, ledgerTransfers, type Database } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'

/** A transfer as the world gets it; keys in the order of the columns. Amounts and ids are strings. */
export interface ExportedTransfer {
  id: string
  recordedAt: string
  occurredAt: string
  earnedOn: string
  payableOn: string
  debit: string
  credit: string
  currency: string
  amountMinor: string
  lineKey: string
  kind: string
  paymentId: string | null
  invoiceId: string | null
  customerId: string | null
  affiliateId: string
  payoutId: string | null
}

export const exportedColumns = [
  'id',
  'recordedAt',
  'occurredAt',
  'earnedOn',
  'payableOn',
  'debit',
  'credit',
  'currency',
  'amountMinor',
  'lineKey',
  'kind',
  'paymentId',
  'invoiceId',
  'customerId',
  'affiliateId',
  'payoutId',
] as const satisfies (keyof ExportedTransfer)[]

const pageSize = 1000

/** Hands over all of the ledger as it is at one moment, in the order of its ids, a page at a time: memory does not grow with it. */
export async function exportLedger(
  actor: Actor,
  take: (transfers: ExportedTransfer[]) => Promise<void>,
  options: { db?: Database } = {},
): Promise<number> {
  requireViewer(actor)
  return (options.db ?? reports()).transaction(
    async (tx) => {
      let count = 0
      for (let last = 0n; ;) {
        const rows = await tx
          .select()
          .from(ledgerTransfers)
          .where(gt(ledgerTransfers.id, last))
          .orderBy(asc(ledgerTransfers.id))
          .limit(pageSize)
        if (rows.length > 0) await take(rows.map(toExported))
        count += rows.length
        const end = rows.at(-1)
        if (!end || rows.length < pageSize) return count
        last = end.id
      }
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  )
}

function toExported(row: typeof ledgerTransfers.$inferSelect): ExportedTransfer {
  const { currency, affiliateId } = row
  return {
    id: String(row.id),
    recordedAt: row.recordedAt.toISOString(),
    occurredAt: row.occurredAt.toISOString(),
    earnedOn: row.earnedOn,
    payableOn: row.payableOn,
    debit: accountName(row.debit, currency, affiliateId),
    credit: accountName(row.credit, currency, affiliateId),
    currency,
    amountMinor: String(row.amountMinor),
    lineKey: row.lineKey,
    kind: row.kind,
    paymentId: row.paymentId,
    invoiceId: row.invoiceId,
    customerId: row.customerId,
    affiliateId,
    payoutId: row.payoutId,
  }
}

/** `usd:affiliate:aff_…:earned`, or `usd:commission_expense`. */
function accountName(account: string, currency: string, affiliateId: string): string {
  const isAffiliates = affiliateAccounts.some((name) => name === account)
  return isAffiliates ? `${currency}:affiliate:${affiliateId}:${account}` : `${currency}:${account}`
}
