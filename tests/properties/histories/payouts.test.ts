import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Database } from '@/db'
import { readSettings } from '@/lib/env'
import { useEnvironment } from '@/tests/support/environment'
import { brokenInvariants } from '@/tests/support/payouts'
import { actions, type Action } from './action'
import { openBooks } from './books'
import { live } from './live'
import { settings } from './setting'

const day = 86_400_000
const payingOut = ['approved', 'paid', 'paid', 'drafted'] as const

/** A year and a month bought with a code each, then a run after every third thing that happens, a month apart. */
function withRuns(history: readonly Action[]): Action[] {
  const bought = { tax: 0, method: 0, trialDays: 0, by: 'api', beside: 0, waitHours: 0, named: 0 } as const
  const whole = { heard: 100, seed: 1 } as const
  const first: Action[] = [0, 1].map((plan) => ({
    does: 'subscribe',
    customer: 30,
    plan,
    code: 1 + plan,
    ...bought,
  }))
  const runs = history.flatMap((action, at): Action[] => {
    if (at % 3 !== 0) return [action]
    const upTo = payingOut[(at / 3) % payingOut.length] ?? 'paid'
    return [{ does: 'pass', hours: 31 * 24 }, { does: 'payOut', upTo, ...whole }, action]
  })
  return [...first, ...runs]
}

async function movesOf(db: Database): Promise<number> {
  const [row] = await db.execute<{ moves: number }>(
    sql`select coalesce(sum(moves), 0)::int as moves from payouts`,
  )
  return row?.moves ?? 0
}

it(
  'payouts on the way lose and double nothing: when all came back, the books agree with the model',
  { timeout: day },
  async () => {
    const { HISTORY_RUNS: runs = 200, HISTORY_SEED: seed = 1 } = readSettings()
    const history = actions({ movePayout: 12, judge: 6, stand: 3, attribute: 4, refund: 6 }).map(withRuns)
    let moves = 0
    await fc.assert(
      fc.asyncProperty(settings, history, async (setting, acts) => {
        const books = await openBooks()
        useEnvironment(books.database)
        try {
          await live(books, setting, acts, { paysOut: true })
          expect(await brokenInvariants(books.db)).toEqual([])
          moves += await movesOf(books.db)
        } finally {
          await books.close()
        }
      }),
      { numRuns: Math.ceil(runs / 20), seed },
    )
    expect(moves).toBeGreaterThan(runs / 20)
    process.stderr.write(`seed ${seed}: payouts moved ${moves} times\n`)
  },
)
