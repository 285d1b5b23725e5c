import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { affiliates, auditEntries, payoutLines, payoutRuns, payouts, payoutsLeftOut } from '@/db'
import { suspendAffiliate } from '@/lib/affiliates/suspend-affiliate'
import { approvePayoutRun } from '@/lib/payouts/approve-payout-run'
import { changePayoutDetails } from '@/lib/payouts/change-payout-details'
import { draftPayoutRun, redrawPayoutRun } from '@/lib/payouts/draft-payout-run'
import { getStatement } from '@/lib/payouts/queries'
import { runDigest } from '@/lib/payouts/run-digest'
import { takeOutPayout } from '@/lib/payouts/take-out-payout'
import { voidApproval } from '@/lib/payouts/void-approval'
import { openBooks, newAffiliate, type Books } from '@/tests/support/books'
import { refuseAudit } from '@/tests/support/failing-audit'
import {
  accountsOf,
  brokenInvariants,
  draftAndApprove,
  earn,
  newColleague,
  payByPaypal,
  payoutsOf,
  system,
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

const draft = () => draftPayoutRun(ines, {}, at())
const approve = async (runId: string, who = omar) =>
  approvePayoutRun(who, { runId, digest: await runDigest(books.db, runId) }, at())
const leftOut = async (runId: string) =>
  books.db.select().from(payoutsLeftOut).where(eq(payoutsLeftOut.runId, runId))

describe('a draft', () => {
  it('takes whoever reaches the minimum and lists everybody else with the reason', async () => {
    await earn(books.db, books.ahmet, 5000n)
    await earn(books.db, berta, 4999n)
    await earn(books.db, berta, -20n, { currency: 'eur' })
    const runId = await draft()
    expect(await payoutsOf(books.db, runId)).toMatchObject([
      {
        affiliateId: books.ahmet,
        currency: 'usd',
        amountMinor: 5000n,
        state: 'draft',
        warnings: ['first_payout'],
      },
    ])
    expect(
      (await leftOut(runId)).map(({ affiliateId, currency, reason }) => [affiliateId, currency, reason]),
    ).toEqual(
      expect.arrayContaining([
        [berta, 'usd', 'below_minimum'],
        [berta, 'eur', 'debt'],
      ]),
    )
    expect(await accountsOf(books.db, books.ahmet)).toEqual({
      'usd opening_balances': -5000n,
      'usd earned': 5000n,
    })
  })

  it('leaves out what is payable after the cut-off day, but not what is taken back by now', async () => {
    await earn(books.db, books.ahmet, 9000n, { on: '2026-01-31' })
    await earn(books.db, books.ahmet, 700n, { on: '2026-02-20' })
    await earn(books.db, books.ahmet, -400n, { on: '2026-02-25' })
    const runId = await draftPayoutRun(ines, { cutOffOn: '2026-01-31' }, at())
    expect(await payoutsOf(books.db, runId)).toMatchObject([{ amountMinor: 8600n, lineCount: 2 }])
  })

  it('holds an affiliate whose details changed within 72 hours, and two who are paid to one account', async () => {
    await earn(books.db, books.ahmet, 9000n)
    await earn(books.db, berta, 9000n)
    const to = (email: string) => ({ method: 'paypal', destination: { email } }) as const
    const changed = { db: books.db, now: new Date(now.getTime() - 71 * 3_600_000) }
    await changePayoutDetails(system, books.ahmet, to('new@example.com'), changed)
    const first = await draft()
    expect((await leftOut(first)).map(({ reason }) => reason)).toEqual(['details_changed'])
    const later = { db: books.db, now: new Date(now.getTime() + 2 * 3_600_000) }
    expect(await payoutsOf(books.db, await draftPayoutRun(ines, {}, later))).toHaveLength(2)
    await changePayoutDetails(system, books.ahmet, to('berta@example.org'), changed)
    const muchLater = { db: books.db, now: new Date('2026-05-01T00:00:00Z') }
    const shared = await draftPayoutRun(ines, {}, muchLater)
    expect((await leftOut(shared)).map(({ reason }) => reason)).toEqual(['same_account', 'same_account'])
  })

  it('refuses a cut-off day in the future and who may not', async () => {
    await expect(draftPayoutRun(ines, { cutOffOn: '2026-03-02' }, at())).rejects.toMatchObject({
      code: 'invalid',
    })
    const viewer = await newColleague(books.db, 'vera', 'viewer')
    await expect(draftPayoutRun(viewer, {}, at())).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('an approval', () => {
  it('fixes the lines and moves them to in payout; the rest that cannot be paid is carried', async () => {
    await earn(books.db, books.ahmet, 600_050n, { currency: 'huf' })
    const runId = await draft()
    await approve(runId)
    const [payout] = await payoutsOf(books.db, runId)
    expect(payout).toMatchObject({ amountMinor: 600_000n, carriedMinor: 50n, state: 'approved' })
    expect(await accountsOf(books.db, books.ahmet)).toEqual({
      'huf opening_balances': -600_050n,
      'huf in_payout': 600_000n,
      'huf earned': 50n,
    })
    const statement = await getStatement(ines, payout?.id ?? '', books.db)
    expect(statement.sumMinor).toBe(600_050n)
    expect(await brokenInvariants(books.db)).toEqual([])
  })

  it('twice is once, and of many at once one is', async () => {
    await earn(books.db, books.ahmet, 5000n)
    const runId = await draft()
    const digest = await runDigest(books.db, runId)
    const people = await Promise.all(
      Array.from({ length: 6 }, (_, n) => newColleague(books.db, `colleague${n}`)),
    )
    const ends = await Promise.allSettled(people.map((who) => approvePayoutRun(who, { runId, digest }, at())))
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const [run] = await books.db.select().from(payoutRuns).where(eq(payoutRuns.id, runId))
    const again = people.find(({ administrator }) => administrator?.id === run?.approvedBy)
    await approvePayoutRun(again ?? omar, { runId, digest }, at())
    expect(await accountsOf(books.db, books.ahmet)).toEqual({
      'usd opening_balances': -5000n,
      'usd in_payout': 5000n,
    })
  })

  it('needs a second person, unless there is only one administrator', async () => {
    await earn(books.db, books.ahmet, 5000n)
    const runId = await draft()
    await expect(approve(runId, ines)).rejects.toMatchObject({ code: 'forbidden' })
    await takeOutPayout(
      omar,
      { payoutId: (await payoutsOf(books.db, runId))[0]?.id ?? '', reason: 'not now' },
      at(),
    )
  })

  it('of the only administrator is recorded as such', async () => {
    const alone = await openBooks('2026-02-01T10:00:00Z')
    try {
      const one = await newColleague(alone.db, 'one', 'admin')
      await newColleague(alone.db, 'vera', 'viewer')
      await payByPaypal(alone.db, alone.ahmet, 'ahmet@example.com')
      await earn(alone.db, alone.ahmet, 5000n)
      const runId = await draftAndApprove(alone.db, { drafts: one, approves: one }, now)
      const [run] = await alone.db.select().from(payoutRuns).where(eq(payoutRuns.id, runId))
      expect(run).toMatchObject({ soleAdministrator: true, approvedBy: one.administrator?.id })
    } finally {
      await alone.close()
    }
  })

  it('needs a second factor given within five minutes, and a person', async () => {
    await earn(books.db, books.ahmet, 5000n)
    const runId = await draft()
    const stale = { ...omar, secondFactorAt: new Date(Date.now() - 300_000) }
    for (const who of [stale, { ...omar, secondFactorAt: null }])
      await expect(approve(runId, who)).rejects.toMatchObject({ code: 'forbidden', field: 'code' })
    const digest = await runDigest(books.db, runId)
    for (const actor of [system, { kind: 'api_key', id: 'key_1', scope: 'admin' } as const])
      await expect(approvePayoutRun(actor, { runId, digest }, at())).rejects.toMatchObject({
        code: 'forbidden',
      })
  })

  it('is refused where the run is not as it was seen, or not as it was drafted', async () => {
    await earn(books.db, books.ahmet, 5000n)
    await earn(books.db, berta, 6000n)
    const runId = await draft()
    await expect(approvePayoutRun(omar, { runId, digest: 'another' }, at())).rejects.toMatchObject({
      code: 'conflict',
    })
    await earn(books.db, berta, -100n, { on: '2026-02-28' })
    await expect(approve(runId)).rejects.toMatchObject({ code: 'conflict', field: 'changed' })
    await redrawPayoutRun(ines, runId, {}, at())
    await approve(runId)
    expect((await payoutsOf(books.db, runId)).map(({ amountMinor }) => amountMinor).toSorted()).toEqual([
      5000n,
      5900n,
    ])
  })

  it('can leave what changed to the next run, and what came later waits for it', async () => {
    await earn(books.db, books.ahmet, 5000n)
    await earn(books.db, berta, 6000n)
    const runId = await draft()
    await earn(books.db, books.ahmet, 300n, { on: '2026-02-20' })
    await earn(books.db, berta, -100n, { on: '2026-02-28' })
    const digest = await runDigest(books.db, runId)
    await approvePayoutRun(omar, { runId, digest, changed: 'take_out' }, at())
    expect(await books.db.select().from(payouts).where(eq(payouts.state, 'approved'))).toMatchObject([
      { affiliateId: books.ahmet, amountMinor: 5000n },
    ])
    const next = await draft()
    expect(await payoutsOf(books.db, next)).toMatchObject([{ affiliateId: berta, amountMinor: 5900n }])
    expect(await leftOut(next)).toMatchObject([{ affiliateId: books.ahmet, balanceMinor: 300n }])
  })

  it('that fails half-way leaves nothing', async () => {
    await earn(books.db, books.ahmet, 5000n)
    const runId = await draft()
    await refuseAudit(books.database)
    await expect(approve(runId)).rejects.toThrow()
    expect(await payoutsOf(books.db, runId)).toMatchObject([{ state: 'draft', moves: 0 }])
    expect(await books.db.select().from(payoutLines)).toEqual([])
    expect(await accountsOf(books.db, books.ahmet)).toEqual({
      'usd opening_balances': -5000n,
      'usd earned': 5000n,
    })
  })
})

describe('somebody who may not', () => {
  it('changes nothing', async () => {
    await earn(books.db, books.ahmet, 5000n)
    const runId = await draft()
    const viewer = await newColleague(books.db, 'vera', 'viewer')
    const [payout] = await payoutsOf(books.db, runId)
    await expect(approve(runId, viewer)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(
      takeOutPayout(viewer, { payoutId: payout?.id ?? '', reason: 'x' }, at()),
    ).rejects.toMatchObject({ code: 'forbidden' })
    await expect(voidApproval(viewer, { runId, reason: 'x' }, at())).rejects.toMatchObject({
      code: 'forbidden',
    })
    const stranger = { ...viewer, administrator: null, affiliateId: berta }
    await expect(getStatement(stranger, payout?.id ?? '', books.db)).rejects.toMatchObject({
      code: 'not_found',
    })
    expect(await payoutsOf(books.db, runId)).toMatchObject([{ state: 'draft' }])
    const entries = await books.db.select().from(auditEntries).where(eq(auditEntries.subjectId, runId))
    expect(entries.map(({ action }) => action)).toEqual(['payout_run.draft'])
    expect(await books.db.select().from(affiliates)).toHaveLength(2)
    await suspendAffiliate(
      { kind: 'api_key', id: 'key_1', scope: 'admin' },
      { affiliateId: books.ahmet, reason: 'x' },
      { db: books.db },
    )
    await expect(approve(runId)).rejects.toMatchObject({ code: 'conflict' })
  })
})
