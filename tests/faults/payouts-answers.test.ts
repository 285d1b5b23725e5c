import { afterAll, beforeAll, expect, it } from 'vitest'
import { eq } from 'drizzle-orm'
import { payouts } from '@/db'
import { readSettings } from '@/lib/env'
import { log } from '@/lib/log'
import type { SettingsChange } from '@/lib/stripe-sandbox'
import { Stripe } from '@/lib/stripe/client'
import { openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'
import { manyAffiliates, transfersMatch } from '@/tests/support/many-payouts'
import { approveAndSend, brokenInvariants, fund, newColleague, sendAll } from '@/tests/support/payouts'

const many = readSettings().FAULTS === 'long' ? 1_000 : 80
const now = new Date('2026-03-01T09:00:00Z')

let books: Books
beforeAll(async () => {
  books = await openBooks('2026-02-01T10:00:00Z')
  useEnvironment(books.database, { STRIPE_API_BASE: books.sandbox.url })
  log.level = 'silent'
})
afterAll(() => books.close())

type Failures = NonNullable<SettingsChange['failures']>
const on = (
  path: string,
  method: 'GET' | 'POST',
  how: Failures[number]['how'],
  chance: number,
  more = {},
) => ({
  path,
  method,
  status: 500,
  times: 100_000,
  how,
  chance,
  ...more,
})

/** In this order each meets its share of what the ones before left. */
const everything: Failures = [
  on('/v1/transfers', 'POST', 'lost', 0.08),
  on('/v1/transfers', 'POST', 'cut', 0.08),
  on('/v1/transfers', 'POST', 'kept', 0.08),
  on('/v1/transfers', 'POST', 'broken', 0.08),
  on('/v1/transfers', 'POST', 'late', 0.08, { ms: 30 }),
  on('/v1/transfers', 'POST', 'twice', 0.1),
  on('/v1/transfers', 'POST', 'error', 0.08, { status: 409 }),
  on('/v1/transfers', 'POST', 'error', 0.08, { status: 429 }),
  on('/v1/transfers', 'GET', 'error', 0.05),
  on('/v1/transfers', 'GET', 'lost', 0.05),
  on('/v1/accounts', 'GET', 'error', 0.05, { status: 429 }),
]

it(`answers lost, doubled, late, 409, 429, 500 replayed, keys forgotten: ${many} payouts, ${many} transfers`, async () => {
  await manyAffiliates(books, many)
  await fund(books.stripe, 100_000_000)
  const [drafts, approves] = [await newColleague(books.db, 'ines'), await newColleague(books.db, 'omar')]
  await approveAndSend(books.db, { drafts, approves }, now)
  books.sandbox.settings({ failures: everything })
  // Without retries of the SDK's own, which wait: each answer is met as it comes.
  const stripe = new Stripe('sk_test_answers', {
    httpClient: Stripe.createFetchHttpClient(books.sandbox.fetch),
    maxNetworkRetries: 0,
  })
  let from = Date.now()
  for (let day = 0; day < 12; day++) {
    await sendAll({ db: books.db, stripe }, { from: new Date(from), rounds: 6 })
    // Every key is forgotten.
    books.sandbox.advance(25 * 3600)
    from += 25 * 3_600_000
  }
  books.sandbox.settings({ failures: [] })
  await sendAll({ db: books.db, stripe }, { from: new Date(from) })
  expect(await books.db.$count(payouts, eq(payouts.state, 'paid'))).toBe(many)
  expect(books.sandbox.all('transfer')).toHaveLength(many)
  expect(await transfersMatch(books)).toEqual([])
  expect(await brokenInvariants(books.db)).toEqual([])
}, 900_000)
