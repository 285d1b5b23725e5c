import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sweepFindings, sweeps } from '@/db'
import type { Actor } from '@/lib/actor'
import { listFindings } from '@/lib/intake/reconcile/queries'
import type { PageWanted } from '@/lib/keyset'
import type { PayoutFilter } from '@/lib/payouts/payouts-in-order'
import { listPayouts } from '@/lib/payouts/queries'
import { listLeftOut } from '@/lib/payouts/run-queries'
import { openBooks, type Books } from '@/tests/support/books'
import { expectPaged, strangeCursors, type Listing } from '@/tests/support/paging'

const admin: Actor = { kind: 'api_key', id: 'key_admin', scope: 'admin' }

let books: Books
let sweepId: number
beforeAll(async () => {
  books = await openBooks()
  // Drafts, since no other may be written as they are; the last two runs were drafted in the same moment.
  for (const statement of [
    sql`insert into affiliates (id, handle, display_name, email, status, created_at)
        select 'aff_' || at, 'Many' || at, 'Many ' || at, at || '@many.example', 'active', '2026-01-01' from generate_series(1, 5) at`,
    sql`insert into payout_details (affiliate_id, method, destination, digest, changed_by, at)
        select id, 'paypal', '{"email": "a@example.com"}', id, id, '2026-01-01' from affiliates where id ~ '^aff_[1-5]$'`,
    sql`insert into payout_runs (id, state, cut_off_on, minimums, drafted_by, drafted_at, through_transfer_id)
        select 'run_' || at, case when at = 3 then 'discarded' else 'draft' end, '2026-01-01', '{}', 'adm_1',
               timestamptz '2026-01-01' + least(at, 4) * interval '1 hour', 1 from generate_series(1, 5) at`,
    sql`insert into payouts (id, run_id, affiliate_id, currency, amount_minor, carried_minor, line_count, lines_digest, details_id,
          method, destination, warnings, state)
        select 'pay_' || right(r.id, 1) || right(d.affiliate_id, 1) || c, r.id, d.affiliate_id, c, 1000 * (d.id % 2 + 1), 0, 1, '1', d.id, 'paypal', d.destination,
               case when d.affiliate_id = 'aff_2' then array['first_payout'] else '{}'::text[] end, 'draft'
        from payout_runs r, payout_details d, unnest(array['eur', 'usd']) c`,
    sql`insert into payouts_left_out (run_id, affiliate_id, currency, balance_minor, reason)
        select 'run_1', id, c, case when id = 'aff_1' then -900 else 800 end, case when id = 'aff_1' then 'debt' else 'no_details' end
        from affiliates, unnest(array['eur', 'usd']) c where id ~ '^aff_[1-5]$'`,
  ])
    await books.db.execute(statement)
  const at = new Date('2026-01-01')
  const [sweep] = await books.db
    .insert(sweeps)
    .values({ begunBy: 'by_hand', state: 'done', since: at, begunAt: at, startedAt: at, finishedAt: at })
    .returning({ id: sweeps.id })
  sweepId = sweep?.id ?? 0
  const found = { sweepId, sentence: 'It says why.', foundAt: at }
  await books.db.insert(sweepFindings).values(
    [1, 2, 3, 4, 5, 6].map((n) => ({
      ...found,
      kind: n % 2 ? 'charge' : 'invoice',
      objectId: `ch_${n}`,
      verdict: n % 3 ? ('healed' as const) : ('unexplained' as const),
    })),
  )
})
afterAll(() => books.close())

const payouts =
  (filter: Omit<PayoutFilter, 'limit'>): Listing =>
  async (page: PageWanted) => {
    const { payouts: rows, ...ends } = await listPayouts(admin, { ...filter, ...page }, books.db)
    return { ids: rows.map(({ id }) => id), ...ends }
  }

const lists: Record<string, Listing> = {
  'every payout': payouts({}),
  'payouts with a warning': payouts({ warned: true }),
  'payouts in a state': payouts({ state: 'draft' }),
  'an affiliate’s payouts': payouts({ ofAffiliate: 'aff_1' }),
  'a run’s payouts': payouts({ runId: 'run_1' }),
  'a run’s payouts, the largest first': payouts({ runId: 'run_1', sort: 'largest' }),
  'a run’s payouts, the smallest first': payouts({ runId: 'run_1', sort: 'smallest' }),
  'who is left out of a run': async (page) => {
    const { leftOut, ...ends } = await listLeftOut(admin, { ...page, runId: 'run_1' }, books.db)
    return { ids: leftOut.map(({ affiliateId, currency }) => `${currency} ${affiliateId}`), ...ends }
  },
  'what a sweep found': async (page) => {
    const { findings, ...ends } = await listFindings(admin, { ...page, sweepId }, books.db)
    return { ids: findings.map(({ kind, objectId }) => `${kind} ${objectId}`), ...ends }
  },
}

describe.each(Object.entries(lists))('the list of %s', (_name, list) => {
  it('read page by page shows each row once, and the same on the way back', async () => {
    await expectPaged(list)
  })

  it.each(strangeCursors)('begins somewhere for a cursor that is not ours', async (cursor) => {
    const { ids } = await list({ limit: 100 })
    for (const id of (await list({ limit: 2, cursor })).ids) expect(ids).toContain(id)
  })
})

describe('the order', () => {
  const idsOf = async (list: Listing | undefined) => (await list?.({ limit: 100 }))?.ids ?? []

  it('of every payout is that of its runs, without those that were discarded', async () => {
    const runs = (await idsOf(lists['every payout'])).map((id) => id[4])
    expect(runs.join('')).toMatch(/^[45]{20}2{10}1{10}$/)
  })

  it('by amounts is that of each currency by itself', async () => {
    const { payouts: rows } = await listPayouts(
      admin,
      { runId: 'run_2', sort: 'largest', limit: 100 },
      books.db,
    )
    const [usd, eur] = ['usd', 'eur'].map((currency) => rows.filter((row) => row.currency === currency))
    expect(rows).toEqual([...(usd ?? []), ...(eur ?? [])])
    for (const part of [usd, eur]) {
      const amounts = (part ?? []).map(({ amountMinor }) => amountMinor)
      expect(amounts).toEqual(amounts.toSorted((a, b) => Number(b - a)))
    }
  })

  it('of who is left out takes a debt by its size, and of what a sweep found the unexplained first', async () => {
    expect((await idsOf(lists['who is left out of a run']))[0]).toBe('usd aff_1')
    const debts = await listLeftOut(admin, { runId: 'run_1', reason: 'debt', limit: 10 }, books.db)
    expect(debts.leftOut.map(({ balanceMinor }) => balanceMinor)).toEqual([-900n, -900n])
    const found = await idsOf(lists['what a sweep found'])
    expect(found.slice(0, 2).toSorted()).toEqual(['charge ch_3', 'invoice ch_6'])
    const charges = await listFindings(admin, { sweepId, kind: 'charge', limit: 10 }, books.db)
    expect(charges.findings.map(({ objectId }) => objectId)).toEqual(['ch_3', 'ch_5', 'ch_1'])
  })
})
