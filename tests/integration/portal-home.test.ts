import { eq, sql } from 'drizzle-orm'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  affiliates,
  affiliateStatusChanges,
  anomalySignals,
  commissions,
  connect,
  customers,
  type Connection,
} from '@/db'
import type { Actor } from '@/lib/actor'
import { findLastVisit, recordVisit, visitMinutes } from '@/lib/affiliates/visits'
import { listHeld } from '@/lib/commissions/held-queries'
import { listNews } from '@/lib/commissions/news-queries'
import { testDatabase } from '@/tests/support/database'
import { writeSmallBooks } from '@/tests/support/small-books'

const ahmet = person('aff_1')
const stranger = person('aff_2')
const viewer: Actor = { kind: 'api_key', id: 'key_reader', scope: 'read' }

function person(affiliateId: string): Actor {
  return { kind: 'person', userId: 'user', email: 'p@example.com', administrator: null, affiliateId }
}

let db: Connection['db']

beforeEach(async () => {
  const store = await testDatabase()
  const connection = connect(store.url)
  db = connection.db
  await writeSmallBooks(db)
  return async () => {
    await connection.close()
    await store.drop()
  }
})

describe('what is held', () => {
  const hold = (paymentId = 'pi_1') =>
    db.update(commissions).set({ status: 'held' }).where(eq(commissions.paymentId, paymentId))
  const signal = (rule: string, seq: number, stands: boolean) =>
    db.insert(anomalySignals).values({
      paymentId: 'pi_1',
      rule,
      seq,
      stands,
      affiliateId: 'aff_1',
      action: 'hold',
      evidence: 'the customer’s company domain',
      at: new Date(),
      recordedAt: new Date(),
    })

  it('is told by why, as far as the rule’s answer stands', async () => {
    await hold()
    await signal('same_domain', 1, true)
    expect(await listHeld(ahmet, 'aff_1', db)).toEqual([
      { currency: 'usd', reason: 'same_domain', commissions: 1, amountMinor: 800n },
    ])
    await signal('same_domain', 2, false)
    expect(await listHeld(ahmet, 'aff_1', db)).toMatchObject([{ reason: 'review' }])
  })

  it('while the affiliate was suspended says so', async () => {
    await hold()
    const suspended = { status: 'suspended', reason: 'x', decidedBy: 'adm_1' } as const
    const at = new Date('2026-01-01T00:00:00Z')
    await db.insert(affiliateStatusChanges).values({ affiliateId: 'aff_1', at, ...suspended })
    expect(await listHeld(ahmet, 'aff_1', db)).toMatchObject([{ reason: 'suspended' }])
  })

  it('is nothing where nothing is, and nobody else’s to see', async () => {
    expect(await listHeld(ahmet, 'aff_1', db)).toEqual([])
    await expect(listHeld(stranger, 'aff_1', db)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('what is new', () => {
  const before = new Date('2026-01-31T09:00:00Z')
  const after = new Date('2026-01-31T11:00:00Z')

  it('are customers, payments and what was taken back since then, per currency', async () => {
    expect(await listNews(ahmet, 'aff_1', before, db)).toEqual({
      customers: 1,
      earned: [{ currency: 'usd', count: 1, amountMinor: 891n }],
      takenBack: [{ currency: 'usd', count: 1, amountMinor: 91n }],
      paidOut: [],
    })
  })

  it('is nothing of what was there before', async () => {
    const nothing = { customers: 0, earned: [], takenBack: [], paidOut: [] }
    expect(await listNews(ahmet, 'aff_1', after, db)).toEqual(nothing)
  })

  it('is nobody else’s to see', async () => {
    await expect(listNews(stranger, 'aff_1', before, db)).rejects.toMatchObject({ code: 'not_found' })
    await db.update(customers).set({ affiliateId: null, since: null, matchedBy: null })
    expect((await listNews(ahmet, 'aff_1', before, db)).customers).toBe(0)
  })
})

describe('a visit', () => {
  const at = (minutes: number) => new Date(Date.UTC(2026, 1, 1, 12) + minutes * 60_000)
  const last = (minutes: number) => findLastVisit(ahmet, 'aff_1', at(minutes), db)
  const look = (minutes: number) => recordVisit(ahmet, { affiliateId: 'aff_1', now: at(minutes) }, db)

  it('ends when no page was looked at for a while; reloading does not make news old', async () => {
    expect(await last(0)).toBeNull()
    await look(0)
    await look(5)
    expect(await last(6)).toBeNull()
    const evening = visitMinutes + 60
    expect(await last(evening)).toEqual(at(5))
    await look(evening)
    await look(evening + 1)
    expect(await last(evening + 2)).toEqual(at(5))
  })

  it('noted twice at once, or out of order, counts once', async () => {
    await look(0)
    await Promise.all([look(100), look(100), look(99)])
    expect(await last(101)).toEqual(at(0))
  })

  it('is the affiliate’s own: nobody else makes their news old', async () => {
    for (const actor of [stranger, viewer])
      await expect(recordVisit(actor, { affiliateId: 'aff_1', now: at(0) }, db)).rejects.toMatchObject({
        code: 'not_found',
      })
    await expect(findLastVisit(stranger, 'aff_1', at(0), db)).rejects.toMatchObject({ code: 'not_found' })
    const [row] = await db
      .select({ seenAt: affiliates.seenAt })
      .from(affiliates)
      .where(sql`true`)
    expect(row?.seenAt).toBeNull()
  })
})
