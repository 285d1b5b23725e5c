import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auditEntries, codeBatches, codeBatchRows, codes } from '@/db'
import type { Actor } from '@/lib/actor'
import { closeAffiliate } from '@/lib/affiliates/close-affiliate'
import { wallNow } from '@/lib/clock'
import { getBatch, listBatchRows, streamBatchCsv } from '@/lib/codes/batch-queries'
import { discardBatch, startBatch } from '@/lib/codes/decide-batch'
import { makeFromBatches } from '@/lib/codes/make-batches'
import { provisionDueCodes } from '@/lib/codes/provision-code'
import { uploadBatch } from '@/lib/codes/upload-batch'
import { createStripe } from '@/lib/stripe/client'
import { newAffiliate, openBooks, type Books } from '@/tests/support/books'
import { dyingAtAnswer } from '@/tests/support/dying-stripe'
import { refuseAudit } from '@/tests/support/failing-audit'

const admin: Actor = { kind: 'api_key', id: 'key_admin', scope: 'admin' }
const reader: Actor = { kind: 'api_key', id: 'key_reader', scope: 'read' }
const now = new Date('2026-01-31T12:00:00Z')
const headings = 'affiliate,code,percent_off,amount_off,currency,duration,months,max_redemptions,expires_on'

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

const upload = (rows: readonly string[], actor = admin, csv = [headings, ...rows].join('\n')) =>
  uploadBatch(actor, { name: 'spring.csv', csv }, { db: books.db, now })
const rowsOf = async (batchId: string) =>
  (await listBatchRows(reader, { batchId, limit: 1000 }, books.db)).rows
const resultsOf = async (batchId: string) => {
  const rows = await rowsOf(batchId)
  return rows.map(({ line, state, message }) => [line, state, message])
}
const makeAll = async (stripe = books.stripe) => {
  while ((await makeFromBatches(books.db, stripe)) > 0);
}
const promotions = () => books.sandbox.all('promotion_code').map(({ code }) => code)
const numbered = (count: number) => Array.from({ length: count }, (_, n) => `Ahmet,AH-${n + 1},10`)
const inAnHour = () => new Date(wallNow().getTime() + 3_600_000)

describe('a file of codes', () => {
  it('is checked row by row, against itself and the books, before anything is made', async () => {
    const person = { handle: 'Sofia', displayName: 'Sofia Lindholm', email: 'sofia@example.com' }
    await newAffiliate(books.db, books.stripe, person)
    const id = await upload([
      'ahmet,spring-a,10',
      'SOFIA@example.com,,,7.50,eur,repeating,3,500,2026-06-30',
      `${books.ahmet},SPRING-A,15`,
      'Ahmet,AHMET5,5',
      'Nobody,X1,5',
      ',X2,5',
      'Ahmet,X 3,105,,,,,0,2026-01-30',
      '"Ahmet","X4"," 5 %"',
      'Ahmet,X5,5,,,,,,,too,much',
      'Ahmet',
    ])
    expect(await resultsOf(id)).toEqual([
      [2, 'ready', null],
      [3, 'ready', null],
      [4, 'refused', 'The same code as in line 2.'],
      [5, 'refused', 'AHMET5 is a code already.'],
      [6, 'refused', 'affiliate: Nobody is known as Nobody.'],
      [7, 'refused', 'affiliate: Nobody is named.'],
      [
        8,
        'refused',
        expect.stringMatching(/percent_off: More.*max_redemptions: .*expires_on: This day has passed/),
      ],
      [9, 'ready', null],
      [10, 'refused', 'It has more cells than there are headings.'],
      [11, 'refused', expect.stringContaining('percent_off:')],
    ])
    expect((await rowsOf(id)).slice(0, 2)).toMatchObject([
      { affiliate: 'Ahmet', code: 'SPRING-A' },
      { affiliate: 'Sofia', code: 'SOFIA7-50EUR' },
    ])
    expect(await makeFromBatches(books.db, books.stripe)).toBe(0)
    expect(promotions()).toEqual(['AHMET5', 'SOFIA5'])
    const kept = await books.db.select().from(codeBatchRows)
    expect(JSON.stringify(kept)).not.toContain('sofia@example.com')
  })

  it.each([
    ['nothing', ' ', '“affiliate” is missing'],
    ['no row', headings, 'no row'],
    ['a column that nobody knows', 'affiliate,percent\nAhmet,5', 'No column is called percent'],
    ['no affiliates', 'code,percent_off\nX,5', '“affiliate” is missing'],
    ['no discount', 'affiliate,code\nAhmet,X', '“percent_off” or “amount_off” is missing'],
    ['a column twice', 'affiliate,affiliate,percent_off\nA,B,5', 'there twice'],
    ['an open quote', 'affiliate,percent_off\n"Ahmet,5', 'no CSV file'],
  ])('with %s is refused as a whole', async (_, csv, words) => {
    const refused = upload([], admin, csv)
    await expect(refused).rejects.toMatchObject({ field: 'csv', message: expect.stringContaining(words) })
    expect(await books.db.$count(codeBatches)).toBe(0)
  })

  it('may come from a spreadsheet: with semicolons, a byte order mark and headings as people write them', async () => {
    const id = await upload([], admin, '\uFEFFAffiliate;Percent off\r\nAhmet;12,5\r\nAhmet;12.5\r\n')
    expect((await resultsOf(id)).map(([, state]) => state)).toEqual(['refused', 'ready'])
  })

  it('is made whole, each row with its result, and ends', async () => {
    const coupon = await books.stripe.coupons.create({ percent_off: 5, duration: 'forever' })
    const promotion = { type: 'coupon', coupon: coupon.id } as const
    await books.stripe.promotionCodes.create({ code: 'ah-3', promotion })
    const id = await upload([...numbered(9), 'Nobody,AH-10,5'])
    await startBatch(admin, id, books.db)
    await makeAll()
    const batch = await getBatch(reader, id, books.db)
    expect(batch).toMatchObject({
      state: 'done',
      rows: { made: 8, failed: 1, refused: 1, ready: 0, making: 0 },
    })
    expect(batch.finishedAt).not.toBeNull()
    expect((await resultsOf(id))[2]).toEqual([
      4,
      'failed',
      'Somebody else’s active promotion code at Stripe has the text AH-3.',
    ])
    const csv: string[] = []
    for await (const part of streamBatchCsv(reader, id, books.db)) csv.push(part)
    const lines = csv.join('').trim().split('\r\n')
    expect(lines).toHaveLength(11)
    expect(lines[1]).toMatch(/^2,Ahmet,aff_\w+,AH-1,made,,promo_\w+$/)
    expect(lines[10]).toMatch(/^11,Nobody,,AH-10,refused,affiliate: Nobody is known as Nobody\.,$/)
    const made = await books.db.select().from(auditEntries).where(eq(auditEntries.action, 'code.create_many'))
    expect(made).toHaveLength(9)
  })

  it('goes on after a restart, wherever the worker died, and makes each code once', async () => {
    const id = await upload(numbered(6))
    await startBatch(admin, id, books.db)
    for (const n of [1, 6]) {
      const { client, died } = dyingAtAnswer(books.sandbox, n)
      void makeFromBatches(books.db, client).catch(() => undefined)
      await died
      await provisionDueCodes(books.db, books.stripe, inAnHour())
    }
    while ((await getBatch(reader, id, books.db)).state !== 'done') {
      await makeFromBatches(books.db, books.stripe)
      await provisionDueCodes(books.db, books.stripe, inAnHour())
    }
    expect(await getBatch(reader, id, books.db)).toMatchObject({ rows: { made: 6 } })
    expect(promotions().toSorted()).toEqual(['AH-1', 'AH-2', 'AH-3', 'AH-4', 'AH-5', 'AH-6', 'AHMET5'])
  })

  it('is made once by two workers at once', async () => {
    const id = await upload(numbered(10))
    await startBatch(admin, id, books.db)
    await Promise.all([makeAll(), makeAll()])
    await makeAll()
    expect(await getBatch(reader, id, books.db)).toMatchObject({ state: 'done', rows: { made: 10 } })
    expect(promotions()).toHaveLength(11)
  })

  it('stands still while Stripe is silent, and is finished when it answers', async () => {
    const id = await upload(numbered(30))
    await startBatch(admin, id, books.db)
    await makeAll(createStripe('sk_test_books', 'http://127.0.0.1:1'))
    const { rows } = await getBatch(reader, id, books.db)
    expect(rows.making).toBeGreaterThan(0)
    expect(rows.making).toBeLessThan(30)
    for (let left = 30; left > 0; left = (await getBatch(reader, id, books.db)).rows.making) {
      await provisionDueCodes(books.db, books.stripe, inAnHour())
      await makeAll()
    }
    expect(await getBatch(reader, id, books.db)).toMatchObject({ state: 'done', rows: { made: 30 } })
  })

  it('tells where the books have changed since it was checked', async () => {
    const id = await upload(['Ahmet,AH-1,10', 'Ahmet,AH-2,10', 'Ahmet,AH-3,10'])
    const other = await upload(['Ahmet,AH-1,10'])
    for (const each of [other, id]) await startBatch(admin, each, books.db)
    await makeFromBatches(books.db, books.stripe)
    await makeAll()
    expect((await resultsOf(id))[0]).toEqual([2, 'failed', 'AH-1 is a code already.'])
    const late = await upload(['Ahmet,AH-9,10'])
    await closeAffiliate(admin, { affiliateId: books.ahmet, reason: 'over' }, { db: books.db })
    await startBatch(admin, late, books.db)
    await makeAll()
    expect(await resultsOf(late)).toEqual([[2, 'failed', 'The affiliate is closed.']])
  })

  it('is decided on once, also at once; the rest can be left unmade', async () => {
    const id = await upload(numbered(9))
    const starts = await Promise.allSettled([
      startBatch(admin, id, books.db),
      startBatch(admin, id, books.db),
    ])
    expect(starts.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    await makeFromBatches(books.db, books.stripe)
    await discardBatch(admin, id, books.db)
    await makeAll()
    expect(await getBatch(reader, id, books.db)).toMatchObject({
      state: 'discarded',
      rows: { made: 4, failed: 5, ready: 0, making: 0 },
    })
    await expect(startBatch(admin, id, books.db)).rejects.toMatchObject({ code: 'conflict' })
    await expect(discardBatch(admin, id, books.db)).rejects.toMatchObject({ code: 'conflict' })
    await expect(startBatch(admin, 'bat_nobody', books.db)).rejects.toMatchObject({ code: 'not_found' })
    const hopeless = await upload(['Nobody,X,5'])
    await expect(startBatch(admin, hopeless, books.db)).rejects.toThrow('No row of this file can be made')
  })

  it('is not for who may only look, and a failure half-way leaves nothing', async () => {
    const id = await upload(numbered(1))
    for (const refused of [
      upload(numbered(1), reader),
      startBatch(reader, id, books.db),
      discardBatch(reader, id, books.db),
    ])
      await expect(refused).rejects.toMatchObject({ code: 'forbidden' })
    await refuseAudit(books.database)
    await expect(upload(numbered(2))).rejects.toThrow()
    await expect(startBatch(admin, id, books.db)).rejects.toThrow()
    await expect(discardBatch(admin, id, books.db)).rejects.toThrow()
    expect(await books.db.$count(codeBatches)).toBe(1)
    expect(await getBatch(reader, id, books.db)).toMatchObject({ state: 'checked', rows: { ready: 1 } })
    await books.db.update(codeBatches).set({ state: 'running', startedAt: wallNow() })
    await expect(makeFromBatches(books.db, books.stripe)).rejects.toThrow()
    expect(await books.db.$count(codes)).toBe(1)
    expect(promotions()).toEqual(['AHMET5'])
  })

  it('has room for ten thousand rows with broken ones in between', async () => {
    const rows = Array.from({ length: 10_000 }, (_, n) =>
      n % 100 === 99 ? `Nobody,AH-${n},10` : n % 100 === 49 ? `Ahmet,AH-${n - 1},10` : `Ahmet,AH-${n},10`,
    )
    const id = await upload(rows)
    expect(await getBatch(reader, id, books.db)).toMatchObject({ rows: { ready: 9800, refused: 200 } })
  })
})
