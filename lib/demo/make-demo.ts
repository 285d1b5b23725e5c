import 'server-only'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import type { Database } from '@/db'
import { addMonths, dayOf, monthOf, startOfDay, type Instant } from '@/lib/calendar'
import { programmeNow } from '@/lib/clock'
import { env } from '@/lib/env'
import { TributaryError } from '@/lib/errors'
import { drain } from '@/lib/intake/drain'
import { setUpProgramme } from '@/lib/programme/set-up-programme'
import type { Stripe } from '@/lib/stripe/client'
import { ensureCatalogue, isStoryTold, markStoryTold, productName } from './catalogue'
import { demoMaker } from './demo-maker'
import { doDeed, type Stage } from './do-deed'
import { readInboxProgress } from './inbox-progress'
import { ensurePayees } from './payees'
import { ensureMaterial } from './recommend'
import { storyMonths, tellStory, type Deed } from './story'
import { bringClockTo, createDemoClock, findDemoClock, type DemoClock } from './test-clock'

export interface Demo {
  db: Database
  stripe: Stripe
  /** Takes a line of progress. */
  tell(line: string): void
}

/**
 * Makes the demo programme and eight months of its history, by what people do in the sandbox alone: whatever stands in the books
 * then came through signed webhooks. Where an earlier, interrupted run left off it goes on; where all is there, it only lets the time
 * pass that has passed since.
 * @param story what is done, in the order of time; for a smaller programme than the demo's
 */
export async function makeDemo({ db, stripe, tell }: Demo, story = tellStory): Promise<void> {
  const clock = (await findDemoClock(stripe)) ?? (await begin(db, stripe))
  const isTold = await isStoryTold(stripe)
  if (!isTold) {
    const priceIds = await ensureCatalogue(stripe)
    await ensureMaterial(db)
    const stage: Stage = { db, stripe, clockId: clock.id, priceIds, codes: new Map() }
    await play(stage, clock, story(clock.start), tell)
  }
  await bringClockTo(stripe, clock, secondsOf(await programmeNow(db)))
  await untilSettled({ db, stripe, tell })
  if (!isTold) await ensurePayees(db, stripe)
  if (!isTold) await markStoryTold(stripe)
}

/** The programme comes before the clock: where there is a clock, there is a programme. */
async function begin(db: Database, stripe: Stripe): Promise<DemoClock> {
  const start = addMonths(dayOf(secondsOf(await programmeNow(db))), -storyMonths)
  const setup = {
    name: productName,
    earnsFrom: addMonths(start, -1),
    books: { booksMode: 'sandbox', stripeAccountId: null },
  } as const
  try {
    await setUpProgramme(demoMaker, setup, { db })
  } catch (error) {
    // A visitor's own purchase is settled already: the programme stays as it is.
    if (!(error instanceof TributaryError && error.code === 'conflict')) throw error
  }
  return createDemoClock(stripe, start)
}

function secondsOf(date: Date): Instant {
  return Math.floor(date.getTime() / 1000)
}

async function play(stage: Stage, begun: DemoClock, story: Deed[], tell: Demo['tell']): Promise<void> {
  const ahead = story.slice(indexToGoOn(story, begun))
  let clock = begun
  let told = monthOf(dayOf(ahead[0]?.at ?? begun.frozenAt))
  let purchases = 0
  for (const deed of ahead) {
    const month = monthOf(dayOf(deed.at))
    if (month !== told) {
      await report()
      told = month
    }
    clock = await bringClockTo(stage.stripe, clock, deed.at)
    await doDeed(stage, deed)
    if (deed.kind === 'buy') purchases++
  }
  await report()

  async function report(): Promise<void> {
    const { received, done } = await readInboxProgress(stage.db)
    const customers = purchases === 1 ? 'customer' : 'customers'
    const [signed, settled] = [number(received), number(done)]
    tell(`${told}: ${purchases} new ${customers}; ${signed} signed events so far, ${settled} worked through`)
    purchases = 0
  }
}

/** The clock stands at the last deed that was begun: all before it are done, that one perhaps in part. */
function indexToGoOn(story: Deed[], clock: DemoClock): number {
  const last = story.findLast(({ at }) => at <= clock.frozenAt)
  // Deeds from before the clock's first moment leave no trace on it.
  if (last === undefined || clock.frozenAt === startOfDay(clock.start)) return 0
  return story.findIndex(({ at }) => at === last.at)
}

const patienceMs = 240_000
const flushMs = 5_000
const pollMs = 200
const flushed = z.object({ delivered: z.boolean(), undelivered: z.number() })

/** Waits until the sandbox has delivered everything and the worker, or without one this process, has settled it. */
async function untilSettled({ db, stripe, tell }: Demo): Promise<void> {
  for (const until = Date.now() + patienceMs; Date.now() < until; await pause(pollMs)) {
    const answer = flushed.parse(
      await stripe.rawRequest('POST', '/v1/test_helpers/sandbox/webhooks/flush', { timeout_ms: flushMs }),
    )
    if (!answer.delivered) continue
    if (!env().worker) await drain(db, stripe, patienceMs)
    const { received, due } = await readInboxProgress(db)
    if (due > 0) continue
    tell(`all ${number(received)} events settled`)
    return
  }
  const { due } = await readInboxProgress(db)
  tell(`${number(due)} events are still being settled`)
}

function number(count: number): string {
  return count.toLocaleString('en-US')
}
