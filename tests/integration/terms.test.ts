import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { eq } from 'drizzle-orm'
import {
  affiliates,
  auditEntries,
  connect,
  ledgerTransfers,
  payments,
  programme,
  settlementQueue,
  terms,
  type Connection,
} from '@/db'
import type { Actor } from '@/lib/actor'
import { ensureProgramme } from '@/lib/programme/ensure-programme'
import { loadTerms } from '@/lib/programme/load-terms'
import { setTerms } from '@/lib/programme/set-terms'
import { setUpProgramme } from '@/lib/programme/set-up-programme'
import { termsAt } from '@/lib/programme/terms'
import { testDatabase, type TestDatabase } from '@/tests/support/database'
import { refuseAudit } from '@/tests/support/failing-audit'

const admin: Actor = { kind: 'api_key', id: 'key_admin', scope: 'admin' }
const reader: Actor = { kind: 'api_key', id: 'key_reader', scope: 'read' }
const finance: Actor = {
  kind: 'person',
  userId: 'u',
  email: 'f@example.com',
  administrator: { id: 'adm_f', role: 'finance' },
  affiliateId: null,
}
const now = new Date('2026-03-10T12:00:00.500Z')
const books = { booksMode: 'sandbox', stripeAccountId: null } as const
const second = (text: string) => Date.parse(text) / 1000

let own: TestDatabase[] = []
let open: Connection[] = []

async function emptyBooks(): Promise<Connection> {
  const database = await testDatabase()
  const connection = connect(database.url)
  own.push(database)
  open.push(connection)
  return connection
}

function latest(): TestDatabase {
  const database = own.at(-1)
  if (!database) throw new Error('No database is open')
  return database
}

async function openedBooks(): Promise<Connection> {
  const connection = await emptyBooks()
  await ensureProgramme(connection.db, { ...books, now })
  return connection
}

async function end(): Promise<void> {
  for (const connection of open) await connection.close()
  for (const database of own) await database.drop()
  own = []
  open = []
}
beforeEach(end)
afterAll(end)

async function rateAt(connection: Connection, at: string, affiliateId: string | null = null) {
  return termsAt(await loadTerms(connection.db), affiliateId, second(at)).rateBps
}

describe('the first start', () => {
  it('opens the books with the default terms, earning from that day, however often and at once it is run', async () => {
    const { db } = await emptyBooks()
    const started = await Promise.all(Array.from({ length: 8 }, () => ensureProgramme(db, { ...books, now })))
    expect(started.filter(({ created }) => created)).toHaveLength(1)
    const versions = await loadTerms(db)
    expect(versions).toHaveLength(1)
    expect(termsAt(versions, null, second('1999-01-01T00:00:00Z'))).toMatchObject({
      rateBps: 2000,
      discount: { kind: 'percent', percentOffBps: 500 },
      holdDays: 30,
      earnsFrom: '2026-03-10',
      minimumPayout: { usd: 5000n },
    })
  })

  it('stops with one sentence where the books are of another kind', async () => {
    const { db } = await openedBooks()
    await expect(ensureProgramme(db, { booksMode: 'live', stripeAccountId: null, now })).rejects.toThrow(
      /^These are sandbox books, but this start is for live books: .+\.$/,
    )
  })

  it('remembers the Stripe account once it is known, and stops for another', async () => {
    const { db } = await openedBooks()
    await ensureProgramme(db, { booksMode: 'sandbox', stripeAccountId: 'acct_1', now })
    await ensureProgramme(db, { booksMode: 'sandbox', stripeAccountId: null, now })
    await ensureProgramme(db, { booksMode: 'sandbox', stripeAccountId: 'acct_1', now })
    await expect(
      ensureProgramme(db, { booksMode: 'sandbox', stripeAccountId: 'acct_2', now }),
    ).rejects.toThrow('books of Stripe account acct_1')
  })
})

describe('setup programme', () => {
  it('writes the first terms anew as often as wanted, and settles again what was judged by the former', async () => {
    const { db } = await openedBooks()
    await db.insert(payments).values([{ id: 'pi_paid', paidAt: now }, { id: 'pi_open' }])
    await setUpProgramme(admin, { name: 'Acme', earnsFrom: '2025-07-01', books }, { db, now })
    await setUpProgramme(admin, { earnsFrom: '2025-06-01', books }, { db, now })
    expect(termsAt(await loadTerms(db), null, 0).earnsFrom).toBe('2025-06-01')
    expect(await db.select({ id: settlementQueue.subjectId }).from(settlementQueue)).toEqual([
      { id: 'pi_paid' },
    ])
    expect(await db.select({ name: programme.name }).from(programme)).toEqual([{ name: 'Acme' }])
  })

  it('opens books that have none yet', async () => {
    const { db } = await emptyBooks()
    await setUpProgramme(admin, { name: 'Acme', earnsFrom: '2025-07-01', books }, { db, now })
    expect(termsAt(await loadTerms(db), null, 0).earnsFrom).toBe('2025-07-01')
  })

  it('reaches the versions recorded since, each at its own moment', async () => {
    const connection = await openedBooks()
    const { db } = connection
    await setTerms(admin, { values: { rateBps: 2500 }, affiliateId: null }, { db, now })
    await setUpProgramme(admin, { earnsFrom: '2025-07-01', books }, { db, now })
    const versions = await loadTerms(db)
    expect(termsAt(versions, null, second('2026-03-10T12:00:01Z'))).toMatchObject({
      rateBps: 2500,
      earnsFrom: '2025-07-01',
    })
    expect(await rateAt(connection, '2026-03-10T12:00:00Z')).toBe(2000)
  })

  it('refuses once anything stands in the ledger, and leaves nothing behind', async () => {
    const { db } = await openedBooks()
    await db.insert(affiliates).values({
      id: 'aff_1',
      handle: 'A',
      displayName: 'A',
      email: 'a@example.com',
      status: 'active',
      createdAt: now,
    })
    await db.insert(ledgerTransfers).values({
      recordedAt: now,
      occurredAt: now,
      earnedOn: '2026-03-10',
      payableOn: '2026-04-09',
      debit: 'commission_expense',
      credit: 'earned',
      currency: 'usd',
      amountMinor: 480n,
      lineKey: 'instalment/0',
      seq: 1,
      kind: 'instalment',
      affiliateId: 'aff_1',
      paymentId: 'pi_1',
    })
    await expect(
      setUpProgramme(admin, { name: 'Late', earnsFrom: '2025-07-01', books }, { db, now }),
    ).rejects.toThrow('settled already')
    expect(await loadTerms(db)).toHaveLength(1)
    expect(await db.select({ name: programme.name }).from(programme)).not.toEqual([{ name: 'Late' }])
  })

  it('is for administrators, with days that exist', async () => {
    const { db } = await openedBooks()
    for (const actor of [reader, finance]) {
      await expect(setUpProgramme(actor, { books }, { db, now })).rejects.toThrow('needs the role admin')
    }
    await expect(
      setUpProgramme(admin, { earnsFrom: '2026-02-30', books }, { db, now }),
    ).rejects.toMatchObject({
      field: 'earnsFrom',
    })
  })
})

describe('setting terms', () => {
  it('counts from the next second on and never for one that has begun', async () => {
    const connection = await openedBooks()
    const { effectiveFrom } = await setTerms(
      admin,
      { values: { rateBps: 2500 }, affiliateId: null },
      { db: connection.db, now },
    )
    expect(effectiveFrom.toISOString()).toBe('2026-03-10T12:00:01.000Z')
    expect(await rateAt(connection, '2026-03-10T12:00:00Z')).toBe(2000)
    expect(await rateAt(connection, '2026-03-10T12:00:01Z')).toBe(2500)
  })

  it('is refused for a day that has begun, and by the database itself', async () => {
    const { db } = await openedBooks()
    for (const from of ['2026-03-10', '2026-03-09']) {
      await expect(
        setTerms(admin, { values: { rateBps: 1 }, from, affiliateId: null }, { db, now }),
      ).rejects.toMatchObject({ code: 'invalid', field: 'from' })
    }
    await expect(
      db.insert(terms).values({ effectiveFrom: new Date(0), recordedAt: now, recordedBy: 'x', values: {} }),
    ).rejects.toMatchObject({ cause: { constraint_name: 'terms_never_reach_back' } })
    await expect(db.update(terms).set({ recordedBy: 'x' })).rejects.toThrow()
  })

  it('leaves a change that is scheduled for later what it changes', async () => {
    const connection = await openedBooks()
    const { db } = connection
    await setTerms(admin, { values: { rateBps: 3000 }, from: '2026-06-01', affiliateId: null }, { db, now })
    await setTerms(admin, { values: { holdDays: 14, rateBps: 2500 }, affiliateId: null }, { db, now })
    const versions = await loadTerms(db)
    expect(termsAt(versions, null, second('2026-04-01T00:00:00Z'))).toMatchObject({
      rateBps: 2500,
      holdDays: 14,
    })
    expect(termsAt(versions, null, second('2026-06-01T00:00:00Z'))).toMatchObject({
      rateBps: 3000,
      holdDays: 14,
    })
  })

  it('changes one rule about anomalies and leaves the others, now and in what is scheduled', async () => {
    const { db } = await openedBooks()
    const [off, notice] = (['off', 'notice'] as const).map((action) => ({ action, threshold: null }))
    const set = (anomalies: object, from?: string) =>
      setTerms(admin, { values: { anomalies }, from, affiliateId: null }, { db, now })
    await set({ own_card: off }, '2026-06-01')
    await set({ same_email: notice })
    await set({ shared_card: off })
    const soon = { same_email: notice, shared_card: off }
    const versions = await loadTerms(db)
    expect(termsAt(versions, null, second('2026-04-01T00:00:00Z')).anomalies).toEqual(soon)
    const later = termsAt(versions, null, second('2026-06-01T00:00:00Z'))
    expect(later.anomalies).toEqual({ ...soon, own_card: off })
  })

  it('for one affiliate overrides key by key, and only what may differ', async () => {
    const connection = await openedBooks()
    const { db } = connection
    await db.insert(affiliates).values({
      id: 'aff_1',
      handle: 'A',
      displayName: 'A',
      email: 'a@example.com',
      status: 'active',
      createdAt: now,
    })
    await setTerms(admin, { values: { rateBps: 3000 }, affiliateId: 'aff_1' }, { db, now })
    await setTerms(admin, { values: { holdDays: 7 }, affiliateId: 'aff_1' }, { db, now })
    await setTerms(admin, { values: { rateBps: 1000 }, affiliateId: null }, { db, now })
    const versions = await loadTerms(db)
    const at = second('2026-04-01T00:00:00Z')
    expect(termsAt(versions, 'aff_1', at)).toMatchObject({ rateBps: 3000, holdDays: 7 })
    expect(termsAt(versions, 'aff_2', at)).toMatchObject({ rateBps: 1000, holdDays: 30 })
    await expect(
      setTerms(admin, { values: { join: 'approval' }, affiliateId: 'aff_1' }, { db, now }),
    ).rejects.toMatchObject({ field: 'join' })
    await expect(
      setTerms(admin, { values: { rateBps: 1 }, affiliateId: 'aff_nobody' }, { db, now }),
    ).rejects.toMatchObject({ code: 'not_found' })
  })

  it('at once loses neither of two changes', async () => {
    const { db } = await openedBooks()
    await Promise.all([
      setTerms(admin, { values: { rateBps: 2500 }, affiliateId: null }, { db, now }),
      setTerms(admin, { values: { holdDays: 45 }, affiliateId: null }, { db, now }),
    ])
    const after = termsAt(await loadTerms(db), null, second('2026-04-01T00:00:00Z'))
    expect(after).toMatchObject({ rateBps: 2500, holdDays: 45 })
  })

  it('is for administrators, and leaves an audit row only where it was done', async () => {
    const { db } = await openedBooks()
    const change = { values: { rateBps: 2500 }, affiliateId: null }
    for (const actor of [reader, finance]) {
      await expect(setTerms(actor, change, { db, now })).rejects.toThrow('needs the role admin')
    }
    await setTerms(admin, change, { db, now })
    const rows = await db.select().from(auditEntries).where(eq(auditEntries.action, 'terms.set'))
    expect(rows).toMatchObject([{ actorKind: 'api_key', actorId: 'key_admin', before: { rateBps: 2000 } }])
  })

  it('that fails half-way leaves nothing', async () => {
    const { db } = await openedBooks()
    await refuseAudit(latest())
    await expect(
      setTerms(admin, { values: { rateBps: 2500 }, affiliateId: null }, { db, now }),
    ).rejects.toThrow()
    await expect(
      setUpProgramme(admin, { name: 'X', earnsFrom: '2025-01-01', books }, { db, now }),
    ).rejects.toThrow()
    expect(await loadTerms(db)).toHaveLength(1)
    expect(await db.select({ name: programme.name }).from(programme)).not.toEqual([{ name: 'X' }])
  })
})
