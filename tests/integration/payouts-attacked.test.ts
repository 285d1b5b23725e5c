import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { approvePayoutRun } from '@/lib/payouts/approve-payout-run'
import { discardPayoutRun } from '@/lib/payouts/discard-payout-run'
import { draftPayoutRun, redrawPayoutRun } from '@/lib/payouts/draft-payout-run'
import { runDigest } from '@/lib/payouts/run-digest'
import { sendPayoutRun } from '@/lib/payouts/send-payout-run'
import { sendPayouts } from '@/lib/payouts/send-payouts'
import { takeOutPayout } from '@/lib/payouts/take-out-payout'
import { voidApproval } from '@/lib/payouts/void-approval'
import { openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'
import { transfersMatch } from '@/tests/support/many-payouts'
import {
  brokenInvariants,
  draftAndApprove,
  earn,
  fund,
  newColleague,
  payByStripe,
  payoutsOf,
  sendAll,
  type Colleague,
} from '@/tests/support/payouts'

const now = new Date('2026-03-01T09:00:00Z')

let books: Books
let ines: Colleague
let omar: Colleague
beforeEach(async () => {
  books = await openBooks('2026-02-01T10:00:00Z')
  useEnvironment(books.database, { STRIPE_API_BASE: books.sandbox.url })
  ines = await newColleague(books.db, 'ines')
  omar = await newColleague(books.db, 'omar')
  await payByStripe(books, books.ahmet)
  await earn(books.db, books.ahmet, 5_000n)
  await fund(books.stripe, 100_000)
})
afterEach(() => books.close())

const at = () => ({ db: books.db, now })
const draft = () => draftPayoutRun(ines, {}, at())
const approve = async (who: Colleague, runId: string, digest?: string) =>
  approvePayoutRun(who, { runId, digest: digest ?? (await runDigest(books.db, runId)) }, at())
const fulfilled = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.filter(({ status }) => status === 'fulfilled').length
const expectSound = async () => {
  expect(await transfersMatch(books)).toEqual([])
  expect(await brokenInvariants(books.db)).toEqual([])
}

describe('somebody who wants it their way', () => {
  it('cannot approve what they drew up again themselves, whoever drafted it first', async () => {
    const runId = await draft()
    await redrawPayoutRun(omar, runId, { minimums: { usd: 1n } }, at())
    await expect(approve(omar, runId)).rejects.toMatchObject({ code: 'forbidden' })
    await approve(ines, runId)
    await expectSound()
  })

  it('cannot have one thing looked at and another approved', async () => {
    const runId = await draft()
    const seen = await runDigest(books.db, runId)
    await redrawPayoutRun(ines, runId, {}, at())
    await expect(approve(omar, runId, seen)).rejects.toMatchObject({ code: 'conflict' })
    const other = await draft()
    await expect(approve(omar, runId, await runDigest(books.db, other))).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  it('cannot change an approved run: what it was drawn by, or what is in it', async () => {
    const runId = await draftAndApprove(books.db, { drafts: ines, approves: omar }, now)
    await expect(redrawPayoutRun(ines, runId, { minimums: {} }, at())).rejects.toMatchObject({
      code: 'conflict',
    })
    await expect(discardPayoutRun(ines, runId, at())).rejects.toMatchObject({ code: 'conflict' })
    expect(await payoutsOf(books.db, runId)).toMatchObject([{ state: 'approved' }])
  })

  it('cannot void the approval of what is sent', async () => {
    const runId = await draftAndApprove(books.db, { drafts: ines, approves: omar }, now)
    await sendPayoutRun(omar, runId, at())
    await sendAll(books)
    await expect(voidApproval(ines, { runId, reason: 'again' }, at())).rejects.toMatchObject({
      code: 'conflict',
    })
    expect(books.sandbox.all('transfer')).toHaveLength(1)
    await expectSound()
  })
})

describe('two who do opposite things at once', () => {
  it.each([
    ['throws the draft away', (runId: string) => discardPayoutRun(ines, runId, at())],
    ['draws it up again', (runId: string) => redrawPayoutRun(ines, runId, {}, at())],
    [
      'takes a payout out of it',
      async (runId: string) => {
        const [payout] = await payoutsOf(books.db, runId)
        await takeOutPayout(ines, { payoutId: payout?.id ?? '', reason: 'no' }, at())
      },
    ],
  ])('one approves, one %s: either is refused or came after the other', async (_, undo) => {
    for (let turn = 0; turn < 4; turn++) {
      const runId = await draft()
      const digest = await runDigest(books.db, runId)
      const results = await Promise.allSettled([approve(omar, runId, digest), undo(runId)])
      expect(fulfilled(results)).toBeGreaterThanOrEqual(1)
      const live = (await payoutsOf(books.db, runId)).filter(({ state }) => state === 'approved')
      if (live.length > 0) await voidApproval(ines, { runId, reason: 'the next turn' }, at())
      await expectSound()
    }
  })

  it('one sends, one takes out: sent or taken out, never both', async () => {
    for (let turn = 0; turn < 4; turn++) {
      const before = books.sandbox.all('transfer').length
      const runId = await draftAndApprove(books.db, { drafts: ines, approves: omar }, now)
      await sendPayoutRun(omar, runId, at())
      const payoutId = (await payoutsOf(books.db, runId))[0]?.id ?? ''
      await Promise.allSettled([
        sendPayouts({ db: books.db, stripe: books.stripe, now: () => new Date() }),
        takeOutPayout(ines, { payoutId, reason: 'no' }, at()),
      ])
      await sendAll(books)
      const state = (await payoutsOf(books.db, runId))[0]?.state
      expect(books.sandbox.all('transfer').length - before).toBe(state === 'paid' ? 1 : 0)
      expect(['paid', 'taken_out']).toContain(state)
      await expectSound()
      if (state === 'paid') await earn(books.db, books.ahmet, 5_000n)
    }
  })
})
