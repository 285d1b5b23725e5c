import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditEntries, connect, type Connection, type Database } from '@/db'
import type { Actor } from '@/lib/actor'
import { listAudit, type AuditFilter } from '@/lib/audit/queries'
import { writeAudit } from '@/lib/audit/write-audit'
import { testDatabase, type TestDatabase } from '@/tests/support/database'
import { newColleague, system } from '@/tests/support/payouts'
import { addAffiliate } from '@/tests/support/signing-in'

let database: TestDatabase
let connection: Connection
let db: Database
let ada: Extract<Actor, { kind: 'person' }>
let affiliate: Extract<Actor, { kind: 'person' }>

beforeAll(async () => {
  database = await testDatabase()
  connection = connect(database.url, { max: 2 })
  db = connection.db
  ada = await newColleague(db, 'ada', 'admin')
  const affiliateId = await addAffiliate(db, 'ahmet@example.com')
  affiliate = { ...ada, administrator: null, affiliateId, email: 'ahmet@example.com' }
  const deeds = [
    { actor: system, action: 'terms.set', subjectId: 'programme', day: '2026-03-01' },
    { actor: ada, action: 'terms.set', subjectId: 'programme', day: '2026-03-02' },
    { actor: ada, action: 'terms_group.create', subjectId: 'grp_1', day: '2026-03-02' },
    { actor: affiliate, action: 'affiliate.rename', subjectId: affiliateId, day: '2026-03-03' },
  ]
  for (const { day, ...deed } of deeds)
    await db.transaction((tx) => writeAudit(tx, { ...deed, at: new Date(`${day}T23:59:59.999Z`) }))
})
afterAll(async () => {
  await connection.close()
  await database.drop()
})

const actions = async (filter: AuditFilter) => {
  const { entries } = await listAudit(ada, { ...filter, limit: 10 }, db)
  return entries.map(({ action, actorKind }) => `${actorKind} ${action}`)
}

describe('the audit log', () => {
  it.each([
    ['an address', { who: 'ADA@programme.test' }, ['person terms_group.create', 'person terms.set']],
    ['an affiliate’s address', { who: 'ahmet@example.com' }, ['person affiliate.rename']],
    ['a job of the system’s', { who: 'test' }, ['system terms.set']],
    ['a whole deed', { action: 'terms_group.create' }, ['person terms_group.create']],
    [
      'a thing, and none that only begins alike',
      { action: 'terms' },
      ['person terms.set', 'system terms.set'],
    ],
    ['a subject', { subjectId: 'grp_1' }, ['person terms_group.create']],
    [
      'days, both included',
      { from: '2026-03-02', to: '2026-03-02' },
      ['person terms_group.create', 'person terms.set'],
    ],
    ['several at once', { who: 'ada@programme.test', action: 'terms' }, ['person terms.set']],
    ['what never was', { action: "' or true --" }, []],
  ] as const)('is narrowed by %s', async (_, filter, found) => {
    expect(await actions(filter)).toEqual(found)
  })

  it('is turned page by page, forth and back', async () => {
    const first = await listAudit(ada, { limit: 3 }, db)
    const second = await listAudit(ada, { limit: 3, cursor: first.nextCursor ?? '' }, db)
    expect(second.entries.map(({ action }) => action)).toEqual(['terms.set'])
    const again = await listAudit(ada, { limit: 3, cursor: second.previousCursor ?? '' }, db)
    expect(again.entries).toEqual(first.entries)
  })

  it('is read by nobody outside the console', async () => {
    await expect(listAudit(affiliate, { limit: 1 }, db)).rejects.toMatchObject({ code: 'forbidden' })
  })

  it.each([
    ['changed', () => db.update(auditEntries).set({ reason: 'another' })],
    ['taken out', () => db.delete(auditEntries)],
  ] as const)('can be %s by nobody', async (_, attempt) => {
    await expect(attempt()).rejects.toThrow()
    expect((await listAudit(ada, { limit: 10 }, db)).entries).toHaveLength(4)
  })
})
