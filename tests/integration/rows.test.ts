import { eq, sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { balanceDays, connect, payments, settlements, type Connection } from '@/db'
import { among, insertRows, overwriting } from '@/lib/rows'
import { testDatabase, type TestDatabase } from '@/tests/support/database'

let database: TestDatabase
let connection: Connection
beforeEach(async () => {
  database = await testDatabase()
  connection = connect(database.url)
})
afterEach(async () => {
  await connection.close()
  await database.drop()
})

const payment = {
  id: 'pi_1',
  customerId: 'cus_1',
  currency: 'usd',
  amountMinor: 9_007_199_254_740_993n,
  paidAt: new Date('2026-01-31T10:00:00.123Z'),
  feeKnown: false,
}

describe('rows of one statement', () => {
  it('come back as they were, whatever their types', async () => {
    const { db } = connection
    const rest = { id: 'pi_2', customerId: null, currency: null, amountMinor: null, paidAt: null }
    await db.execute(insertRows(payments, [payment, { ...rest, feeKnown: true }]))
    expect(await db.select().from(payments).orderBy(payments.id)).toEqual([
      payment,
      { ...rest, feeKnown: true },
    ])
  })

  it('keep JSON as JSON, quotes and all, and what jsonb refuses replaced', async () => {
    const { db } = connection
    const at = { paymentId: `it's "one" \\ two`, basisId: 'in_1', digest: 'd', recordedAt: payment.paidAt }
    const facts = { list: [1, '2', null], deep: { text: 'a\u0000b' } }
    await db.execute(insertRows(settlements, [{ ...at, calculation: {}, facts }]))
    expect(await db.select().from(settlements)).toEqual([
      {
        ...at,
        id: expect.any(Number),
        calculation: {},
        facts: { ...facts, deep: { text: 'a\uFFFDb' } },
      },
    ])
  })

  it('overwrite all of what stood under their key, and nothing else', async () => {
    const { db } = connection
    const rows = [payment, { ...payment, id: 'pi_2' }]
    await db.execute(insertRows(payments, rows))
    const now = { ...payment, customerId: null, feeKnown: true }
    await db.execute(insertRows(payments, [now], overwriting(payments, 'id')))
    expect(await db.select().from(payments).orderBy(payments.id)).toEqual([now, rows[1]])
  })

  it('add themselves to what stands, in the order given', async () => {
    const { db } = connection
    const day = {
      currency: 'usd',
      account: 'earned',
      earnedOn: '2026-01-31',
      payableOn: '2026-03-02',
    } as const
    const rows = ['aff_1', 'aff_2'].map((affiliateId) => ({ ...day, affiliateId, amountMinor: 5n }))
    const added = sql`on conflict (affiliate_id, currency, account, earned_on, payable_on)
      do update set amount_minor = ${balanceDays.amountMinor} + excluded.amount_minor`
    await db.execute(insertRows(balanceDays, rows, added))
    await db.execute(insertRows(balanceDays, rows.slice(1), added))
    const days = await db.select().from(balanceDays).orderBy(balanceDays.affiliateId)
    expect(days.map((each) => each.amountMinor)).toEqual([5n, 10n])
  })

  it('are found among any number of values, none included', async () => {
    const { db } = connection
    await db.execute(insertRows(payments, [payment]))
    const many = Array.from({ length: 70_000 }, (_, at) => `pi_${at}`)
    expect(await db.select({ id: payments.id }).from(payments).where(among(payments.id, many))).toHaveLength(
      1,
    )
    expect(await db.select().from(payments).where(among(payments.id, []))).toEqual([])
    expect(await db.select().from(payments).where(eq(payments.id, 'pi_0'))).toEqual([])
  })
})
