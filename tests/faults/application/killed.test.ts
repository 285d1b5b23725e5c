import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect, type Connection } from '@/db'
import { whenHealthy } from '@/tests/support/application'
import {
  expectRecorded,
  expectSameBooks,
  openControl,
  openShop,
  patiently,
  webhookSecret,
  whenSettled,
  type Control,
  type Shop,
} from '@/tests/support/fault-books'
import { figure, spread, times, within } from '@/tests/support/figures'
import { dice } from '@/tests/support/orders'
import { startDeliveries, tally, type Deliveries } from '@/tests/support/stripe-deliveries'
import { startWholeApplication, type Part, type WholeApplication } from '@/tests/support/whole-application'

let shop: Shop
let whole: WholeApplication
let books: Connection
let control: Control
beforeAll(async () => {
  shop = await openShop('killed')
  whole = await startWholeApplication(shop)
  books = connect(whole.databaseUrl, { max: 2 })
  control = openControl(whole.controlUrl, shop)
})
afterAll(async () => {
  await books?.close()
  await control?.close()
  await whole?.stop()
  await shop.sandbox.close()
})

const roll = dice(20)

/** People buy and Stripe delivers, until it is over. */
function load(deliveries: Deliveries): { over(): Promise<void> } {
  let open = true
  const buying = (async () => {
    while (open) {
      if (deliveries.left() < 60) {
        await shop.purchase()
        deliveries.add(shop.news())
      }
      // The long form goes on for half an hour, and all of it is settled once more beside it in the end.
      await pause(times(400, 1_500))
    }
  })()
  return {
    over: async () => {
      open = false
      await buying
    },
  }
}

/** How long until an event has been taken, and one settled, that were not before `since`. Throws after `withinMs`. */
async function backAfter(deliveries: Deliveries, since: number, withinMs: number): Promise<number> {
  const late = () => {
    if (Date.now() - since > withinMs)
      throw new Error(
        `Not back within ${withinMs / 1_000} s (${tally(deliveries.answers)}):\n${whole.words()}`,
      )
  }
  const takenAt = () => [...deliveries.acknowledged.values()].at(-1) ?? 0
  for (; takenAt() <= since; await pause(20)) late()
  const moment = new Date(since).toISOString()
  for (;;) {
    late()
    const settled = await patiently(() =>
      books.db.execute(
        sql`select from inbox_work where done_at > ${moment}::timestamptz and outcome <> 'ignored' limit 1`,
      ),
    )
    if (settled.length > 0) break
    await pause(20)
  }
  await whenHealthy(whole.url, withinMs)
  return Date.now() - since
}

function kill(parts: readonly Part[]): void {
  const pids = parts.map((part) => whole.pid(part)).filter((pid) => pid !== undefined)
  expect(pids.length).toBeGreaterThan(0)
  for (const pid of pids) process.kill(pid, 'SIGKILL')
}

async function isThere(part: Part): Promise<void> {
  for (const until = Date.now() + within(30_000); whole.pid(part) === undefined; await pause(20)) {
    if (Date.now() > until) throw new Error(`The ${part} is not there:\n${whole.words()}`)
  }
}

/** Nothing that was acknowledged is lost, and the books say what undisturbed ones do. */
async function expectAllWell(deliveries: Deliveries): Promise<void> {
  await deliveries.finished(120_000)
  await deliveries.stop()
  await whenSettled(books.db)
  await expectRecorded(books.db, deliveries.acknowledged.keys())
  await expectSameBooks(books.db, control)
}

describe('kill -9 under load', () => {
  it.each([
    ['the web server', ['web'], times(2, 100), 30_000],
    ['the worker', ['worker'], times(2, 100), 30_000],
    ['PostgreSQL', ['postgres'], times(2, 25), 60_000],
    ['all', ['start', 'web', 'worker', 'postgres'], times(1, 10), 60_000],
  ] as const)(
    'of %s, at random, again and again: nothing is lost or doubled, and it comes back by itself',
    async (name, parts, kills, promisedMs) => {
      const deliveries = startDeliveries({
        urls: [whole.url],
        secret: webhookSecret,
        connections: 4,
        restMs: 50,
      })
      const life = load(deliveries)
      const back: number[] = []
      for (let n = 0; n < kills; n++) {
        await pause(roll() * 600)
        for (const part of parts) await isThere(part)
        const since = Date.now()
        kill(parts)
        if (parts[0] === 'start') whole.startAgain()
        back.push(await backAfter(deliveries, since, within(promisedMs)))
      }
      await life.over()
      await expectAllWell(deliveries)
      figure(
        `kill -9 of ${name}, ${kills} times: ${deliveries.acknowledged.size.toLocaleString('en')} events; ${tally(deliveries.answers)}; taking and settling again after ${spread(back)}`,
      )
    },
    // A hundred times takes 25 minutes on two busy cores.
    7_200_000,
  )
})

describe('the database’s disk', () => {
  it('full: nothing more is acknowledged, and all is taken when there is room again', async (context) => {
    const { disk } = whole
    if ('missing' in disk) {
      figure(`skipped, the database’s disk full: ${disk.missing}`)
      return context.skip(disk.missing)
    }
    const deliveries = startDeliveries({ urls: [whole.url], secret: webhookSecret, connections: 4 })
    disk.fill()
    // What fits into the files as they are may still be taken.
    const refused = () => [...deliveries.answers].some(([answer]) => answer !== '200')
    for (let n = 0; !refused() || n < times(2, 20); n++) {
      await shop.purchase()
      deliveries.add(shop.news())
      await pause(200)
    }
    const taken = deliveries.acknowledged.size
    const since = Date.now()
    disk.empty()
    const back = await backAfter(deliveries, since, within(60_000))
    await expectAllWell(deliveries)
    figure(
      `disk full: ${taken} events taken meanwhile; ${tally(deliveries.answers)}; taking and settling again ${(back / 1_000).toFixed(1)} s after there was room`,
    )
  })
})
