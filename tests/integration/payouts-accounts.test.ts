import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectAccounts, inboxWork, payoutDetails } from '@/db'
import { recordEvent } from '@/lib/intake/record-event'
import { parseEvent } from '@/lib/intake/parse-event'
import { connectStripe } from '@/lib/payouts/connect-stripe'
import { heedAccounts } from '@/lib/payouts/heed-accounts'
import { deliverAll, openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'
import {
  brokenInvariants,
  draftAndApprove,
  earn,
  newColleague,
  payByStripe,
  payoutsOf,
  system,
} from '@/tests/support/payouts'

const now = new Date('2026-03-01T09:00:00Z')

let books: Books
beforeEach(async () => {
  books = await openBooks('2026-02-01T10:00:00Z')
  useEnvironment(books.database, { STRIPE_API_BASE: books.sandbox.url })
})
afterEach(() => books.close())

const connect = () =>
  connectStripe(
    system,
    { affiliateId: books.ahmet, country: 'de', returnUrl: 'http://localhost/portal/payouts' },
    { db: books.db, stripe: books.stripe },
  )

async function accountsAtStripe(): Promise<string[]> {
  const ids: string[] = []
  for await (const { id } of books.stripe.v2.core.accounts.list({})) ids.push(id)
  return ids
}

async function ownAccount() {
  const [own] = await books.db
    .select()
    .from(connectAccounts)
    .where(eq(connectAccounts.affiliateId, books.ahmet))
  return own
}

const moveAccount = (id: string, to: string) =>
  books.stripe.rawRequest('POST', `/v1/test_helpers/sandbox/accounts/${id}/capability`, { to })
const heed = () => heedAccounts(books.db, books.stripe)

describe('an account at Stripe', () => {
  it('is made once, also where the answer was lost and Stripe has forgotten the key', async () => {
    // The SDK asks twice more by itself.
    books.sandbox.settings({
      failures: [{ path: '/v2/core/accounts', method: 'POST', status: 500, times: 3, how: 'lost' }],
    })
    await expect(connect()).rejects.toThrow()
    expect(await ownAccount()).toMatchObject({ stripeAccountId: null, transfers: 'inactive' })
    const made = await accountsAtStripe()
    expect(made).toHaveLength(1)
    books.sandbox.advance(25 * 3600)
    await connect()
    expect(await accountsAtStripe()).toEqual(made)
    expect(await ownAccount()).toMatchObject({ stripeAccountId: made[0] })
  })

  it('is made once by two at once', async () => {
    await Promise.all([connect(), connect(), connect()])
    expect(await accountsAtStripe()).toHaveLength(1)
  })

  it('becomes where they are paid as soon as Stripe says that it takes transfers, without a visit', async () => {
    await connect()
    const id = (await ownAccount())?.stripeAccountId ?? ''
    await books.stripe.rawRequest('POST', `/v1/test_helpers/sandbox/accounts/${id}/onboard`)
    expect(await books.db.$count(payoutDetails)).toBe(0)
    await deliverAll(books)
    expect(await heed()).toBe(1)
    expect(await ownAccount()).toMatchObject({ transfers: 'active' })
    expect(await books.db.select().from(payoutDetails)).toMatchObject([{ destination: { accountId: id } }])
  })

  it('that stops taking transfers takes an approved payout out at once, and says so', async () => {
    const id = await payByStripe(books, books.ahmet)
    await earn(books.db, books.ahmet, 5_000n)
    const people = {
      drafts: await newColleague(books.db, 'ines'),
      approves: await newColleague(books.db, 'omar'),
    }
    const runId = await draftAndApprove(books.db, people, now)
    await moveAccount(id, 'restricted')
    await deliverAll(books)
    await heed()
    expect(await ownAccount()).toMatchObject({ transfers: 'inactive' })
    expect(await payoutsOf(books.db, runId)).toMatchObject([
      { state: 'taken_out', reason: 'The Stripe account takes no transfers now.' },
    ])
    expect(await brokenInvariants(books.db)).toEqual([])
    await heed()
    expect(await payoutsOf(books.db, runId)).toHaveLength(1)
  })
})

it('what happens in an affiliate’s own Stripe account earns nobody anything', async () => {
  const event = {
    object: 'event',
    id: 'evt_theirs',
    type: 'charge.succeeded',
    api_version: null,
    created: 1_770_000_000,
    livemode: false,
    account: 'acct_theirs',
    data: { object: { id: 'ch_theirs', object: 'charge' } },
  }
  const parsed = parseEvent(JSON.stringify(event))
  if ('problem' in parsed) throw new Error(parsed.problem)
  expect(await recordEvent(books.db, parsed, new Date())).toBe('ignored')
  const [work] = await books.db.select().from(inboxWork).where(eq(inboxWork.eventId, 'evt_theirs'))
  expect(work).toMatchObject({ state: 'done', sentence: expect.stringContaining('their own business') })
})
