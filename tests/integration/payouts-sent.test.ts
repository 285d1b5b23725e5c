import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mails, payoutAttempts, payoutRuns } from '@/db'
import { changePayoutDetails } from '@/lib/payouts/change-payout-details'
import { sendPayoutRun } from '@/lib/payouts/send-payout-run'
import { sendPayouts } from '@/lib/payouts/send-payouts'
import { newAffiliate, openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'
import {
  accountsOf,
  approveAndSend,
  brokenInvariants,
  draftAndApprove,
  earn,
  fund,
  newColleague,
  payByStripe,
  payoutsOf,
  sendAll,
  system,
  type Colleague,
} from '@/tests/support/payouts'

let books: Books
let ines: Colleague
let omar: Colleague
let account: string
const now = new Date('2026-03-01T09:00:00Z')
const at = () => ({ db: books.db, now })
beforeEach(async () => {
  books = await openBooks('2026-02-01T10:00:00Z')
  useEnvironment(books.database, { STRIPE_API_BASE: books.sandbox.url })
  ines = await newColleague(books.db, 'ines')
  omar = await newColleague(books.db, 'omar')
  account = await payByStripe(books, books.ahmet)
  await earn(books.db, books.ahmet, 5000n)
  await fund(books.stripe, 1_000_000)
})
afterEach(() => books.close())

const people = () => ({ drafts: ines, approves: omar })
const transfers = () => books.sandbox.all('transfer')
const failing = (how: string, more: object = {}) =>
  books.sandbox.settings({
    failures: [{ path: '/v1/transfers', method: 'POST', status: 500, times: 1, how, ...more }],
  } as never)

describe('a transfer that was made by somebody else in a payout’s name', () => {
  it.each([
    ['to another account', async () => ({ destination: await payByStripe(books, await another()) })],
    ['of another amount', () => ({ amount: 4_999 })],
  ])('%s is not taken for it, and nothing more is sent', async (_, how) => {
    const runId = await draftAndApprove(books.db, people(), now)
    const id = (await payoutsOf(books.db, runId))[0]?.id ?? ''
    await books.stripe.transfers.create({
      amount: 5_000,
      currency: 'usd',
      destination: account,
      transfer_group: id,
      metadata: { payout_id: id },
      ...(await how()),
    })
    failing('cut')
    await sendPayoutRun(omar, runId, at())
    await sendAll(books, { rounds: 6 })
    expect(transfers()).toHaveLength(1)
    expect(await payoutsOf(books.db, runId)).toMatchObject([
      { state: 'unknown', reason: expect.stringContaining('not what was approved') },
    ])
    expect(await brokenInvariants(books.db)).toEqual([])
  })
})

const another = () =>
  newAffiliate(books.db, books.stripe, {
    handle: 'Thief',
    displayName: 'Thief',
    email: 'thief@example.net',
  })

describe('a payout by Stripe', () => {
  it('is one transfer of the amount, to the account, under a key and in a group of its own', async () => {
    const runId = await approveAndSend(books.db, people(), now)
    await sendAll(books)
    const [payout] = await payoutsOf(books.db, runId)
    expect(transfers()).toMatchObject([
      {
        amount: 5000,
        currency: 'usd',
        destination: account,
        transfer_group: payout?.id,
        metadata: { payout_id: payout?.id, payout_run_id: runId, affiliate_id: books.ahmet },
      },
    ])
    expect(payout).toMatchObject({ state: 'paid', reference: transfers()[0]?.id })
    expect(await accountsOf(books.db, books.ahmet)).toEqual({
      'usd opening_balances': -5000n,
      'usd paid': 5000n,
      'usd cash': 5000n,
      'usd paid_out': -5000n,
    })
    expect(await brokenInvariants(books.db)).toEqual([])
  })

  it('is told to the affiliate once', async () => {
    await approveAndSend(books.db, people(), now)
    await sendAll(books)
    const [payout] = (await books.db.select().from(mails)).filter(({ cause }) => cause.startsWith('payout/'))
    expect(payout).toMatchObject({ recipient: 'ahmet@example.com', subject: '$50.00 is on its way to you' })
  })

  it('is not sent before somebody says so', async () => {
    const runId = await approveAndSend(books.db, people(), now)
    await books.db.update(payoutRuns).set({ sendingSince: null }).where(eq(payoutRuns.id, runId))
    await sendAll(books)
    expect(transfers()).toEqual([])
    const viewer = await newColleague(books.db, 'vera', 'viewer')
    await expect(sendPayoutRun(viewer, runId, at())).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('an answer of Stripe’s that', () => {
  it.each(['lost', 'cut', 'error', 'kept', 'broken', 'twice'])('is %s ends in one transfer', async (how) => {
    failing(how)
    const runId = await approveAndSend(books.db, people(), now)
    await sendAll(books)
    expect(transfers()).toHaveLength(1)
    expect(await payoutsOf(books.db, runId)).toMatchObject([{ state: 'paid' }])
    expect(await brokenInvariants(books.db)).toEqual([])
  })

  it.each([409, 429])('is %i is asked for again under the same key', async (status) => {
    failing('error', { status })
    await approveAndSend(books.db, people(), now)
    await sendAll(books)
    expect(transfers()).toHaveLength(1)
    expect(await books.db.select().from(payoutAttempts)).toHaveLength(1)
  })

  it('was lost is looked up 25 hours later, when the key is forgotten, and not sent again', async () => {
    failing('lost')
    await approveAndSend(books.db, people(), now)
    const wall = new Date()
    const only = { db: books.db, stripe: books.stripe, now: () => wall }
    await sendPayouts(only)
    books.sandbox.advance(25 * 3600)
    await sendAll(books, { from: new Date(wall.getTime() + 25 * 3_600_000) })
    expect(transfers()).toHaveLength(1)
    expect(await books.db.select().from(payoutAttempts)).toHaveLength(1)
  })

  it('never came of a request that was never done: sent 25 hours later, under a key of its own', async () => {
    failing('cut')
    await approveAndSend(books.db, people(), now)
    const wall = new Date()
    await sendPayouts({ db: books.db, stripe: books.stripe, now: () => wall })
    books.sandbox.advance(25 * 3600)
    await sendAll(books, { from: new Date(wall.getTime() + 25 * 3_600_000) })
    expect(transfers()).toHaveLength(1)
    expect(await books.db.select().from(payoutAttempts)).toHaveLength(2)
  })
})

describe('a payout that cannot be sent', () => {
  it('for want of money stops the rest, which goes on when there is some', async () => {
    const others = []
    for (const handle of ['Berta', 'Carla']) {
      const email = `${handle}@example.org`
      const id = await newAffiliate(books.db, books.stripe, { handle, displayName: handle, email })
      await payByStripe(books, id)
      await earn(books.db, id, 6000n)
      others.push(id)
    }
    await fund(books.stripe, -995_000)
    const runId = await approveAndSend(books.db, people(), now)
    await sendAll(books)
    const [run] = await books.db.select().from(payoutRuns).where(eq(payoutRuns.id, runId))
    expect(run?.stopped).toContain('insufficient available funds')
    expect((await payoutsOf(books.db, runId)).filter(({ state }) => state === 'failed')).toEqual([])
    await fund(books.stripe, 100_000)
    await sendAll(books)
    expect(transfers().length).toBeLessThan(3)
    await sendPayoutRun(omar, runId, at())
    await sendAll(books)
    expect(
      transfers()
        .map(({ amount }) => amount)
        .toSorted(),
    ).toEqual([5000, 6000, 6000])
    expect(await brokenInvariants(books.db)).toEqual([])
  })

  it('because the account takes none is taken out, and its lines are in the next run', async () => {
    const runId = await approveAndSend(books.db, people(), now)
    await books.stripe.rawRequest('POST', `/v1/test_helpers/sandbox/accounts/${account}/capability`, {
      to: 'restricted',
    })
    await sendAll(books)
    expect(await payoutsOf(books.db, runId)).toMatchObject([
      { state: 'taken_out', reason: 'The Stripe account takes no transfers now.' },
    ])
    expect(await accountsOf(books.db, books.ahmet)).toEqual({
      'usd opening_balances': -5000n,
      'usd earned': 5000n,
    })
  })

  it('because Stripe refuses it failed, and its lines are in the next run', async () => {
    failing('kept', { status: 400, code: 'transfers_not_allowed', message: 'Not to this account.' })
    const runId = await approveAndSend(books.db, people(), now)
    await sendAll(books)
    expect(await payoutsOf(books.db, runId)).toMatchObject([
      { state: 'failed', reason: 'Stripe: Not to this account.' },
    ])
    const next = await approveAndSend(books.db, people(), now)
    await sendAll(books)
    expect(await payoutsOf(books.db, next)).toMatchObject([{ state: 'paid', amountMinor: 5000n }])
    expect(transfers()).toHaveLength(1)
    expect(await brokenInvariants(books.db)).toEqual([])
  })

  it('because it goes elsewhere by now is taken out', async () => {
    const runId = await approveAndSend(books.db, people(), now)
    const paypal = { method: 'paypal', destination: { email: 'new@example.com' } } as const
    await changePayoutDetails(system, books.ahmet, paypal, at())
    await sendAll(books)
    expect(await payoutsOf(books.db, runId)).toMatchObject([
      { state: 'taken_out', reason: 'The payout details were changed after the approval.' },
    ])
    expect(transfers()).toEqual([])
  })
})
