import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { payoutLines, payouts } from '@/db'
import { approvePayoutRun } from '@/lib/payouts/approve-payout-run'
import { redrawPayoutRun } from '@/lib/payouts/draft-payout-run'
import { runDigest } from '@/lib/payouts/run-digest'
import { takeOutPayout } from '@/lib/payouts/take-out-payout'
import { voidApproval } from '@/lib/payouts/void-approval'
import { openBooks, newAffiliate, type Books } from '@/tests/support/books'
import {
  accountsOf,
  brokenInvariants,
  draftAndApprove,
  earn,
  newColleague,
  payByPaypal,
  payoutsOf,
  type Colleague,
} from '@/tests/support/payouts'

let books: Books
let berta: string
let ines: Colleague
let omar: Colleague
const now = new Date('2026-03-01T09:00:00Z')
const at = () => ({ db: books.db, now })

beforeEach(async () => {
  books = await openBooks('2026-02-01T10:00:00Z')
  berta = await newAffiliate(books.db, books.stripe, {
    handle: 'Berta',
    displayName: 'Berta Blum',
    email: 'berta@example.org',
  })
  ines = await newColleague(books.db, 'ines')
  omar = await newColleague(books.db, 'omar')
  await payByPaypal(books.db, books.ahmet, 'ahmet@example.com')
  await payByPaypal(books.db, berta, 'berta@example.org')
})
afterEach(() => books.close())

const approve = async (runId: string, who = omar) =>
  approvePayoutRun(who, { runId, digest: await runDigest(books.db, runId) }, at())

describe('an approved payout', () => {
  it('taken out goes back line by line and is in the next run', async () => {
    await earn(books.db, books.ahmet, 5000n, { on: '2026-01-01' })
    await earn(books.db, books.ahmet, 700n, { on: '2026-02-01' })
    const runId = await draftAndApprove(books.db, { drafts: ines, approves: omar }, now)
    const [payout] = await payoutsOf(books.db, runId)
    const out = { payoutId: payout?.id ?? '', reason: 'the account is in doubt' }
    await takeOutPayout(omar, out, at())
    await takeOutPayout(omar, out, at())
    expect(await accountsOf(books.db, books.ahmet)).toEqual({
      'usd opening_balances': -5700n,
      'usd earned': 5700n,
    })
    const next = await draftAndApprove(books.db, { drafts: ines, approves: omar }, now)
    expect(await payoutsOf(books.db, next)).toMatchObject([{ amountMinor: 5700n, lineCount: 2 }])
    expect(await brokenInvariants(books.db)).toEqual([])
  })

  it('goes back with what was carried, also where the next took that already', async () => {
    await earn(books.db, books.ahmet, 600_050n, { currency: 'huf' })
    const first = await draftAndApprove(books.db, { drafts: ines, approves: omar }, now)
    await earn(books.db, books.ahmet, 600_060n, { currency: 'huf' })
    const second = await draftAndApprove(books.db, { drafts: ines, approves: omar }, now)
    expect(await payoutsOf(books.db, second)).toMatchObject([{ amountMinor: 600_100n, carriedMinor: 10n }])
    const [payout] = await payoutsOf(books.db, first)
    await takeOutPayout(omar, { payoutId: payout?.id ?? '', reason: 'a mistake' }, at())
    const third = await draftAndApprove(books.db, { drafts: ines, approves: omar }, now)
    expect(await payoutsOf(books.db, third)).toMatchObject([{ amountMinor: 600_000n, carriedMinor: 10n }])
    expect(await accountsOf(books.db, books.ahmet)).toMatchObject({
      'huf in_payout': 1_200_100n,
      'huf earned': 10n,
    })
    expect(await brokenInvariants(books.db)).toEqual([])
  })

  it('of a voided approval goes back with all others, and the run is drawn up and approved anew', async () => {
    await earn(books.db, books.ahmet, 5000n)
    await earn(books.db, berta, 6000n)
    const runId = await draftAndApprove(books.db, { drafts: ines, approves: omar }, now)
    await voidApproval(omar, { runId, reason: 'another cut-off' }, at())
    await redrawPayoutRun(omar, runId, { minimums: { usd: 5500n } }, at())
    await expect(approve(runId, omar)).rejects.toMatchObject({ code: 'forbidden' })
    await approve(runId, ines)
    const live = (await payoutsOf(books.db, runId)).filter(({ state }) => state === 'approved')
    expect(live).toMatchObject([{ affiliateId: berta, amountMinor: 6000n }])
    expect(await accountsOf(books.db, books.ahmet)).toEqual({
      'usd opening_balances': -5000n,
      'usd earned': 5000n,
    })
    expect(await brokenInvariants(books.db)).toEqual([])
  })

  it('cannot be changed, not even by hand', async () => {
    await earn(books.db, books.ahmet, 5000n)
    const runId = await draftAndApprove(books.db, { drafts: ines, approves: omar }, now)
    const [payout] = await payoutsOf(books.db, runId)
    const ofIt = eq(payouts.id, payout?.id ?? '')
    await expect(books.db.update(payouts).set({ amountMinor: 1n }).where(ofIt)).rejects.toThrow()
    await expect(books.db.update(payouts).set({ state: 'draft' }).where(ofIt)).rejects.toThrow()
    await expect(books.db.delete(payouts).where(ofIt)).rejects.toThrow()
    await expect(books.db.update(payoutLines).set({ amountMinor: 1n })).rejects.toThrow()
  })
})
