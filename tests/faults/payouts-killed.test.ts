import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { payoutRuns, payouts } from '@/db'
import { readSettings } from '@/lib/env'
import { log } from '@/lib/log'
import { approvePayoutRun } from '@/lib/payouts/approve-payout-run'
import { draftPayoutRun } from '@/lib/payouts/draft-payout-run'
import { runDigest } from '@/lib/payouts/run-digest'
import { sendPayoutRun } from '@/lib/payouts/send-payout-run'
import { sendPayouts } from '@/lib/payouts/send-payouts'
import type { PayoutStep } from '@/lib/payouts/steps'
import { openBooks, type Books } from '@/tests/support/books'
import { dieAt } from '@/tests/support/dying'
import { useEnvironment } from '@/tests/support/environment'
import { manyAffiliates, transfersMatch } from '@/tests/support/many-payouts'
import { brokenInvariants, fund, newColleague, sendAll, type Colleague } from '@/tests/support/payouts'

const times = readSettings().FAULTS === 'long' ? 50 : 1
const now = new Date('2026-03-01T09:00:00Z')

let books: Books
let ines: Colleague
let omar: Colleague
let affiliates = 0
beforeAll(async () => {
  books = await openBooks('2026-02-01T10:00:00Z')
  useEnvironment(books.database, { STRIPE_API_BASE: books.sandbox.url })
  ines = await newColleague(books.db, 'ines')
  omar = await newColleague(books.db, 'omar')
  await fund(books.stripe, 100_000_000)
  log.level = 'silent'
})
afterAll(() => books.close())

type Fault = { how: 'lost' | 'cut' | 'kept'; status?: number; message?: string }
const failNext = (fault: Fault) =>
  books.sandbox.settings({
    failures: [{ path: '/v1/transfers', method: 'POST', status: 500, times: 1, ...fault }],
  })

/** Steps of the answer to each kind of luck. */
const steps: [step: PayoutStep, luck: Fault | null][] = [
  ['send:leased', null],
  ['send:checked', null],
  ['send:attempt_written', null],
  ['send:attempt_committed', null],
  ['send:answered', null],
  ['send:answered', { how: 'lost' }],
  ['send:answered', { how: 'cut' }],
  ['send:paid_moved', null],
  ['send:paid_written', null],
  ['send:paid_committed', null],
  ['look:leased', { how: 'lost' }],
  ['look:looked', { how: 'lost' }],
  ['look:looked', { how: 'cut' }],
  ['send:attempt_written', { how: 'kept' }],
  ['release:locked', { how: 'kept', status: 400, message: 'No.' }],
  ['release:moved', { how: 'kept', status: 400, message: 'No.' }],
  ['release:written', { how: 'kept', status: 400, message: 'No.' }],
]

const fresh = () => ({ ...omar, secondFactorAt: new Date() })

async function draft(): Promise<string> {
  await manyAffiliates(books, 2, affiliates)
  affiliates += 2
  return draftPayoutRun(ines, {}, { db: books.db, now })
}
async function approve(runId: string): Promise<void> {
  await approvePayoutRun(fresh(), { runId, digest: await runDigest(books.db, runId) }, { db: books.db, now })
}

/** Every one of a run was sent once, or failed and has its lines back; nothing else is at Stripe, and the books are clean. */
async function expectAllWell(runId: string): Promise<void> {
  const all = await books.db.select().from(payouts).where(eq(payouts.runId, runId))
  // What failed before is in it too.
  expect(all.length).toBeGreaterThanOrEqual(2)
  for (const { state } of all) expect(['paid', 'failed']).toContain(state)
  expect(await transfersMatch(books)).toEqual([])
  expect(await brokenInvariants(books.db)).toEqual([])
}

describe('a process that is killed while it sends', () => {
  it.each(steps)(
    'at %s, with Stripe’s answer %o: one transfer each',
    async (step, luck) => {
      for (let time = 0; time < times; time++) {
        const runId = await draft()
        await approve(runId)
        await sendPayoutRun(omar, runId, { db: books.db, now })
        if (luck !== null) failNext(luck)
        let wall = Date.now()
        let died = false
        // Hours go by between one life and the next: leases are over, and now and then the key is forgotten too.
        for (let life = 0; life < 6 && !died; life++) {
          died = await dieAt(books.database, step, (db, watch) =>
            sendPayouts({ db, stripe: books.stripe, now: () => new Date(wall), watch }),
          )
          wall += 3_600_000
        }
        expect(died).toBe(true)
        if (time % 2 === 1) {
          books.sandbox.advance(25 * 3600)
          wall += 25 * 3_600_000
        }
        await sendAll(books, { from: new Date(wall) })
        await expectAllWell(runId)
      }
    },
    900_000,
  )
})

describe('a process that is killed while it approves', () => {
  it.each(['approve:locked', 'approve:fixed', 'approve:moved', 'approve:written'] as const)(
    'at %s leaves a draft, which can be approved and sent',
    async (step) => {
      for (let time = 0; time < times; time++) {
        const runId = await draft()
        const digest = await runDigest(books.db, runId)
        const died = await dieAt(books.database, step, (db, watch) =>
          approvePayoutRun(fresh(), { runId, digest }, { db, now, watch }),
        )
        expect(died).toBe(true)
        const [run] = await books.db.select().from(payoutRuns).where(eq(payoutRuns.id, runId))
        expect(run?.state).toBe('draft')
        await approve(runId)
        await sendPayoutRun(omar, runId, { db: books.db, now })
        await sendAll(books)
        await expectAllWell(runId)
      }
    },
    900_000,
  )
})
