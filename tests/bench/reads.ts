import { sql } from 'drizzle-orm'
import type { Database } from '@/db'
import { getAffiliate } from '@/lib/affiliates/queries'
import type { Actor } from '@/lib/actor'
import { addMonths, monthOf } from '@/lib/calendar'
import { findLastVisit } from '@/lib/affiliates/visits'
import { listHeld } from '@/lib/commissions/held-queries'
import { listNews } from '@/lib/commissions/news-queries'
import { listCommissions } from '@/lib/commissions/queries'
import { getBalances, listEarningsByMonth } from '@/lib/ledger/queries'
import { nextPayoutDay } from '@/lib/programme/payout-day'
import { getTerms } from '@/lib/programme/queries'
import { countCustomers, listMrrMovements, listRecurringRevenue } from '@/lib/subscriptions/queries'
import type { Bench } from './bench'
import { affiliateId, makeTemplate, openBooks } from './books'
import { inTurn, timed, type Figure } from './figure'
import { fillPast } from './past'

const on = '2026-01-10'
const now = new Date(`${on}T12:00:00Z`)
const range = { from: monthOf(addMonths(on, -11)), to: monthOf(addMonths(on, 12)) }
/** Shortly after the last payment: what is new since a visit is as much as came since. */
const seenAt = new Date('2025-12-21T12:00:00Z')
const [few, many] = [affiliateId(0), affiliateId(1)]

const personOf = (affiliateId: string): Actor => {
  return { kind: 'person', userId: affiliateId, email: 'bench@example.com', affiliateId, administrator: null }
}

/** The portal's home, as its page asks for it. */
async function readHome(db: Database, id: string): Promise<void> {
  const person = personOf(id)
  const { terms } = await getTerms(db)
  const nextOn = nextPayoutDay(on, terms.payoutDay)
  const since = await findLastVisit(person, id, now, db)
  await Promise.all([
    getAffiliate(person, id, db),
    getBalances(person, id, on, db),
    nextOn ? getBalances(person, id, nextOn, db) : null,
    listHeld(person, id, db),
    since ? listNews(person, id, since, db) : null,
    listRecurringRevenue(person, id, db),
    countCustomers(person, id, db),
    listEarningsByMonth(person, id, range, db),
    listMrrMovements(person, id, { from: range.from, to: monthOf(on) }, db),
    listCommissions(person, { affiliateId: id, limit: 6 }, db),
  ])
}

/** What an affiliate's first page costs with 200 lines and with 200,000, of as many days, in the same database. */
export async function measureReads({ server, rounds, quick }: Bench): Promise<Figure[]> {
  const template = await makeTemplate(server, { codes: [] }, { count: 2, ownerOf: () => 0 })
  const books = await openBooks(server, template)
  await fillPast(server, books.name, { mark: 'few', lines: 200, affiliates: [few] })
  await fillPast(server, books.name, { mark: 'many', lines: 200_000, affiliates: [many] })
  await books.db.execute(sql`update affiliates set seen_at = ${seenAt.toISOString()}`)
  const [days] = await books.db.execute<{ few: number; many: number }>(sql`
    select (select count(*)::int from balance_days where affiliate_id = ${few}) as few,
           (select count(*)::int from balance_days where affiliate_id = ${many}) as many`)
  const reads = quick ? 40 : 100
  const compare = async (name: string, read: (affiliateId: string) => Promise<unknown>) => {
    const turn = async (id: string) => {
      await read(id)
      const seconds = await timed(async () => {
        for (let at = 0; at < reads; at++) await read(id)
      })
      return (seconds / reads) * 1000
    }
    const turns = await inTurn(
      rounds,
      () => turn(many),
      () => turn(few),
    )
    return [
      { name: `${name}, 200 lines`, value: turns.b, unit: 'ms' },
      { name: `${name}, 200,000 lines`, value: turns.a, unit: 'ms' },
      { name: `${name}, 200,000 / 200`, value: turns.ratio, unit: 'ratio', aim: { atMost: 1.5 } },
    ] satisfies Figure[]
  }
  const first = await timed(() => readHome(books.db, many))
  const figures: Figure[] = [
    ...(await compare('a balance', (id) => getBalances(personOf(id), id, on, books.db))),
    { name: 'the portal’s home, 200,000 lines, for the first time', value: first * 1000, unit: 'ms' },
    ...(await compare('the portal’s home', (id) => readHome(books.db, id))),
  ]
  await books.drop()
  return figures.map((figure) =>
    figure.unit === 'ratio' ? { ...figure, note: `over ${days?.many} and ${days?.few} days` } : figure,
  )
}
