import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { affiliates, connect, facts, inboxPayloads } from '@/db'
import type { Actor } from '@/lib/actor'
import { closeAffiliate } from '@/lib/affiliates/close-affiliate'
import { judgePayment } from '@/lib/anomalies/judge-payment'
import { createSignInLink } from '@/lib/auth/sign-in-link'
import { forgetAffiliate } from '@/lib/erasure/forget-affiliate'
import { forgetCustomer } from '@/lib/erasure/forget-customer'
import { uploadBatch } from '@/lib/codes/upload-batch'
import { mapImport } from '@/lib/imports/decide-import'
import { listImportRows } from '@/lib/imports/queries'
import { uploadImport } from '@/lib/imports/upload-import'
import { drain } from '@/lib/intake/drain'
import { replayBooks } from '@/lib/intake/replay'
import { verifyBooks } from '@/lib/ledger/verify'
import { changePayoutDetails } from '@/lib/payouts/change-payout-details'
import { buy, deliverAll, digestOf, openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'
import { refuseAudit } from '@/tests/support/failing-audit'

const admin: Actor = { kind: 'system', job: 'test' }
const stranger: Actor = {
  kind: 'person',
  userId: 'u',
  email: 'x@example.com',
  administrator: null,
  affiliateId: 'aff_x',
  secondFactorAt: null,
}
const reason = 'They asked for it'

// Every table is searched and the books are replayed: on a machine with much to do that takes its time.
vi.setConfig({ testTimeout: 120_000 })

let books: Books
let bought: Awaited<ReturnType<typeof buy>>
let before: string
const waiting: string[] = []

beforeAll(async () => {
  books = await openBooks()
  useEnvironment(books.database)
  const { db, stripe, ahmet } = books
  // On purpose the affiliate's own mailbox: the rule's answer must outlive the addresses.
  await buy(stripe, {
    amount: 2900,
    interval: 'month',
    code: 'AHMET5',
    buyer: { email: 'ahmet@example.com' },
  })
  bought = await buy(stripe, {
    amount: 29000,
    interval: 'year',
    code: 'AHMET5',
    buyer: { email: 'Jane.Doe@blue-harbour.io', name: 'Jane Doeling', postalCode: '10115' },
  })
  await deliverAll(books)
  const details = {
    method: 'wise',
    destination: { email: 'bank@ahmet.example', accountHolder: 'Ahmet Yılmaz', receiverType: 'PERSON' },
  } as const
  await changePayoutDetails(admin, ahmet, details, { db })
  await createSignInLink('ahmet@example.com', '/portal', db)
  await judgePayment(
    admin,
    {
      paymentId: bought.paymentId,
      decision: 'clear',
      reason: 'Jane Doeling called Ahmet Yılmaz, it is in order',
    },
    db,
  )
  await drain(db, stripe, 30_000)
  before = await digestOf(db)
  for (const isChecked of [false, true]) waiting.push(await sendFile(isChecked))
  const affiliate = 'affiliate,code,percent_off\nJane.Doe@blue-harbour.io,JANE7,5'
  await uploadBatch(admin, { name: 'codes.csv', csv: affiliate }, { db })
})
afterAll(() => books.close())

/** A file of another product that somebody has not had taken in yet. */
async function sendFile(isChecked: boolean): Promise<string> {
  const { db, stripe } = books
  const csv = [
    'name,email,handle',
    'Ahmet Yılmaz,Ahmet@example.com,ahmet',
    'Jane Doeling,jane.doe@blue-harbour.io,jane',
    'Kim Berg,kim@example.com,kim',
  ].join('\n')
  const id = await uploadImport(admin, { name: 'old.csv', csv }, { db })
  if (isChecked)
    await mapImport(admin, id, { name: 'name', email: 'email', handle: 'handle' }, { db, stripe })
  return id
}

/** Every table and column that still says it, in the whole database. */
async function whereStands(word: string): Promise<string[]> {
  const { db, close } = connect(books.database.migrateUrl, { max: 1 })
  const columns = await db.execute<{ table: string; column: string }>(sql`
    select table_name as table, column_name as column from information_schema.columns
    join information_schema.tables using (table_schema, table_name)
    where table_schema = 'public' and table_type = 'BASE TABLE'
      and data_type in ('text', 'jsonb', 'ARRAY', 'character varying')`)
  const found: string[] = []
  for (const { table, column } of columns) {
    const [row] = await db.execute<{ there: boolean }>(sql`
      select exists (select from ${sql.identifier(table)}
                     where strpos(lower(${sql.identifier(column)}::text), ${word.toLowerCase()}) > 0) as there`)
    if (row?.there) found.push(`${table}.${column}`)
  }
  await close()
  return found
}

async function booksAreRight(): Promise<void> {
  expect(await digestOf(books.db)).toBe(before)
  const broken = (await verifyBooks(admin, { db: books.db })).filter(({ holds }) => !holds)
  expect(broken).toEqual([])
  const replayed = await replayBooks(admin, { url: books.database.migrateUrl, order: { kind: 'recorded' } })
  expect(replayed).toMatchObject({ same: true, digest: before })
}

const rowsOf = async (importId: string) => {
  const { rows } = await listImportRows(admin, { importId, limit: 10 }, books.db)
  return rows.map(({ state }) => state)
}

describe('forgetting a customer', () => {
  it('is for administrators, wants a reason, and knows whom it is about', async () => {
    const customerId = bought.customerId ?? ''
    await expect(forgetCustomer(stranger, { customerId, reason }, books.db)).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(forgetCustomer(admin, { customerId, reason: ' ' }, books.db)).rejects.toMatchObject({
      code: 'invalid',
    })
    await expect(forgetCustomer(admin, { customerId: 'cus_no', reason }, books.db)).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  it('leaves their name and address in no table and no payload, and the books as they were', async () => {
    const customerId = bought.customerId ?? ''
    expect(await whereStands('jane.doe@blue-harbour.io')).toContain('inbox_payloads.body')
    await forgetCustomer(admin, { customerId, reason }, books.db)
    await forgetCustomer(admin, { customerId, reason }, books.db)
    expect(await whereStands('jane.doe@')).toEqual([])
    expect(await whereStands('blue-harbour')).toEqual([])
    expect(await whereStands('Doeling')).toEqual([])
    expect(await whereStands('j•••@b•••')).toEqual([])
    await booksAreRight()
  })
})

describe('forgetting an affiliate', () => {
  it('is for administrators, and refused while they are active or have money coming', async () => {
    const { db, ahmet } = books
    const input = { affiliateId: ahmet, reason }
    await expect(forgetAffiliate(stranger, input, db)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(forgetAffiliate(admin, { ...input, affiliateId: 'aff_no' }, db)).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(forgetAffiliate(admin, input, db)).rejects.toThrow('Close the affiliate first.')
    await closeAffiliate(admin, { affiliateId: ahmet, reason: 'They leave' }, { db })
    await drain(db, books.stripe, 30_000)
    await expect(forgetAffiliate(admin, input, db)).rejects.toThrow('money coming')
    expect(await digestOf(db)).toBe(before)
  })

  it('failing half-way forgets nothing; at once and again it is done once; the books stay as they were', async () => {
    const { db, ahmet } = books
    const input = { affiliateId: ahmet, reason, evenIfOwed: true }
    await refuseAudit(books.database)
    await expect(forgetAffiliate(admin, input, db)).rejects.toThrow()
    expect(await whereStands('ahmet@example.com')).toContain('affiliates.email')
    const owner = connect(books.database.migrateUrl, { max: 1 })
    await owner.db.execute(sql`alter table audit_entries drop constraint refused`)
    await owner.close()
    await Promise.all([forgetAffiliate(admin, input, db), forgetAffiliate(admin, input, db)])
    await forgetAffiliate(admin, input, db)
    expect(await whereStands('ahmet@example.com')).toEqual([])
    expect(await whereStands('bank@ahmet.example')).toEqual([])
    expect(await whereStands('Yılmaz')).toEqual([])
    expect(await Promise.all(waiting.map(rowsOf))).toEqual([
      ['failed', 'failed', 'read'],
      ['refused', 'failed', 'ready'],
    ])
    const entries = await db.execute<{ count: number }>(
      sql`select count(*)::int as count from audit_entries where action = 'affiliate.forget'`,
    )
    expect(entries[0]?.count).toBe(1)
    await booksAreRight()
  })

  it('opens nothing for anybody else: what is append-only stays so, also with the switch of forgetting', async () => {
    const tamper = (url: string, statement: (db: Books['db']) => Promise<unknown>) => {
      const { db, close } = connect(url, { max: 1 })
      return db
        .transaction(async (tx) => {
          await tx.execute(sql`set local tributary.forgetting = 'on'`)
          await statement(tx as unknown as Books['db']) // a transaction asks as a database does
        })
        .finally(close)
    }
    const refused = {
      cause: expect.objectContaining({ message: expect.stringMatching(/denied|append-only/) }),
    }
    await expect(
      tamper(books.database.url, (db) => db.update(inboxPayloads).set({ body: {} })),
    ).rejects.toMatchObject(refused)
    await expect(
      tamper(books.database.migrateUrl, (db) =>
        db.execute(sql`update ledger_transfers set amount_minor = 1`),
      ),
    ).rejects.toMatchObject(refused)
    await expect(
      tamper(books.database.migrateUrl, (db) => db.update(facts).set({ body: { amount: 1 } })),
    ).rejects.toMatchObject(refused)
    expect(await books.db.$count(affiliates)).toBe(1)
  })
})
