import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '@/db'
import { handledEventTypes } from '@/lib/intake/events'
import type { SandboxEvent } from '@/lib/stripe-sandbox/index'
import { expectRecorded, expectSameBooks, webhookSecret, whenSettled } from '@/tests/support/fault-books'
import { openFaultyApplication, type FaultyApplication } from '@/tests/support/faulty-application'
import { figure, isLong, percentile, times } from '@/tests/support/figures'
import { shuffled } from '@/tests/support/orders'
import { asDelivery, post, tally } from '@/tests/support/stripe-deliveries'

let faulty: FaultyApplication
beforeAll(async () => {
  faulty = await openFaultyApplication('storms')
})
afterAll(() => faulty.close())

async function happen(purchases: number) {
  for (let n = 0; n < purchases; n++) await faulty.shop.purchase()
  return faulty.shop.news()
}

describe('a storm of deliveries', () => {
  it('of one event a thousand times from 64 connections is one event, and every 200 tells of a row that is there', async () => {
    const { application, books, control } = faulty
    const events = await happen(1)
    const [event] = events.filter(({ type }) => type === 'checkout.session.completed')
    if (!event) throw new Error('the sandbox tells less than it did')
    const delivery = asDelivery(event)
    const url = application.urls[0] ?? ''
    const answers = new Map<string, number>()
    let sent = 0
    let unwritten = 0
    const begun = performance.now()
    const lane = async () => {
      while (sent++ < 1_000) {
        const status = await post(url, delivery, { secret: webhookSecret })
        answers.set(status, (answers.get(status) ?? 0) + 1)
        if (status !== '200' || sent % 10 !== 0) continue
        const rows = await books.db.execute(sql`select from inbox_events where event_id = ${event.id}`)
        if (rows.length !== 1) unwritten += 1
      }
    }
    await Promise.all(Array.from({ length: 64 }, lane))
    const perSecond = Math.round(1_000_000 / (performance.now() - begun))
    figure(`one event 1,000 times from 64 connections: ${tally(answers)}; ${perSecond} a second`)
    // A machine with no time to spare may refuse some of them, and none otherwise.
    expect([...answers.keys()].filter((answer) => answer !== '200' && answer !== '503')).toEqual([])
    expect(answers.get('200')).toBeGreaterThan(0)
    expect(unwritten).toBe(0)
    const [row] = await books.db.execute(
      sql`select count(*)::int as rows from inbox_work where event_id = ${event.id}`,
    )
    expect(row).toEqual({ rows: 1 })
    const rest = faulty.deliveries()
    rest.add(events)
    await rest.finished(30_000)
    await whenSettled(books.db)
    await expectSameBooks(books.db, control)
  })

  it('of many events, ten times over, each time in another order, makes the books that one quiet delivery makes', async () => {
    const { books, control } = faulty
    const events = await happen(times(6, 900))
    const deliveries = faulty.deliveries({ connections: 16 })
    const begun = performance.now()
    for (let round = 1; round <= 10; round++) deliveries.add(shuffled(events, round))
    await deliveries.finished(times(60_000, 2_400_000))
    const seconds = (performance.now() - begun) / 1_000
    await whenSettled(books.db)
    const count = events.length * 10
    figure(
      `${events.length.toLocaleString('en')} events ten times, shuffled: ${tally(deliveries.answers)}; ${Math.round(count / seconds)} a second`,
    )
    await expectRecorded(books.db, deliveries.acknowledged.keys())
    await expectSameBooks(books.db, control)
  }, 3_600_000)
})

describe('poison', () => {
  /** How long after it was recorded each of these events was done, in milliseconds. */
  async function waitsOf(ids: readonly string[]): Promise<number[]> {
    const rows = await faulty.books.db.execute<{ ms: string }>(sql`
      select extract(epoch from done_at - recorded_at) * 1000 as ms
      from inbox_work join inbox_events using (event_id)
      where state = 'done' and event_id = any(${sql.param([...ids])}::text[])`)
    return rows.map((row) => Number(row.ms))
  }

  // One that cannot be read, and one that breaks the transaction of whatever it is settled with: naming itself or without a word.
  const kinds = ['unreadable', 'refused', 'unreadable', 'silent'] as const
  const spoil = (event: SandboxEvent, at: number): SandboxEvent => ({
    ...event,
    id: `${event.id}${kinds[at % kinds.length] ?? ''}`,
    ...(kinds[at % kinds.length] === 'unreadable' && {
      type: 'invoice.paid',
      data: { object: { id: 'in_poison', lines: 7 } },
    }),
  })

  /**
   * Delivers what happened, with something spoilt among every hundred events or without.
   * @param set what was set aside before
   */
  async function wave(isSpoilt: boolean, set: readonly string[]) {
    const events = await happen(times(9, 200))
    const handled = events.filter(({ type }) => handledEventTypes.has(type))
    const bad = isSpoilt ? handled.filter((_, at) => at % 100 === 50).map(spoil) : []
    const deliveries = faulty.deliveries({ connections: 4, restMs: 10 })
    deliveries.add(shuffled([...events, ...bad], 5))
    await deliveries.finished(300_000)
    await deliveries.stop()
    const badIds = [...new Set(bad.map(({ id }) => id))]
    await whenSettled(faulty.books.db, { except: [...set, ...badIds] })
    const delay = percentile(await waitsOf(events.map(({ id }) => id)), 95)
    return { delay, count: events.length, badIds }
  }

  async function asSuperuser(statement: string): Promise<void> {
    const superuser = connect(faulty.superuserUrl, { max: 1 })
    await superuser.db.execute(sql.raw(statement))
    await superuser.close()
  }

  it('of one event in a hundred is set aside with a sentence, and the others hardly wait for it', async () => {
    const { books, control } = faulty
    await asSuperuser(`
      create function break_it() returns trigger language plpgsql as $$ begin raise exception 'poison'; end $$;
      create trigger a_fault before update on inbox_work for each row
      when (new.state = 'done' and new.event_id like '%silent') execute function break_it();
      alter table inbox_work add constraint poison check (not (state = 'done' and event_id like '%refused'))`)
    // In turn, so that a machine that slows down meanwhile leaves the ratio alone.
    const ratios: number[] = []
    const badIds: string[] = []
    for (let turn = 0; turn < times(1, 3); turn++) {
      const clean = await wave(false, badIds)
      const spoilt = await wave(true, badIds)
      badIds.push(...spoilt.badIds)
      ratios.push(spoilt.delay / clean.delay)
      figure(
        `1 % poison (${spoilt.badIds.length} in ${spoilt.count}): the others’ 95th percentile ${spoilt.delay.toFixed(0)} ms, without any ${clean.delay.toFixed(0)} ms: × ${(spoilt.delay / clean.delay).toFixed(2)}`,
      )
    }
    await expectSameBooks(books.db, control, badIds)
    const left = await books.db.execute(sql`select sentence from inbox_work where state <> 'done'`)
    for (const { sentence } of left)
      expect(sentence).toMatch(/^(It could not be settled: (poison|new row)|Its object is not of Stripe)/)
    if (isLong()) expect(percentile(ratios, 50)).toBeLessThanOrEqual(1.5)
  }, 900_000)
})
