import 'server-only'
import { sql, type SQL } from 'drizzle-orm'
import { database, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import type { Day } from '@/lib/calendar'
import { keyset, type PageEnds, type PageWanted } from '@/lib/keyset'
import { among } from '@/lib/rows'

export interface Debt {
  affiliateId: string
  displayName: string
  status: 'applied' | 'active' | 'suspended' | 'closed'
  currency: string
  /** Positive: what they owe on the day. */
  debtMinor: bigint
  /** What falls due to them later, and will take it down by itself. */
  comingMinor: bigint
  /** Payable in other currencies. */
  elsewhere: { currency: string; payableMinor: bigint }[]
}

interface Row extends Record<string, unknown> {
  affiliateId: string
  displayName: string
  status: Debt['status']
  currency: string
  debt: string
  coming: string
}

export interface DebtFilter {
  affiliateId?: string | undefined
  currency?: string | undefined
  status?: Debt['status'] | undefined
}

/** Who owes on a day, closed affiliates first, then by currency and amount, a page at a time. */
export async function listDebts(
  actor: Actor,
  on: Day,
  options: DebtFilter & PageWanted,
  db: Querying = database(),
): Promise<{ debts: Debt[] } & PageEnds> {
  requireViewer(actor)
  const { beyond, order, limit, position, page } = keyset(
    [
      { by: sql`(d.status = 'closed')::int::bigint`, type: 'bigint' },
      { by: sql`d.currency`, type: 'text' },
      { by: sql`d.debt`, type: 'bigint' },
      { by: sql`d."affiliateId"`, type: 'text' },
    ],
    options,
  )
  const of = (column: SQL, value: string | undefined) =>
    value === undefined ? sql`true` : sql`${column} = ${value}`
  const found = await db.execute<Row & { position: string }>(sql`
    select d."affiliateId", d."displayName", d.status, d.currency, d.debt::text as debt, d.coming::text as coming,
           ${position} as position
    from (${owing(on)}) d
    where ${of(sql`d."affiliateId"`, options.affiliateId)} and ${of(sql`d.currency`, options.currency)}
      and ${of(sql`d.status`, options.status)} and ${beyond}
    order by ${order} limit ${limit}`)
  const { rows, ...ends } = page<Row>(found)
  const elsewhere = await payableOf(
    db,
    on,
    rows.map(({ affiliateId }) => affiliateId),
  )
  const debts = rows.map(({ debt, coming, ...row }) => ({
    ...row,
    debtMinor: BigInt(debt),
    comingMinor: BigInt(coming),
    elsewhere: elsewhere.get(row.affiliateId) ?? [],
  }))
  return { debts, ...ends }
}

/** Nobody owes without a day below zero: only who has one is added up. */
const owing = (on: Day) => sql`
  select b.affiliate_id as "affiliateId", a.display_name as "displayName", a.status, b.currency,
         (-sum(b.amount_minor) filter (where b.payable_on <= ${on}))::bigint as debt,
         coalesce(sum(b.amount_minor) filter (where b.payable_on > ${on}), 0)::bigint as coming
  from (select distinct affiliate_id, currency from balance_days where account = 'earned' and amount_minor < 0) low
  join balance_days b on b.affiliate_id = low.affiliate_id and b.currency = low.currency and b.account = 'earned'
  join affiliates a on a.id = b.affiliate_id
  group by 1, 2, 3, 4 having sum(b.amount_minor) filter (where b.payable_on <= ${on}) < 0`

async function payableOf(
  db: Querying,
  on: Day,
  affiliateIds: readonly string[],
): Promise<Map<string, Debt['elsewhere']>> {
  const rows = await db.execute<{ id: string; currency: string; payable: string }>(sql`
    select affiliate_id as id, currency, sum(amount_minor)::text as payable from balance_days
    where ${among(sql`affiliate_id`, affiliateIds)} and account = 'earned' and payable_on <= ${on}
    group by 1, 2 having sum(amount_minor) > 0 order by 1, 2`)
  const payables = new Map<string, Debt['elsewhere']>()
  for (const { id, currency, payable } of rows)
    payables.set(id, [...(payables.get(id) ?? []), { currency, payableMinor: BigInt(payable) }])
  return payables
}

/** How many affiliates owe something, in whatever currency. */
export async function countDebts(actor: Actor, on: Day, db: Querying = database()): Promise<number> {
  requireViewer(actor)
  const [row] = await db.execute<{ count: number }>(
    sql`select count(distinct "affiliateId")::int as count from (${owing(on)}) d`,
  )
  return row?.count ?? 0
}
