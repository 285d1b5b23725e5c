import { asc, eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { administrators, auditEntries, connect, type Connection, type Database } from '@/db'
import type { Actor } from '@/lib/actor'
import { getAffiliate } from '@/lib/affiliates/queries'
import { recordVisit } from '@/lib/affiliates/visits'
import { beginPortalView, endOverduePortalViews, endPortalView, findWatcher } from '@/lib/auth/portal-views'
import { createLink } from '@/lib/links/create-link'
import { ensureProgramme } from '@/lib/programme/ensure-programme'
import { changePayoutDetails } from '@/lib/payouts/change-payout-details'
import { changeName } from '@/lib/settings/change-name'
import { testDatabase, type TestDatabase } from '@/tests/support/database'
import { useEnvironment } from '@/tests/support/environment'
import { newColleague } from '@/tests/support/payouts'
import { addAffiliate } from '@/tests/support/signing-in'

let database: TestDatabase
let connection: Connection
let db: Database
let ada: Extract<Actor, { kind: 'person' }>
let affiliateId: string
let sessionToken: string
let tries = 0
const now = new Date()
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000)

beforeAll(async () => {
  database = await testDatabase()
  useEnvironment(database)
  connection = connect(database.url, { max: 6 })
  db = connection.db
  await ensureProgramme(db, {
    booksMode: 'test',
    stripeAccountId: null,
    now: new Date('2025-01-01T00:00:00Z'),
  })
})
afterAll(async () => {
  await connection.close()
  await database.drop()
})
beforeEach(async () => {
  ada = await newColleague(db, `ada-${++tries}`, 'admin')
  affiliateId = await addAffiliate(db, `affiliate-${tries}@example.com`)
  sessionToken = `session-${tries}`
})

const begin = (actor: Actor = ada) => beginPortalView(actor, { affiliateId, sessionToken }, now, db)
const watcher = (at = now, token = sessionToken, who = ada) => findWatcher(who, token, at, db)
const noted = async () => {
  const own = eq(auditEntries.subjectId, affiliateId)
  const rows = await db.select().from(auditEntries).where(own).orderBy(asc(auditEntries.id))
  return rows.map(({ action, actorKind, actorId }) => [action, actorKind, actorId])
}

describe('an administrator who sees a portal as its affiliate does', () => {
  it('reads what the affiliate reads, of this one only, and can change nothing', async () => {
    await begin()
    const found = await watcher()
    if (!found) throw new Error('nobody looks')
    expect(await getAffiliate(found, affiliateId, db)).toMatchObject({ id: affiliateId })
    const stranger = await addAffiliate(db, `stranger-${tries}@example.com`)
    await expect(getAffiliate(found, stranger, db)).rejects.toMatchObject({ code: 'not_found' })
    const link = { affiliateId, label: 'Newsletter', url: 'https://example.com' }
    const paypal = { method: 'paypal', destination: { email: 'x@example.com' } } as const
    const deeds = [
      changeName(found, { affiliateId, displayName: 'Somebody else' }, db),
      createLink(found, link, db),
      changePayoutDetails(found, affiliateId, paypal, { db }),
    ]
    for (const deed of deeds) await expect(deed).rejects.toMatchObject({ code: 'forbidden' })
    await expect(recordVisit(found, { affiliateId, now }, db)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('does so in this session only, for half an hour, and not once they may not any more', async () => {
    await begin()
    expect(await watcher(later(29))).not.toBeNull()
    expect(await watcher(later(30))).toBeNull()
    expect(await watcher(now, 'another session')).toBeNull()
    const id = ada.administrator?.id ?? ''
    const demoted = { ...ada, administrator: { id, role: 'viewer' as const } }
    expect(await watcher(now, sessionToken, demoted)).toBeNull()
    const other = await newColleague(db, `grace-${tries}`, 'admin')
    expect(await watcher(now, sessionToken, other)).toBeNull()
  })

  it('is written down as it begins and as it ends, once', async () => {
    await begin()
    const id = ada.administrator?.id ?? ''
    const ends = await Promise.all([1, 2].map(() => endPortalView(ada, sessionToken, later(1), db)))
    expect(ends.filter((ended) => ended === affiliateId)).toHaveLength(1)
    expect(await watcher(later(1))).toBeNull()
    expect(await noted()).toEqual([
      ['portal_view.begin', 'person', id],
      ['portal_view.end', 'person', id],
    ])
  })

  it('has its end noted by the worker where they just walked away', async () => {
    await begin()
    await endOverduePortalViews(db, later(29))
    expect(await watcher(later(29))).not.toBeNull()
    expect(await endOverduePortalViews(db, later(31))).toBeGreaterThan(0)
    expect(await endOverduePortalViews(db, later(31))).toBe(0)
    expect((await noted()).at(-1)).toEqual(['portal_view.end', 'system', 'portal-views'])
  })

  it('sees one at a time: a second begins as the first ends, also at once', async () => {
    const second = await addAffiliate(db, `second-${tries}@example.com`)
    await Promise.all([begin(), beginPortalView(ada, { affiliateId: second, sessionToken }, now, db)])
    const actions = (await noted()).map(([action]) => action)
    const seen = await watcher()
    expect(actions).toEqual(
      seen?.affiliateId === second ? ['portal_view.begin', 'portal_view.end'] : ['portal_view.begin'],
    )
  })

  it.each(['finance', 'viewer'] as const)('is not in the role %s', async (role) => {
    const colleague = await newColleague(db, `${role}-${tries}`, role)
    await expect(begin(colleague)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(begin({ kind: 'api_key', id: 'key_1', scope: 'admin' })).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect(await noted()).toEqual([])
  })

  it('leaves nothing where the affiliate is unknown', async () => {
    affiliateId = 'aff_unknown'
    await expect(begin()).rejects.toMatchObject({ code: 'not_found' })
    expect(await watcher()).toBeNull()
    expect(await db.$count(administrators, eq(administrators.id, ada.administrator?.id ?? ''))).toBe(1)
  })
})
