import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connect, payouts, type Connection } from '@/db'
import { readSettings } from '@/lib/env'
import { approvePayoutRun } from '@/lib/payouts/approve-payout-run'
import { draftPayoutRun } from '@/lib/payouts/draft-payout-run'
import { runDigest } from '@/lib/payouts/run-digest'
import { sendPayoutRun } from '@/lib/payouts/send-payout-run'
import { sendPayouts } from '@/lib/payouts/send-payouts'
import { openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'
import { brokenInvariants, fund, newColleague, sendAll } from '@/tests/support/payouts'
import { manyAffiliates, transfersMatch } from '@/tests/support/many-payouts'

const isLong = readSettings().FAULTS === 'long'
const many = isLong ? 200 : 40
const people = isLong ? 32 : 12
const now = new Date('2026-03-01T09:00:00Z')

let books: Books
let connection: Connection
beforeAll(async () => {
  books = await openBooks('2026-02-01T10:00:00Z')
  useEnvironment(books.database, { STRIPE_API_BASE: books.sandbox.url })
  connection = connect(books.database.url, { max: 16 })
})
afterAll(async () => {
  await connection.close()
  await books.close()
})

it(`${people} administrators at once draft, approve and send the same ${many} payouts: ${many} transfers, each right`, async () => {
  const { db } = connection
  await manyAffiliates(books, many)
  await fund(books.stripe, 100_000_000)
  const colleagues = await Promise.all(
    Array.from({ length: people }, (_, n) => newColleague(db, `colleague${n}`)),
  )
  const drafted = await Promise.all(colleagues.map((who) => draftPayoutRun(who, {}, { db, now })))
  // Everybody approves what the next one drafted, and half of them a draft of somebody’s that another approves too.
  const approvals = await Promise.allSettled(
    colleagues.map(async (who, n) => {
      const runId = drafted[(n + 1 + (n % 2)) % people] ?? ''
      await approvePayoutRun(who, { runId, digest: await runDigest(db, runId) }, { db, now })
    }),
  )
  expect(approvals.some(({ status }) => status === 'fulfilled')).toBe(true)
  await Promise.allSettled(
    colleagues.flatMap((who) => drafted.map((runId) => sendPayoutRun(who, runId, { db, now }))),
  )
  await Promise.all(
    Array.from({ length: 6 }, () =>
      sendPayouts({ db, stripe: books.stripe, now: () => new Date(), limit: 30 }),
    ),
  )
  await sendAll(books)
  const paid = await db.select().from(payouts).where(eq(payouts.state, 'paid'))
  expect(paid).toHaveLength(many)
  expect(books.sandbox.all('transfer')).toHaveLength(many)
  expect(await transfersMatch(books)).toEqual([])
  expect(await brokenInvariants(db)).toEqual([])
}, 600_000)
