import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { approvePayoutRun } from '@/lib/payouts/approve-payout-run'
import { draftPayoutRun } from '@/lib/payouts/draft-payout-run'
import { runDigest } from '@/lib/payouts/run-digest'
import { findRunWork, tellingProgress, type RunWork } from '@/lib/payouts/run-work'
import { voidApproval } from '@/lib/payouts/void-approval'
import { openBooks, type Books } from '@/tests/support/books'
import { manyOwed } from '@/tests/support/many-payouts'
import { brokenInvariants, newColleague, payoutsOf, type Colleague } from '@/tests/support/payouts'

const many = 6_000
const now = new Date('2026-03-01T09:00:00Z')

let books: Books
let ines: Colleague
let omar: Colleague
beforeAll(async () => {
  books = await openBooks('2026-02-01T10:00:00Z')
  ines = await newColleague(books.db, 'ines')
  omar = await newColleague(books.db, 'omar')
})
afterAll(() => books.close())

const at = () => ({ db: books.db, now })

describe('work on a whole run', () => {
  it('takes thousands in a few statements, leaves clean books and no trace of its progress', async () => {
    await manyOwed(books, many)
    const runId = await draftPayoutRun(ines, {}, at())
    const approve = async () =>
      approvePayoutRun(omar, { runId, digest: await runDigest(books.db, runId) }, at())
    await approve()
    expect((await payoutsOf(books.db, runId)).filter(({ state }) => state === 'approved')).toHaveLength(many)
    expect(await brokenInvariants(books.db)).toEqual([])
    await voidApproval(omar, { runId, reason: 'a second look' }, at())
    expect((await payoutsOf(books.db, runId)).every(({ state }) => state === 'taken_out')).toBe(true)
    expect(await brokenInvariants(books.db)).toEqual([])
    expect(await findRunWork(omar, runId, books.db)).toBeNull()
  }, 120_000)

  it('is seen from outside while it is under way, and says why it was given up', async () => {
    const seen: (RunWork | null)[] = []
    const work = tellingProgress(books.db, { runId: 'run_seen', doing: 'draft' }, async (tell) => {
      tell(0, 1_000)
      tell(250, 1_000)
      await expect.poll(() => findRunWork(omar, 'run_seen', books.db)).toMatchObject({ share: 0.25 })
      seen.push(await findRunWork(omar, 'run_seen', books.db))
      throw new Error('out of paper')
    })
    await expect(work).rejects.toThrow('out of paper')
    expect(seen).toMatchObject([{ doing: 'draft', state: 'under_way', problem: null }])
    expect(await findRunWork(omar, 'run_seen', books.db)).toMatchObject({
      state: 'given_up',
      problem: 'Something went wrong on our side.',
    })
  })

  it('is dead when nothing is heard of it any more', async () => {
    await books.db.execute(sql`
      insert into payout_run_work (run_id, doing, done, "of", begun_at, beat_at)
      values ('run_dead', 'approve', 1, 1000, clock_timestamp(), clock_timestamp() - interval '61 seconds')`)
    expect(await findRunWork(omar, 'run_dead', books.db)).toMatchObject({ state: 'dead', doing: 'approve' })
  })

  it('is nobody else’s to look at', async () => {
    const stranger = { ...omar, administrator: null, affiliateId: books.ahmet }
    await expect(findRunWork(stranger, 'run_dead', books.db)).rejects.toThrow()
  })
})
