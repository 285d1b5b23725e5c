import 'server-only'
import { sql } from 'drizzle-orm'
import { database, type Querying } from '@/db'
import { requireRole, requireViewer, type Actor } from '@/lib/actor'
import { TributaryError } from '@/lib/errors'
import { decimalString } from '@/lib/money'
import { checkBatch, csvOf, limitOf, type BatchMethod, type BatchRow } from './batch-rules'
import { findBlocks } from './find-block'
import { payoutDetailsSchema } from './schemas'

/** One file for the provider: it takes one currency and so many rows at a time. */
export interface BatchFile {
  method: BatchMethod
  currency: string
  /** From 1. */
  part: number
  payouts: number
  amountMinor: bigint
}

interface Row extends Record<string, unknown> {
  id: string
  currency: string
  amountMinor: string
  displayName: string
  destination: unknown
}

/** The files that pay what of an approved run goes by hand and is not paid yet. */
export async function listBatchFiles(
  actor: Actor,
  runId: string,
  db: Querying = database(),
): Promise<BatchFile[]> {
  requireViewer(actor)
  const rows = await db.execute<{
    method: BatchMethod
    currency: string
    part: number
    payouts: number
    amount: string
  }>(sql`
    select method, currency, part, count(*)::int as payouts, sum(amount_minor)::text as amount
    from (select p.*, 1 + (row_number() over (partition by method, currency order by id) - 1)
                 / case method when 'paypal' then ${limitOf.paypal}::int else ${limitOf.wise}::int end as part
          from payouts p where run_id = ${runId} and state = 'approved' and method in ('paypal', 'wise')) as numbered
    group by method, currency, part order by method, currency, part`)
  return rows.map(({ amount, ...row }) => ({ ...row, part: Number(row.part), amountMinor: BigInt(amount) }))
}

/**
 * A CSV that PayPal's mass payment or Wise's batch takes as it is, checked against their rules. What something stands in the way of is
 * not in it.
 * @throws TributaryError not_found where there is nothing to pay so, unprocessable where the provider would refuse a row
 */
export async function getBatchFile(
  actor: Actor,
  file: { runId: string; method: BatchMethod; currency: string; part: number },
  db: Querying = database(),
): Promise<{ name: string; csv: string }> {
  requireRole(actor, 'finance', 'admin')
  const { runId, method, currency, part } = file
  const found = await db.execute<Row>(sql`
    select p.id, p.currency, p.amount_minor::text as "amountMinor", a.display_name as "displayName", p.destination
    from payouts p join affiliates a on a.id = p.affiliate_id
    where p.run_id = ${runId} and p.state = 'approved' and p.method = ${method} and p.currency = ${currency}
    order by p.id limit ${limitOf[method]} offset ${(part - 1) * limitOf[method]}`)
  const blocks = await findBlocks(
    db,
    sql`p.run_id = ${runId} and p.state = 'approved' and p.method = ${method}`,
  )
  const free = found.filter(({ id }) => !blocks.has(id))
  if (free.length === 0) throw new TributaryError('not_found', 'There is nothing to be paid by this file.')
  const rows = free.map((row) => batchRow(method, row))
  const problems = checkBatch(method, rows)
  if (problems[0] !== undefined) throw new TributaryError('unprocessable', problems.slice(0, 5).join(' '))
  return { name: `${method}-${currency}-${runId}-${part}.csv`, csv: csvOf(method, rows) }
}

function batchRow(method: BatchMethod, row: Row): BatchRow {
  const details = payoutDetailsSchema.parse({ method, destination: row.destination })
  if (details.method === 'stripe') throw new Error(`${row.id} goes by Stripe.`)
  const name = details.method === 'wise' ? details.destination.accountHolder : row.displayName
  const receiverType = details.method === 'wise' ? details.destination.receiverType : 'PERSON'
  const { currency, id } = row
  const amount = decimalString(BigInt(row.amountMinor), currency)
  return {
    payoutId: id,
    email: details.destination.email,
    name,
    receiverType,
    amount,
    currency: currency.toUpperCase(),
  }
}
