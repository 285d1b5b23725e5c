import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { affiliates, auditEntries, codes, connect, importRows, imports, ledgerTransfers, terms } from '@/db'
import type { Actor } from '@/lib/actor'
import { provisionDueCodes } from '@/lib/codes/provision-code'
import { wallNow } from '@/lib/clock'
import { discardImport, mapImport, startImport } from '@/lib/imports/decide-import'
import { guessMapping } from '@/lib/imports/formats'
import { previewPast, type Past } from '@/lib/imports/preview-past'
import { getImport, listImportRows, listImports, streamImportCsv } from '@/lib/imports/queries'
import { runImports } from '@/lib/imports/run-imports'
import { uploadImport } from '@/lib/imports/upload-import'
import { replayBooks } from '@/lib/intake/replay'
import { createStripe } from '@/lib/stripe/client'
import { endlessStripe, promotion } from '@/tests/bench/endless-stripe'
import { buy, openBooks, type Books } from '@/tests/support/books'
import { refuseAudit } from '@/tests/support/failing-audit'
import { brokenInvariants } from '@/tests/support/payouts'

const admin: Actor = { kind: 'api_key', id: 'key_admin', scope: 'admin' }
const reader: Actor = { kind: 'api_key', id: 'key_reader', scope: 'read' }
const now = new Date('2026-01-31T12:00:00Z')
const headings =
  'handle,name,email,code,stripe_promotion_code,stripe_coupon,rate_bps,joined_on,opening_balance,currency,opening_payable_on'

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

const upload = (rows: readonly string[], csv = [headings, ...rows].join('\n')) =>
  uploadImport(admin, { name: 'old.csv', csv }, { db: books.db, now })
const map = (id: string, actor = admin, of = headings) =>
  mapImport(actor, id, guessMapping(of.split(',')).mapping, { db: books.db, stripe: books.stripe, now })
const resultsOf = async (importId: string) => {
  const { rows } = await listImportRows(reader, { importId, limit: 1000 }, books.db)
  return rows.map(({ line, state, plan, message }) => [line, state, plan ?? message])
}
const takeAll = async (db = books.db) => {
  while ((await runImports(db, books.stripe)) > 0);
}
const runAll = async () => {
  await takeAll()
  await provisionDueCodes(books.db, books.stripe, new Date(wallNow().getTime() + 3_600_000))
}
const prepared = async (rows: readonly string[]) => {
  const id = await upload(rows)
  await map(id)
  return id
}
const takenIn = async (rows: readonly string[]) => {
  const id = await prepared(rows)
  await startImport(admin, id, books.db)
  await runAll()
  return id
}
const openings = () => books.db.select().from(ledgerTransfers).where(eq(ledgerTransfers.kind, 'opening'))
const promotionOf = async (code: string) => {
  const coupon = await books.stripe.coupons.create({ percent_off: 5, duration: 'forever' })
  const promotion = { type: 'coupon', coupon: coupon.id } as const
  return books.stripe.promotionCodes.create({ code, promotion })
}
const people = [
  'sofia,Sofia Lindholm,sofia@example.com,SOFIA-OLD,,,2500,2024-03-01,"1,234.56",usd,2190-03-01',
  'ravi,Ravi Patel,ravi@example.com,,,,,,-12.00,EUR,',
  ',Mia Wolf,mia@example.com,MIAW,,,,,,,',
]

describe('a file of another product', () => {
  it('is checked row by row before anything is made, and may be checked again', async () => {
    const old = await promotionOf('OLD1')
    const id = await prepared([
      ...people,
      `kim,Kim,kim@example.com,,${old.id},,,,,,`,
      'lee,Lee,lee@example.com,OLD1,,,,,,,',
      'ahmet,Ahmet,ahmet@example.com,,,,,,5,usd,',
      'ahmet,Ahmet,ahmet@example.com,,,,,,7,usd,',
      'ahmet,Ahmet,ahmet@example.com,AHMET5,,,,,,,',
      'ahmet,Other,other@example.com,,,,,,,,',
      'noor,Noor,noor@example.com,,promo_none,,,,,,',
      'noor,Noor,noor,,,,,,,,',
      'noor,Noor,noor@example.com,,,,,,"1,234",usd,',
      'mia2,Mia,MIA@example.com,,,,,,,,',
    ])
    const before = await resultsOf(id)
    expect(before).toEqual([
      [2, 'ready', 'make'],
      [3, 'ready', 'make'],
      [4, 'ready', 'make'],
      [5, 'ready', 'assign'],
      [6, 'refused', 'code: The same code as in line 5.'],
      [7, 'ready', 'none'],
      [8, 'refused', 'opening_balance: One in USD stands in line 7 already.'],
      [9, 'refused', 'The same affiliate as in line 7, and nothing else is said.'],
      [10, 'refused', 'handle: ahmet is somebody else’s.'],
      [11, 'refused', 'stripe_promotion_code: Stripe has no promo_none.'],
      [12, 'refused', expect.stringContaining('email:')],
      [13, 'refused', expect.stringContaining('opening_balance:')],
      [14, 'refused', 'The same affiliate as in line 4, and nothing else is said.'],
    ])
    await map(id)
    expect(await resultsOf(id)).toEqual(before)
    expect(await getImport(reader, id, books.db)).toMatchObject({
      state: 'checked',
      comes: { newAffiliates: 4, existing: 1, make: 3, assign: 1 },
      openings: [
        { currency: 'eur', rows: 1, amountMinor: -1200n },
        { currency: 'usd', rows: 2, amountMinor: 123956n },
      ],
    })
    expect(await runImports(books.db, books.stripe)).toBe(0)
    expect(await books.db.$count(affiliates)).toBe(1)
    expect(await openings()).toEqual([])
  })

  it.each([
    ['nothing', ' ', 'no row'],
    ['no row', headings, 'no row'],
    ['no text', 'PK\u0003\u0004\0\0,a\nb,c', 'no CSV file'],
    ['a column twice', 'email,email\na,b', 'there twice'],
    ['too many rows', `email\n${'a\n'.repeat(10_001)}`, '10,000 rows at most'],
  ])('with %s is refused as a whole', async (_, csv, words) => {
    const refused = upload([], csv)
    await expect(refused).rejects.toMatchObject({ field: 'csv', message: expect.stringContaining(words) })
    expect(await books.db.$count(imports)).toBe(0)
  })

  it('may come from a spreadsheet: semicolons, a byte order mark, the columns of the old product', async () => {
    const id = await upload(
      [],
      '\uFEFFFirst Name;Last Name;Email;Token\r\nSofia;Lindholm;sofia@example.com;sofia-l\r\n',
    )
    await map(id, admin, 'First Name,Last Name,Email,Token')
    expect((await listImportRows(reader, { importId: id, limit: 9 }, books.db)).rows).toMatchObject([
      { state: 'ready', handle: expect.stringMatching(/^sofia/i), plan: 'make' },
    ])
  })

  it('is taken in whole: people, their codes, rates and what they are owed; and the books stand', async () => {
    const old = await promotionOf('OLD1')
    const id = await takenIn([...people, `kim,Kim,kim@example.com,,${old.id},,,,,,`])
    expect(await getImport(reader, id, books.db)).toMatchObject({
      state: 'done',
      rows: { done: 4, failed: 0 },
    })
    const found = await books.db.select().from(affiliates)
    expect(found.find(({ handle }) => handle === 'sofia')?.createdAt.toISOString()).toBe(
      '2024-03-01T00:00:00.000Z',
    )
    const made = await books.db.select().from(codes)
    expect(made.map(({ code, status, origin }) => [code, status, origin]).toSorted()).toEqual([
      ['AHMET5', 'active', expect.anything()],
      ['MIAW', 'active', expect.anything()],
      ['OLD1', 'active', 'assigned'],
      ['RAVI5', 'active', expect.anything()],
      ['SOFIA-OLD', 'active', expect.anything()],
    ])
    expect(
      (await openings()).map((row) => [row.debit, row.credit, row.currency, row.amountMinor, row.payableOn]),
    ).toEqual([
      ['opening_balances', 'earned', 'usd', 123456n, '2190-03-01'],
      ['earned', 'opening_balances', 'eur', 1200n, expect.any(String)],
    ])
    const rates = await books.db.select().from(terms)
    expect(rates.map(({ values }) => values)).toContainEqual({ rateBps: 2500 })
    expect(await books.db.$count(auditEntries, eq(auditEntries.action, 'import.take_in'))).toBe(4)
    expect(
      JSON.stringify(
        await books.db.select({ cells: importRows.cells, wanted: importRows.wanted }).from(importRows),
      ),
    ).not.toContain('@example.com')
    const csv: string[] = []
    for await (const part of streamImportCsv(reader, id, books.db)) csv.push(part)
    expect(csv.join('').split('\r\n')[1]).toMatch(/^2,sofia,aff_\w+,SOFIA-OLD,make,1234.56,usd,done,$/)
    expect(await brokenInvariants(books.db)).toEqual([])
    const replayed = await replayBooks(admin, { url: books.database.migrateUrl, order: { kind: 'reverse' } })
    expect(replayed).toMatchObject({ same: true, differences: [] })
  })

  it('pays an opening balance once, however often its file is sent', async () => {
    await takenIn(people)
    const again = await prepared(people)
    expect((await resultsOf(again)).map(([, state]) => state)).toEqual(['refused', 'refused', 'refused'])
    await expect(startImport(admin, again, books.db)).rejects.toMatchObject({ code: 'conflict' })
    expect(await openings()).toHaveLength(2)
  })

  it('that was checked beside another one with the same people still pays them once', async () => {
    const [one, two] = [await prepared(people), await prepared(people)]
    await startImport(admin, one, books.db)
    await startImport(admin, two, books.db)
    await runAll()
    expect((await getImport(reader, two, books.db)).rows).toMatchObject({ done: 0, failed: 3 })
    expect(await openings()).toHaveLength(2)
    expect(await books.db.$count(affiliates)).toBe(4)
  })

  it('is taken in once by two workers at once, and started once', async () => {
    const id = await prepared(people)
    const starts = [startImport(admin, id, books.db), startImport(admin, id, books.db)]
    expect((await Promise.allSettled(starts)).map(({ status }) => status).toSorted()).toEqual([
      'fulfilled',
      'rejected',
    ])
    const other = connect(books.database.url, { max: 2 })
    await Promise.all([runAll(), takeAll(other.db)])
    await runAll()
    await other.close()
    expect(await getImport(reader, id, books.db)).toMatchObject({
      state: 'done',
      rows: { done: 3, failed: 0 },
    })
    expect(await books.db.$count(affiliates)).toBe(4)
    expect(await openings()).toHaveLength(2)
  })

  it('fails half-way without a trace of the row, which says what was refused and holds up no other', async () => {
    const id = await prepared(people)
    await startImport(admin, id, books.db)
    await runImports(books.db, books.stripe)
    await refuseAudit(books.database)
    await runImports(books.db, books.stripe)
    expect(await books.db.$count(affiliates)).toBe(2)
    expect(await openings()).toHaveLength(1)
    await runAll()
    const rows = await books.db.select().from(importRows).orderBy(importRows.line)
    expect(rows[1]?.message).toMatch(/^The database refused it: .*"refused"/)
    expect((await getImport(reader, id, books.db)).rows).toMatchObject({ done: 1, failed: 2 })
  })

  it('can be left, also in the middle', async () => {
    const id = await prepared(people)
    await startImport(admin, id, books.db)
    await runImports(books.db, books.stripe)
    await discardImport(admin, id, books.db)
    await runAll()
    expect(await getImport(reader, id, books.db)).toMatchObject({
      state: 'discarded',
      rows: { done: 1, failed: 2 },
    })
    await expect(discardImport(admin, id, books.db)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('is an administrator’s: others are refused, and what nobody has is not found', async () => {
    const id = await upload(people)
    const file = { name: 'x.csv', csv: headings }
    const person: Actor = {
      kind: 'person',
      userId: 'u',
      email: 'u@example.com',
      administrator: null,
      affiliateId: books.ahmet,
    }
    const forbidden = { code: 'forbidden' }
    await expect(uploadImport(reader, file, { db: books.db })).rejects.toMatchObject(forbidden)
    await expect(map(id, reader)).rejects.toMatchObject(forbidden)
    await expect(startImport(reader, id, books.db)).rejects.toMatchObject(forbidden)
    await expect(discardImport(reader, id, books.db)).rejects.toMatchObject(forbidden)
    await expect(listImports(person, { limit: 5 }, books.db)).rejects.toMatchObject(forbidden)
    await expect(getImport(person, id, books.db)).rejects.toMatchObject(forbidden)
    await expect(map('imp_none')).rejects.toMatchObject({ code: 'not_found' })
    await expect(startImport(admin, id, books.db)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('shows the past before it is brought in: what paid invoices would bring to whom, apart by the first day that earns', async () => {
    await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5', fee: 100 })
    await buy(books.stripe, { amount: 1000, interval: 'month', fee: 50 })
    const on = { db: books.db, stripe: books.stripe }
    const past = await previewPast(reader, '2026-01-01', on)
    const one = { invoices: 1, paidMinor: 2755n }
    const none = { invoices: 0, paidMinor: 0n }
    const line = { affiliateId: books.ahmet, handle: 'Ahmet', currency: 'usd' }
    expect(past).toMatchObject({ seen: 2, next: null, lines: [{ ...line, before: none, after: one }] })
    expect(past.totals).toEqual([{ currency: 'usd', before: none, after: one }])
    expect((await previewPast(reader, '2026-02-01', on)).lines).toEqual([])
    await books.close()
    books = await openBooks('2024-06-30T10:00:00Z')
    await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5', fee: 100 })
    const older = await previewPast(reader, '2024-06-01', { db: books.db, stripe: books.stripe })
    expect(older).toMatchObject({
      earnsFrom: '2025-01-01',
      lines: [{ handle: 'Ahmet', before: one, after: none }],
    })
    expect(await books.db.$count(ledgerTransfers)).toBe(0)
  })
  it('shows a long past two thousand invoices at a time, and says which', async () => {
    const stripe = await endlessStripe(2100)
    await books.db.update(codes).set({ stripePromotionCodeId: promotion.promotionCodeId })
    const on = { db: books.db, stripe: createStripe('sk_test_books', stripe.url) }
    const sums = ({ seen, made, lines }: Past) => [seen, made, lines.map(({ after }) => after.invoices)]
    const latest = await previewPast(reader, '2025-01-01', on)
    expect(sums(latest)).toEqual([2000, { from: '2026-01-01', to: '2026-01-02' }, [200]])
    expect(latest.next).toBe('in_100')
    const older = await previewPast(reader, '2025-01-01', { ...on, after: 'in_100' })
    expect(sums(older)).toEqual([100, { from: '2026-01-01', to: '2026-01-01' }, [10]])
    expect(older.next).toBeNull()
    stripe.close()
  })
})
