import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { payouts } from '@/db'
import { findLastSweep, listFindings } from '@/lib/intake/reconcile/queries'
import { log } from '@/lib/log'
import { sendPayouts } from '@/lib/payouts/send-payouts'
import { openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'
import { transfersMatch } from '@/tests/support/many-payouts'
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
import { sweep } from '@/tests/support/programme-life'

const now = new Date('2026-03-01T09:00:00Z')
const all = { since: new Date('2020-01-01T00:00:00Z') }

let books: Books
let people: { drafts: Colleague; approves: Colleague }
let account: string
beforeEach(async () => {
  books = await openBooks('2026-02-01T10:00:00Z')
  useEnvironment(books.database, { STRIPE_API_BASE: books.sandbox.url })
  log.level = 'silent'
  people = { drafts: await newColleague(books.db, 'ines'), approves: await newColleague(books.db, 'omar') }
  account = await payByStripe(books, books.ahmet)
  await earn(books.db, books.ahmet, 7_000n)
  await fund(books.stripe, 100_000)
})
afterEach(() => books.close())

/** What a sweep found of transfers. */
async function found() {
  await sweep(books, all)
  const last = await findLastSweep(system, books.db)
  const { findings } = await listFindings(system, { sweepId: last?.id ?? 0, limit: 100 }, books.db)
  return findings.flatMap(({ kind, objectId, verdict, sentence }) =>
    kind === 'transfer' ? [{ objectId, verdict, sentence }] : [],
  )
}

async function theOnlyPayout(runId: string) {
  const [payout] = await payoutsOf(books.db, runId)
  if (!payout) throw new Error('There is no payout.')
  return payout
}

/** Sent, and nobody heard what became of it. */
async function sendUnheard(): Promise<string> {
  const runId = await approveAndSend(books.db, people, now)
  books.sandbox.settings({
    failures: [{ path: '/v1/transfers', method: 'POST', status: 500, times: 1, how: 'lost' }],
  })
  await sendPayouts({ db: books.db, stripe: books.stripe, now: () => new Date() })
  expect(await theOnlyPayout(runId)).toMatchObject({ state: 'unknown' })
  return runId
}

const expectSound = async () => {
  expect(await transfersMatch(books)).toEqual([])
  expect(await brokenInvariants(books.db)).toEqual([])
}

it('finds every transfer right that has its payout, and writes nothing', async () => {
  await approveAndSend(books.db, people, now)
  await sendAll(books)
  expect(await found()).toEqual([])
  expect(await found()).toEqual([])
  await expectSound()
})

it('settles a payout of which nobody heard, once, however often it is swept and sent', async () => {
  const runId = await sendUnheard()
  const [transfer] = books.sandbox.all('transfer')
  expect(await found()).toEqual([
    { objectId: transfer?.id, verdict: 'healed', sentence: 'The books did not know whether it was sent.' },
  ])
  expect(await theOnlyPayout(runId)).toMatchObject({ state: 'paid', reference: transfer?.id })
  expect(await found()).toEqual([])
  await sendAll(books)
  expect(books.sandbox.all('transfer')).toHaveLength(1)
  await expectSound()
})

it('leaves what somebody is sending right now to them', async () => {
  const runId = await sendUnheard()
  const { id } = await theOnlyPayout(runId)
  await books.db
    .update(payouts)
    .set({ leasedUntil: new Date(Date.now() + 600_000) })
    .where(eq(payouts.id, id))
  await found()
  expect(await theOnlyPayout(runId)).toMatchObject({ state: 'unknown' })
})

it('takes back what was reversed and never told, once', async () => {
  const runId = await approveAndSend(books.db, people, now)
  await sendAll(books)
  const { reference } = await theOnlyPayout(runId)
  await books.stripe.transfers.createReversal(reference ?? '')
  expect(await found()).toEqual([
    { objectId: reference, verdict: 'healed', sentence: 'That it was reversed never came.' },
  ])
  expect(await theOnlyPayout(runId)).toMatchObject({ state: 'returned' })
  expect((await accountsOf(books.db, books.ahmet))['usd earned']).toBe(7_000n)
  expect(await found()).toEqual([])
  expect((await accountsOf(books.db, books.ahmet))['usd earned']).toBe(7_000n)
  await expectSound()
})

it('says of transfers to affiliates that no payout has made, and leaves the programme’s own alone', async () => {
  const runId = await draftAndApprove(books.db, people, now)
  const { id } = await theOnlyPayout(runId)
  const money = { amount: 7_000, currency: 'usd' }
  const make = (more: object) => books.stripe.transfers.create({ ...money, destination: account, ...more })
  const nobodys = await make({})
  const early = await make({ transfer_group: id })
  const strange = await make({ transfer_group: 'pay_nobody' })
  const larger = await make({ amount: 7_001, transfer_group: id })
  const other = await books.stripe.v2.core.accounts.create({
    identity: { country: 'de' },
    configuration: {
      recipient: { capabilities: { stripe_balance: { stripe_transfers: { requested: true } } } },
    },
  })
  await books.stripe.rawRequest('POST', `/v1/test_helpers/sandbox/accounts/${other.id}/onboard`)
  await make({ destination: other.id })
  const sentences = new Map((await found()).map(({ objectId, sentence }) => [objectId, sentence]))
  const unpaid = 'It goes to an affiliate’s account, and no payout of ours has made it.'
  expect(Object.fromEntries(sentences)).toEqual({
    [nobodys.id]: unpaid,
    [strange.id]: unpaid,
    [early.id]: 'It names a payout that is approved here, and was not sent by us.',
    [larger.id]: 'It names a payout, and is not of its amount, its currency or to its account.',
  })
})
