import { sql } from 'drizzle-orm'
import type { Transaction } from '@/db'
import { among } from '@/lib/rows'
import type { LedgerLine } from '@/lib/settlement/facts'
import type { Subject } from './difference'

type Held = Subject & { lines: readonly LedgerLine[] }

/**
 * A review puts lines on `held`, but not what is in a payout: such an instalment stays on `earned`, and with it what is taken back of
 * it, which is a debt then. The caller holds the lock that approvals wait for.
 */
export async function keepWhatIsInPayouts<T extends Held>(
  tx: Transaction,
  targets: readonly T[],
): Promise<T[]> {
  const held = targets.filter(({ lines }) => lines.some((line) => line.account === 'held'))
  if (held.length === 0) return [...targets]
  const rows = await tx.execute<{ key: string }>(sql`
    select concat_ws(' ', payment_id, coalesce(invoice_id, ''), affiliate_id, line_key) as key from payout_lines
    where released_at is null and line_key like 'instalment/%'
      and ${among(
        sql`payment_id`,
        held.map(({ paymentId }) => paymentId),
      )}
    group by payment_id, coalesce(invoice_id, ''), affiliate_id, line_key having sum(amount_minor) > 0`)
  const paid = new Set(rows.map(({ key }) => key))
  if (paid.size === 0) return [...targets]
  return targets.map((target) => ({
    ...target,
    lines: target.lines.map((line) => {
      const key = [target.paymentId, target.invoiceId ?? '', line.affiliateId, instalmentOf(line.lineKey)]
      return line.account === 'held' && paid.has(key.join(' '))
        ? { ...line, account: 'earned' as const }
        : line
    }),
  }))
}

/** Every line's key ends with the instalment that it gives or takes back. */
function instalmentOf(lineKey: string): string {
  return lineKey.slice(lineKey.lastIndexOf('instalment/'))
}
