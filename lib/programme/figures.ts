import 'server-only'
import { count, countDistinct, desc, eq, gt, isNotNull, sql, sum } from 'drizzle-orm'
import {
  affiliates,
  balanceDays,
  commissions,
  customers,
  database,
  inboxWork,
  programme,
  subscriptions,
  type Querying,
} from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { dayOf, type Day } from '@/lib/calendar'
import { programmeNow } from '@/lib/clock'
import { keptAnswer } from '@/lib/kept-answer'
import { accentStyle } from './accent'

export interface ProgrammeFacts {
  name: string
  booksMode: 'sandbox' | 'test' | 'live'
  /** The style sheet of its own colour; null: Tributary's own. */
  accentStyle: string | null
  /** At `/logo/<id>`; null: Tributary's own mark. */
  logoId: number | null
  /** The programme's time, which a sandbox may run ahead of the wall's. */
  now: Date
  on: Day
}

/** What anybody may know of the programme; null before its first start. */
export async function findProgramme(db: Querying = database()): Promise<ProgrammeFacts | null> {
  const { name, booksMode, accent, logoId } = programme
  const [row] = await db.select({ name, booksMode, accent, logoId }).from(programme)
  if (!row) return null
  const now = await programmeNow(db)
  const { accent: colour, ...facts } = row
  const style = colour === null ? null : accentStyle(colour)
  return { ...facts, accentStyle: style, now, on: dayOf(Math.floor(now.getTime() / 1000)) }
}

export interface CurrencyFigures {
  currency: string
  mrrMinor: bigint
  payableMinor: bigint
  pendingMinor: bigint
  scheduledMinor: bigint
  heldMinor: bigint
  inPayoutMinor: bigint
  paidMinor: bigint
}

export interface ProgrammeFigures {
  currencies: CurrencyFigures[]
  affiliates: number
  customers: number
  subscriptions: number
  commissions: number
  awaitingFee: number
  quarantined: number
}

/** The console's first page: what the programme brings and owes on a day. */
export async function getProgrammeFigures(
  actor: Actor,
  on: Day,
  db: Querying = database(),
): Promise<ProgrammeFigures> {
  requireViewer(actor)
  const [awaitingFee, quarantined, counted] = await Promise.all([
    db.$count(commissions, eq(commissions.status, 'awaiting_fee')),
    db.$count(inboxWork, eq(inboxWork.outcome, 'quarantined')),
    keptAnswer(db, `figures ${on}`, () => countAll(db, on)),
  ])
  return { ...counted, awaitingFee, quarantined }
}

/** So many commissions take tens of milliseconds to count. */
const many = 20_000

/** Reads all there is: in large books up to minutes old. */
async function countAll(db: Querying, on: Day) {
  const [balances, revenue, people, made] = await Promise.all([
    liabilities(db, on),
    recurring(db),
    countPeople(db),
    db.$count(commissions, isNotNull(commissions.affiliateId)),
  ])
  const currencies = [...new Set([...balances, ...revenue].map(({ currency }) => currency))].map(
    (currency) => ({
      ...nothing,
      ...balances.find((row) => row.currency === currency),
      currency,
      mrrMinor: revenue.find((row) => row.currency === currency)?.mrrMinor ?? 0n,
    }),
  )
  const subscribed = revenue.reduce((all, row) => all + row.subscriptions, 0)
  const weight = (currency: string) => revenue.find((row) => row.currency === currency)?.subscriptions ?? 0
  currencies.sort((a, b) => weight(b.currency) - weight(a.currency) || a.currency.localeCompare(b.currency))
  const answer = { currencies, ...people, commissions: made, subscriptions: subscribed }
  return { answer, dear: made > many }
}

const nothing = {
  payableMinor: 0n,
  pendingMinor: 0n,
  scheduledMinor: 0n,
  heldMinor: 0n,
  inPayoutMinor: 0n,
  paidMinor: 0n,
}

async function liabilities(db: Querying, on: Day) {
  const { account, earnedOn, payableOn, amountMinor, currency } = balanceDays
  const total = (condition: ReturnType<typeof sql>) =>
    sql<string>`coalesce(sum(${amountMinor}) filter (where ${condition}), 0)::text`.mapWith(BigInt)
  return db
    .select({
      currency,
      payableMinor: total(sql`${account} = 'earned' and ${payableOn} <= ${on}`),
      pendingMinor: total(sql`${account} = 'earned' and ${earnedOn} <= ${on} and ${payableOn} > ${on}`),
      scheduledMinor: total(sql`${account} = 'earned' and ${earnedOn} > ${on}`),
      heldMinor: total(sql`${account} = 'held'`),
      inPayoutMinor: total(sql`${account} = 'in_payout'`),
      paidMinor: total(sql`${account} = 'paid'`),
    })
    .from(balanceDays)
    .groupBy(currency)
}

async function recurring(db: Querying) {
  const rows = await db
    .select({ currency: subscriptions.currency, mrr: sum(subscriptions.mrrMinor), subscriptions: count() })
    .from(subscriptions)
    .innerJoin(customers, eq(customers.id, subscriptions.customerId))
    .where(sql`${customers.affiliateId} is not null and ${subscriptions.mrrMinor} > 0`)
    .groupBy(subscriptions.currency)
  return rows.map(({ mrr, ...row }) => ({ ...row, mrrMinor: BigInt(mrr ?? 0) }))
}

async function countPeople(db: Querying) {
  const [active, attributed] = await Promise.all([
    db.select({ count: count() }).from(affiliates).where(eq(affiliates.status, 'active')),
    db.select({ count: count() }).from(customers).where(isNotNull(customers.affiliateId)),
  ])
  return { affiliates: active[0]?.count ?? 0, customers: attributed[0]?.count ?? 0 }
}

export interface TopAffiliate {
  id: string
  displayName: string
  customers: number
  currency: string
  mrrMinor: bigint
}

/** Who brings the most recurring revenue in one currency. */
export async function listTopAffiliates(
  actor: Actor,
  options: { currency: string; limit: number },
  db: Querying = database(),
): Promise<TopAffiliate[]> {
  requireViewer(actor)
  return keptAnswer(db, `top ${options.currency} ${options.limit}`, async () => {
    const answer = await readTop(db, options)
    return { answer, dear: answer.reduce((all, { customers: own }) => all + own, 0) > many / 10 }
  })
}

async function readTop(db: Querying, options: { currency: string; limit: number }): Promise<TopAffiliate[]> {
  const mrr = sum(subscriptions.mrrMinor)
  const rows = await db
    .select({
      id: affiliates.id,
      displayName: affiliates.displayName,
      customers: countDistinct(subscriptions.customerId),
      mrr,
    })
    .from(subscriptions)
    .innerJoin(customers, eq(customers.id, subscriptions.customerId))
    .innerJoin(affiliates, eq(affiliates.id, customers.affiliateId))
    .where(sql`${subscriptions.currency} = ${options.currency} and ${gt(subscriptions.mrrMinor, 0n)}`)
    .groupBy(affiliates.id, affiliates.displayName)
    .orderBy(desc(mrr), affiliates.id)
    .limit(options.limit)
  return rows.map(({ mrr: total, ...row }) => ({
    ...row,
    currency: options.currency,
    mrrMinor: BigInt(total ?? 0),
  }))
}
