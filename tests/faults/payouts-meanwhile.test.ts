import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { payouts } from '@/db'
import type { Actor } from '@/lib/actor'
import { suspendAffiliate } from '@/lib/affiliates/suspend-affiliate'
import { judgePayment } from '@/lib/anomalies/judge-payment'
import { liftVerdict } from '@/lib/anomalies/lift-verdict'
import { readSettings } from '@/lib/env'
import { drain } from '@/lib/intake/drain'
import { replayBooks } from '@/lib/intake/replay'
import { ledgerDigest } from '@/lib/ledger/digest'
import { log } from '@/lib/log'
import { approvePayoutRun } from '@/lib/payouts/approve-payout-run'
import { draftPayoutRun } from '@/lib/payouts/draft-payout-run'
import { runDigest } from '@/lib/payouts/run-digest'
import { sendPayoutRun } from '@/lib/payouts/send-payout-run'
import { buy, deliver, deliverAll, openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'
import { transfersMatch } from '@/tests/support/many-payouts'
import { dice } from '@/tests/support/orders'
import {
  accountsOf,
  brokenInvariants,
  fund,
  newColleague,
  payByStripe,
  payoutsOf,
  sendAll,
  type Colleague,
} from '@/tests/support/payouts'

let books: Books
let ines: Colleague
let omar: Colleague
const admin: Actor = { kind: 'api_key', id: 'key_1', scope: 'admin' }
const now = new Date('2026-04-15T09:00:00Z')
const at = () => ({ db: books.db, now })

beforeEach(async () => {
  books = await openBooks('2026-01-31T10:00:00Z')
  useEnvironment(books.database, { STRIPE_API_BASE: books.sandbox.url })
  log.level = 'silent'
  ines = await newColleague(books.db, 'ines')
  omar = await newColleague(books.db, 'omar')
  await payByStripe(books, books.ahmet)
  await fund(books.stripe, 100_000_000)
})
afterEach(() => books.close())

const settle = () => drain(books.db, books.stripe, 30_000)
const purchase = (amount = 290_000) => buy(books.stripe, { amount, interval: 'year', code: 'AHMET5', fee: 0 })
const draft = () => draftPayoutRun(ines, { minimums: { usd: 1n } }, at())
const approve = async (runId: string) =>
  approvePayoutRun(omar, { runId, digest: await runDigest(books.db, runId), changed: 'take_out' }, at())
const send = async (runId: string) => {
  await sendPayoutRun(omar, runId, at())
  await sendAll(books)
}
async function judge(paymentId: string, decision: 'void' | 'hold' | 'clear'): Promise<void> {
  await judgePayment(admin, { paymentId, decision, reason: 'a look' }, books.db)
}
const expectSound = async () => {
  expect(await transfersMatch(books)).toEqual([])
  expect(await brokenInvariants(books.db)).toEqual([])
}

describe('what arrives between approval and sending', () => {
  it('a hold or a void takes the payout out and says so', async () => {
    for (const decision of ['hold', 'void'] as const) {
      const { paymentId } = await purchase()
      await deliverAll(books)
      const runId = await draft()
      await approve(runId)
      await judge(paymentId, decision)
      await settle()
      await send(runId)
      expect(await payoutsOf(books.db, runId)).toMatchObject([
        { state: 'taken_out', reason: expect.stringContaining(decision === 'hold' ? 'on hold' : 'void') },
      ])
      await settle()
      await expectSound()
    }
    expect(books.sandbox.all('transfer')).toEqual([])
    expect((await accountsOf(books.db, books.ahmet))['usd earned'] ?? 0n).toBe(0n)
  })

  it('a verdict that is not settled yet holds the sending up', async () => {
    const { paymentId } = await purchase()
    await deliverAll(books)
    const runId = await draft()
    await approve(runId)
    await judge(paymentId, 'hold')
    await sendPayoutRun(omar, runId, at())
    await sendAll(books, { rounds: 3 })
    expect(books.sandbox.all('transfer')).toEqual([])
    await settle()
    await sendAll(books, { from: new Date(Date.now() + 86_400_000) })
    expect(await payoutsOf(books.db, runId)).toMatchObject([{ state: 'taken_out' }])
    await expectSound()
  })

  it('a suspension takes it out', async () => {
    await purchase()
    await deliverAll(books)
    const runId = await draft()
    await approve(runId)
    await suspendAffiliate(admin, { affiliateId: books.ahmet, reason: 'a complaint' }, { db: books.db })
    await settle()
    await send(runId)
    expect(await payoutsOf(books.db, runId)).toMatchObject([{ state: 'taken_out' }])
    await expectSound()
  })

  it('a refund leaves it as it was approved, and is owed in the next', async () => {
    const { paymentId } = await purchase()
    await deliverAll(books)
    const runId = await draft()
    await approve(runId)
    const [before] = await payoutsOf(books.db, runId)
    await books.stripe.refunds.create({ payment_intent: paymentId })
    await deliverAll(books)
    await send(runId)
    expect(books.sandbox.all('transfer')).toMatchObject([{ amount: Number(before?.amountMinor) }])
    const accounts = await accountsOf(books.db, books.ahmet)
    expect(accounts['usd earned']).toBe(-(before?.amountMinor ?? 0n))
    await expectSound()
  })
})

describe('a review after the payout', () => {
  it('leaves on earned and paid what was paid, holds the rest, and gives it back when it ends', async () => {
    const { paymentId } = await purchase()
    await deliverAll(books)
    const runId = await draft()
    await approve(runId)
    await send(runId)
    const paid = await accountsOf(books.db, books.ahmet)
    await judge(paymentId, 'hold')
    await settle()
    const held = await accountsOf(books.db, books.ahmet)
    expect(held['usd paid']).toBe(paid['usd paid'])
    expect(held['usd held']).toBe(paid['usd earned'])
    expect(held['usd earned']).toBeUndefined()
    await expectSound()
    await liftVerdict(
      admin,
      { subject: { kind: 'payment', id: paymentId }, reason: 'nothing in it' },
      books.db,
    )
    await settle()
    expect(await accountsOf(books.db, books.ahmet)).toEqual(paid)
    await expectSound()
  })

  it('is the same when all is worked out anew from the facts', async () => {
    const first = await purchase()
    await purchase(87_000)
    await deliverAll(books)
    const runId = await draft()
    await approve(runId)
    await send(runId)
    await judge(first.paymentId, 'hold')
    await books.stripe.refunds.create({ payment_intent: first.paymentId, amount: 50_000 })
    await deliverAll(books)
    await expectSound()
    const digest = await ledgerDigest(books.db)
    const order = { kind: 'recorded' } as const
    expect(await replayBooks(admin, { url: books.database.migrateUrl, order })).toMatchObject({
      replayedDigest: digest,
    })
  })
})

/** Programmes’ lives with payouts in them, from a seed. */
describe('refunds, disputes, verdicts and sales at every moment of a run', () => {
  const lives = readSettings().FAULTS === 'long' ? 60 : 3
  it.each(Array.from({ length: lives }, (_, seed) => seed))(
    'lose no line and send nothing twice (seed %i)',
    async (seed) => {
      const roll = dice(1_000 + seed)
      const sales: string[] = []
      let delivered = 0
      const chance = (share: number) => roll() < share
      const pick = () => sales[Math.floor(roll() * sales.length)]
      const happen = async () => {
        if (chance(0.5) || sales.length === 0)
          sales.push((await purchase(20_000 + Math.floor(roll() * 90_000))).paymentId)
        const paymentId = pick() ?? ''
        if (chance(0.35))
          await books.stripe.refunds
            .create({ payment_intent: paymentId, amount: 1_000 })
            .catch(() => undefined)
        if (chance(0.1))
          await books.stripe
            .rawRequest('POST', '/v1/test_helpers/sandbox/disputes', { payment_intent: paymentId })
            .catch(() => undefined)
        const events = books.sandbox.events()
        await deliver(books, events.slice(delivered))
        delivered = events.length
        if (chance(0.7)) await settle()
        if (chance(0.25)) await judge(paymentId, chance(0.5) ? 'hold' : 'void').catch(() => undefined)
        if (chance(0.2))
          await liftVerdict(
            admin,
            { subject: { kind: 'payment', id: paymentId }, reason: 'x' },
            books.db,
          ).catch(() => undefined)
      }
      for (let round = 0; round < 3; round++) {
        await happen()
        const runId = await draft()
        await happen()
        // The run may have nobody left by now.
        const approved = await approve(runId).then(
          () => true,
          () => false,
        )
        if (!approved) continue
        const seen = (await payoutsOf(books.db, runId)).filter(({ state }) => state === 'approved')
        await happen()
        await sendPayoutRun(omar, runId, at())
        await Promise.all([sendAll(books, { rounds: 4 }), happen()])
        await settle()
        await sendAll(books)
        await expectSound()
        for (const { id, amountMinor } of seen) {
          const made = books.sandbox.all('transfer').filter(({ metadata }) => metadata['payout_id'] === id)
          for (const { amount } of made) expect(BigInt(amount)).toBe(amountMinor)
        }
      }
      await settle()
      await expectSound()
      const stuck = await books.db.select().from(payouts).where(eq(payouts.state, 'sending'))
      expect(stuck).toEqual([])
    },
    300_000,
  )
})
