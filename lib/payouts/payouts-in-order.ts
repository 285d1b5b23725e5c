import { sql, type SQL } from 'drizzle-orm'
import { keyset, type Key, type PageWanted } from '@/lib/keyset'
import type { PayoutState } from './rules'

export const payoutSorts = ['latest', 'largest', 'smallest'] as const
export type PayoutSort = (typeof payoutSorts)[number]

export interface PayoutFilter extends PageWanted {
  runId?: string | undefined
  /** Of this affiliate, drafts left out: who asks for themselves must name themselves. */
  affiliateId?: string | undefined
  /** As the console asks: drafts too. */
  ofAffiliate?: string | undefined
  state?: PayoutState | undefined
  /** Only those with a warning. */
  warned?: boolean | undefined
  /** Amounts are compared within one run: of all runs the latest stands first whatever is said here. */
  sort?: PayoutSort | undefined
}

const decided = sql`coalesce(r.approved_at, r.drafted_at)`
const byRun: Key[] = [
  { by: decided, type: 'timestamptz' },
  { by: sql`p.id`, type: 'text' },
]
const byAmount: Key[] = [
  { by: sql`p.currency`, type: 'text' },
  { by: sql`p.amount_minor`, type: 'bigint' },
  { by: sql`p.id`, type: 'text' },
]

/** A page of payouts: `from` gives `r`, a run, and `p`, of those the page needs. */
export function payoutsInOrder(filter: PayoutFilter) {
  const { runId, affiliateId, ofAffiliate, sort = 'latest' } = filter
  const sorted = runId !== undefined && sort !== 'latest'
  const keys = keyset(sorted ? byAmount : byRun, { ...filter, ascending: sorted && sort === 'smallest' })
  const runs = sql`r.state <> 'discarded' and ${runId === undefined ? sql`true` : sql`r.id = ${runId}`}`
  const few = affiliateId ?? ofAffiliate
  const from =
    sorted || few !== undefined
      ? sql`payout_runs r join payouts p on p.run_id = r.id and ${runs} and ${wanted(filter)} and ${keys.beyond}`
      : runByRun(filter, runs, keys)
  return { ...keys, from }
}

/** Of each run no more than a page, found in the run's own order: runs are few, and their payouts may be a hundred thousand each. */
function runByRun(
  filter: PayoutFilter,
  runs: SQL,
  { place, up, order, limit }: ReturnType<typeof keyset>,
): SQL {
  const [at, id] = place ?? []
  // After every id, in whatever collation: they have twenty characters, none beyond z.
  const bound = up ? '' : `pay_${'z'.repeat(21)}`
  const here = sql`case when ${decided} = ${at ?? null}::timestamptz then ${id ?? bound}::text else ${bound}::text end`
  const onwards = at === undefined ? sql`true` : sql`${decided} ${up ? sql`>=` : sql`<=`} ${at}::timestamptz`
  return sql`payout_runs r join payouts p on p.run_id = r.id and p.id = any(array(
    select p.id from (select * from payout_runs r where ${runs} and ${onwards}) r cross join lateral (
      select p.id from payouts p where p.run_id = r.id and ${wanted(filter)} and p.id ${up ? sql`>` : sql`<`} ${here}
      order by p.id ${up ? sql`asc` : sql`desc`} limit ${limit}) p
    order by ${order} limit ${limit}))`
}

function wanted({ affiliateId, ofAffiliate, state, warned }: PayoutFilter): SQL {
  const conditions = [
    ...(affiliateId === undefined
      ? []
      : [sql`p.affiliate_id = ${affiliateId} and p.state <> 'draft' and p.approved_on is not null`]),
    ...(ofAffiliate === undefined ? [] : [sql`p.affiliate_id = ${ofAffiliate}`]),
    ...(state === undefined ? [] : [sql`p.state = ${state}`]),
    ...(warned ? [sql`cardinality(p.warnings) > 0`] : []),
  ]
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `)
}
