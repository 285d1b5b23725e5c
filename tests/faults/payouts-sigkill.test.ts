import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { payouts } from '@/db'
import { inheritedEnvironment, readSettings } from '@/lib/env'
import type { PayoutStep } from '@/lib/payouts/steps'
import { openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'
import { manyAffiliates, transfersMatch } from '@/tests/support/many-payouts'
import {
  approveAndSend,
  brokenInvariants,
  fund,
  newColleague,
  sendAll,
  type Colleague,
} from '@/tests/support/payouts'

const isLong = readSettings().FAULTS === 'long'
const each = isLong ? 5 : 1
const many = 20
const now = new Date('2026-03-01T09:00:00Z')

const dangerous: PayoutStep[] = ['send:attempt_committed', 'send:answered', 'send:paid_written']
const others: PayoutStep[] = [
  'send:leased',
  'send:checked',
  'send:attempt_written',
  'send:paid_moved',
  'send:paid_committed',
]
const steps = isLong ? [...dangerous, ...others] : dangerous

let books: Books
let people: { drafts: Colleague; approves: Colleague }
let affiliates = 0
beforeAll(async () => {
  books = await openBooks('2026-02-01T10:00:00Z')
  people = { drafts: await newColleague(books.db, 'ines'), approves: await newColleague(books.db, 'omar') }
  await fund(books.stripe, 100_000_000)
})
afterAll(() => books.close())

/** @returns by which signal it ended; null: by itself */
async function sendIn(process_: { step: PayoutStep; times: number; at: number }): Promise<string | null> {
  const { step, times, at } = process_
  useEnvironment(books.database, { STRIPE_API_BASE: books.sandbox.url })
  const child = spawn(
    process.execPath,
    [
      '--conditions=react-server',
      '--import',
      'tsx',
      'tests/support/sending-process.ts',
      step,
      String(times),
      String(at),
    ],
    { env: inheritedEnvironment(), stdio: 'ignore' },
  )
  const [, signal] = (await once(child, 'close')) as [number | null, string | null] // what 'close' tells
  return signal
}

it.each(steps)(
  'a process that is killed by SIGKILL at %s, in the middle of many: one transfer each',
  async (step) => {
    for (let time = 0; time < each; time++) {
      await manyAffiliates(books, many, affiliates)
      affiliates += many
      const runId = await approveAndSend(books.db, people, now)
      let wall = Date.now()
      // Two lives, each cut off in another place, then one that ends by itself; leases are over in between.
      for (const times of [3, 5]) {
        expect(await sendIn({ step, times, at: wall })).toBe('SIGKILL')
        wall += 3_600_000
      }
      await sendAll(books, { from: new Date(wall) })
      expect(await books.db.$count(payouts, eq(payouts.state, 'paid'))).toBe(affiliates)
      expect(books.sandbox.all('transfer')).toHaveLength(affiliates)
      const own = await books.db.select().from(payouts).where(eq(payouts.runId, runId))
      expect(own.map(({ state }) => state)).toEqual(Array.from({ length: many }, () => 'paid'))
      expect(await transfersMatch(books)).toEqual([])
      expect(await brokenInvariants(books.db)).toEqual([])
    }
  },
  600_000,
)
