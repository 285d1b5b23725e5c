import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  affiliates,
  balanceDays,
  connect,
  customers,
  inboxEvents,
  inboxPayloads,
  inboxWork,
  ledgerTransfers,
  reversalDays,
  subscriptions,
  type Connection,
} from '@/db'
import type { Actor } from '@/lib/actor'
import { countEvents, findEvent, listEvents } from '@/lib/intake/queries'
import { getBalances, listEarningsByMonth, listLinesOfPayment } from '@/lib/ledger/queries'
import { getProgrammeFigures, listTopAffiliates } from '@/lib/programme/figures'
import { countCustomers, listRecurringRevenue } from '@/lib/subscriptions/queries'
import { testDatabase, type TestDatabase } from '@/tests/support/database'

const console: Actor = { kind: 'system', job: 'test' }
const person = (affiliateId: string | null): Actor => ({
  kind: 'person',
  userId: 'user',
  email: 'somebody@example.net',
  administrator: null,
  affiliateId,
})
const mine = 'aff_mine'
const other = 'aff_other'
const at = new Date('2026-03-01T10:00:00Z')

let database: TestDatabase
let connection: Connection

type Day = `${number}-${number}-${number}`
type Account = 'earned' | 'held' | 'in_payout' | 'paid'

/** A line and its roll-up, as the ledger writes them: from the programme's account, or back to it where negative. */
async function post(
  line: { key: string; minor: bigint; earnedOn: Day; payableOn: Day } & {
    kind?: 'instalment' | 'refund' | 'cancel'
    account?: Account
    currency?: string
    affiliateId?: string
  },
): Promise<void> {
  const { key, minor, earnedOn, payableOn, kind = 'instalment', account = 'earned' } = line
  const { currency = 'usd', affiliateId = mine } = line
  const row = { affiliateId, currency, earnedOn, payableOn }
  await connection.db.insert(ledgerTransfers).values({
    ...row,
    recordedAt: at,
    occurredAt: at,
    debit: minor > 0n ? 'commission_expense' : account,
    credit: minor > 0n ? account : 'commission_expense',
    amountMinor: minor > 0n ? minor : -minor,
    lineKey: key,
    seq: 1,
    kind,
    paymentId: 'pi_1',
  })
  await connection.db.insert(balanceDays).values({ ...row, account, amountMinor: minor })
  if (kind === 'instalment') return
  await connection.db.insert(reversalDays).values({ affiliateId, currency, earnedOn, amountMinor: -minor })
}

async function event(id: string, second: number, outcome: 'settled' | 'quarantined' | null): Promise<void> {
  const recordedAt = new Date(at.getTime() + second * 1000)
  const { db } = connection
  await db.insert(inboxEvents).values({ eventId: id, type: 'invoice.paid', createdAt: at, recordedAt })
  await db.insert(inboxPayloads).values({ eventId: id, recordedAt, body: { id, object: 'event' } })
  await db.insert(inboxWork).values({
    eventId: id,
    state: outcome === 'settled' ? 'done' : outcome === null ? 'queued' : 'quarantined',
    nextAttemptAt: recordedAt,
    outcome,
    sentence: outcome === null ? null : 'Because.',
    doneAt: outcome === 'settled' ? new Date(recordedAt.getTime() + 250) : null,
  })
}

async function customer(id: string, affiliateId: string | null, mrrMinor: bigint, currency: string) {
  const { db } = connection
  await db
    .insert(customers)
    .values({ id, affiliateId, since: affiliateId === null ? null : at, createdAt: at })
  const running = { status: 'active', startedAt: at } as const
  await db.insert(subscriptions).values({ id: `sub_${id}`, customerId: id, mrrMinor, currency, ...running })
}

beforeAll(async () => {
  database = await testDatabase()
  connection = connect(database.url)
  for (const id of [mine, other]) {
    const rest = { status: 'active', createdAt: at } as const
    await connection.db
      .insert(affiliates)
      .values({ id, handle: id.slice(4), displayName: id, email: `${id}@example.net`, ...rest })
  }
  await post({ key: 'instalment/0', minor: 446n, earnedOn: '2026-01-31', payableOn: '2026-03-02' })
  await post({ key: 'instalment/1', minor: 446n, earnedOn: '2026-02-28', payableOn: '2026-03-30' })
  await post({ key: 'instalment/2', minor: 445n, earnedOn: '2026-03-31', payableOn: '2026-04-30' })
  const back = { kind: 'refund', minor: -100n, earnedOn: '2026-02-28' } as const
  await post({ key: 'refund:re_1/instalment/1', payableOn: '2026-03-31', ...back })
  await post({ key: 'other/0', minor: 7n, earnedOn: '2026-01-31', payableOn: '2026-03-02', currency: 'eur', account: 'held', affiliateId: other }) // prettier-ignore
  await customer('cus_1', mine, 2755n, 'usd')
  await customer('cus_2', mine, 2296n, 'usd')
  await customer('cus_3', mine, 0n, 'usd')
  await customer('cus_4', other, 9000n, 'usd')
  await customer('cus_5', null, 5000n, 'usd')
  await event('evt_1', 1, 'settled')
  await event('evt_2', 2, 'quarantined')
  await event('evt_3', 2, null)
  await event('evt_4', 3, 'settled')
})
afterAll(async () => {
  await connection.close()
  await database.drop()
})

describe('balances', () => {
  const figures = async (on: Day) => {
    const [balance] = await getBalances(person(mine), mine, on, connection.db)
    return balance && [balance.payableMinor, balance.pendingMinor, balance.scheduledMinor]
  }

  it('move from scheduled to pending to payable as the days pass, and always add up', async () => {
    expect(await figures('2026-01-30')).toEqual([0n, 0n, 1237n])
    expect(await figures('2026-02-28')).toEqual([0n, 792n, 445n])
    expect(await figures('2026-03-02')).toEqual([446n, 346n, 445n])
    expect(await figures('2026-03-30')).toEqual([892n, -100n, 445n])
    expect(await figures('2026-04-30')).toEqual([1237n, 0n, 0n])
    const [balance] = await getBalances(person(mine), mine, '2026-03-02', connection.db)
    expect(balance?.lifetimeMinor).toBe(1237n)
  })

  it('say when something changes next', async () => {
    const [balance] = await getBalances(person(mine), mine, '2026-03-02', connection.db)
    expect(balance).toMatchObject({
      nextPayableOn: '2026-03-30',
      nextEarnedOn: '2026-03-31',
      lastEarnedOn: '2026-03-31',
    })
  })

  it('are the affiliate’s own: for another one there is no such affiliate', async () => {
    await expect(getBalances(person(other), mine, '2026-03-02', connection.db)).rejects.toThrow(
      'no such affiliate',
    )
    await expect(getBalances(person(null), mine, '2026-03-02', connection.db)).rejects.toThrow(
      'no such affiliate',
    )
  })
})

describe('earnings by month', () => {
  it('tell what was earned from what was taken back, by the day on which it is earned', async () => {
    const rows = await listEarningsByMonth(
      person(mine),
      mine,
      { from: '2026-01', to: '2026-12' },
      connection.db,
    )
    expect(rows).toEqual([
      { currency: 'usd', month: '2026-01', earnedMinor: 446n, reversedMinor: 0n },
      { currency: 'usd', month: '2026-02', earnedMinor: 446n, reversedMinor: 100n },
      { currency: 'usd', month: '2026-03', earnedMinor: 445n, reversedMinor: 0n },
    ])
  })

  it('leave out months beyond the range', async () => {
    const rows = await listEarningsByMonth(
      person(mine),
      mine,
      { from: '2026-02', to: '2026-02' },
      connection.db,
    )
    expect(rows.map(({ month }) => month)).toEqual(['2026-02'])
  })
})

describe('recurring revenue', () => {
  it('counts the affiliate’s customers whose subscriptions bring something', async () => {
    expect(await listRecurringRevenue(person(mine), mine, connection.db)).toEqual([
      { currency: 'usd', mrrMinor: 5051n, subscriptions: 2, customers: 2 },
    ])
    expect(await countCustomers(person(mine), mine, connection.db)).toBe(3)
  })

  it('ranks the affiliates who brought it', async () => {
    const top = await listTopAffiliates(console, { currency: 'usd', limit: 5 }, connection.db)
    expect(top.map(({ id, mrrMinor }) => [id, mrrMinor])).toEqual([
      [other, 9000n],
      [mine, 5051n],
    ])
  })
})

describe('the programme’s figures', () => {
  it('are kept apart by currency and leave out what came through nobody', async () => {
    const figures = await getProgrammeFigures(console, '2026-03-02', connection.db)
    expect(figures.currencies.map(({ currency }) => currency)).toEqual(['usd', 'eur'])
    expect(figures.currencies[0]).toMatchObject({
      mrrMinor: 14_051n,
      payableMinor: 446n,
      scheduledMinor: 445n,
    })
    expect(figures.currencies[1]).toMatchObject({ mrrMinor: 0n, heldMinor: 7n, payableMinor: 0n })
    expect(figures).toMatchObject({ affiliates: 2, customers: 4, subscriptions: 3, quarantined: 1 })
  })

  it('are for the console alone, as are lines and events', async () => {
    const { db } = connection
    const asked = [
      () => getProgrammeFigures(person(mine), '2026-03-02', db),
      () => listTopAffiliates(person(mine), { currency: 'usd', limit: 5 }, db),
      () => listLinesOfPayment(person(mine), 'pi_1', db),
      () => listEvents(person(mine), { limit: 5 }, db),
      () => countEvents(person(mine), db),
      () => findEvent(person(mine), 'evt_1', db),
    ]
    for (const ask of asked) await expect(ask()).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('the inbox', () => {
  it('is read newest first, page by page, each event once', async () => {
    const first = await listEvents(console, { limit: 3 }, connection.db)
    expect(first.events.map(({ id }) => id)).toEqual(['evt_4', 'evt_3', 'evt_2'])
    const second = await listEvents(console, { limit: 3, cursor: first.nextCursor ?? '' }, connection.db)
    expect(second).toMatchObject({ events: [{ id: 'evt_1' }], nextCursor: null })
  })

  it('begins at its beginning for a cursor that is not ours', async () => {
    const { events } = await listEvents(console, { limit: 1, cursor: 'bm9uc2Vuc2U' }, connection.db)
    expect(events.map(({ id }) => id)).toEqual(['evt_4'])
  })

  it('is narrowed by outcome, and by having none yet', async () => {
    const ids = async (outcome: 'quarantined' | 'working') =>
      (await listEvents(console, { limit: 5, outcome }, connection.db)).events.map(({ id }) => id)
    expect(await ids('quarantined')).toEqual(['evt_2'])
    expect(await ids('working')).toEqual(['evt_3'])
    expect(await countEvents(console, connection.db)).toMatchObject({
      quarantined: 1,
      working: 1,
    })
  })

  it('shows an event with its delay and its body, and nothing for one that never came', async () => {
    const event = await findEvent(console, 'evt_1', connection.db)
    expect(event).toMatchObject({ outcome: 'settled', delayMs: 250, nextAttemptAt: null })
    expect(JSON.parse(event?.payload ?? '')).toEqual({ id: 'evt_1', object: 'event' })
    expect(await findEvent(console, 'evt_none', connection.db)).toBeNull()
  })
})
