import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { connect } from '@/db'
import { drain } from '@/lib/intake/drain'
import { handledEventTypes } from '@/lib/intake/events'
import type { Lane } from '@/lib/intake/lease'
import { settleBatch } from '@/lib/intake/settle-batch'
import { buy, deliver, openBooks, type Books } from '@/tests/support/books'

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

const handled = () => books.sandbox.events().filter((event) => handledEventTypes.has(event.type))
const settle = (lane?: Lane) =>
  settleBatch(books.db, books.stripe, { worker: 'one', limit: 200, ...(lane && { lane }) })

async function asOwner(statement: string): Promise<void> {
  const superuser = connect(books.database.superuserUrl, { max: 1 })
  await superuser.db.execute(sql.raw(statement))
  await superuser.close()
}

/** The database refuses it, and says which row it was. */
const refuse = (eventId: string) =>
  asOwner(
    `alter table inbox_work add constraint poison check (not (state = 'done' and event_id = '${eventId}'))`,
  )

/** The transaction fails at these, and nothing says at which. */
const breakAt = (eventIds: readonly string[]) =>
  asOwner(`
    create function break_it() returns trigger language plpgsql as $$ begin
      raise exception 'poison' using errcode = case new.event_id when 'evt_passing' then '40001' else 'P0001' end;
    end $$;
    create trigger a_fault before update on inbox_work for each row
    when (new.state = 'done' and new.event_id = any('{${eventIds.join()}}')) execute function break_it()`)

async function letTimePass(): Promise<void> {
  await books.db.execute(sql`
    update inbox_work set next_attempt_at = clock_timestamp() - interval '1 second' where state <> 'done'`)
}

const undone = () =>
  books.db.execute<{ event_id: string; state: string; sentence: string }>(
    sql`select event_id, state, sentence from inbox_work where state <> 'done' order by event_id`,
  )

/** In how many transactions what is done was settled. */
async function transactions(): Promise<number> {
  const [row] = await books.db.execute<{ count: number }>(
    sql`select count(distinct xmin::text)::int as count from inbox_work where state = 'done'`,
  )
  return row?.count ?? 0
}

/** Of some purchases, those events that need nothing from Stripe. */
async function quietEvents() {
  for (let purchase = 0; purchase < 4; purchase++)
    await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 })
  return handled().filter(({ type }) => type === 'customer.created' || type === 'invoice_payment.paid')
}

it('an event whose row the database refuses is set apart by its name, and all the others are settled at once', async () => {
  const events = await quietEvents()
  const bad = { ...events.at(-1), id: 'evt_refused' }
  await refuse('evt_refused')
  await deliver(books, [...events, bad])
  expect(await settle()).toEqual({ settled: events.length, failed: 1 })
  expect(await transactions()).toBe(1)
  expect(await undone()).toMatchObject([{ event_id: 'evt_refused', state: 'queued' }])
})

it('an event that fails without a word is found in the parts of its batch', async () => {
  const events = await quietEvents()
  await breakAt(['evt_silent'])
  await deliver(books, [...events, { ...events.at(-1), id: 'evt_silent' }])
  expect(await settle()).toEqual({ settled: events.length, failed: 1 })
  expect(await undone()).toMatchObject([
    { event_id: 'evt_silent', sentence: 'It could not be settled: poison' },
  ])
})

it('a fresh batch that breaks without a word leaves its events to the lane of what is tried again, which finds the one', async () => {
  const events = await quietEvents()
  await breakAt(['evt_silent'])
  await deliver(books, [...events, { ...events.at(-1), id: 'evt_silent' }])
  expect(await settle('fresh')).toEqual({ settled: 0, failed: events.length + 1 })
  const [next] = handled().filter(({ type }) => type === 'invoice.paid')
  await deliver(books, [next ?? {}])
  expect(await settle('fresh')).toEqual({ settled: 1, failed: 0 })
  expect(await settle('again')).toEqual({ settled: events.length, failed: 1 })
  expect(await undone()).toMatchObject([
    { event_id: 'evt_silent', sentence: 'It could not be settled: poison' },
  ])
})

it('a fresh batch that breaks over one which the error names goes on without it', async () => {
  const events = await quietEvents()
  await refuse('evt_refused')
  await deliver(books, [...events, { ...events.at(-1), id: 'evt_refused' }])
  expect(await settle('fresh')).toEqual({ settled: events.length, failed: 1 })
  expect(await undone()).toMatchObject([{ event_id: 'evt_refused', state: 'queued', sentence: null }])
})

it('what the database refuses three times is quarantined; what met a passing trouble is tried five times', async () => {
  const [event] = await quietEvents()
  if (!event) throw new Error('there were to be events')
  await breakAt(['evt_passing', 'evt_lasting'])
  await deliver(books, [
    { ...event, id: 'evt_passing' },
    { ...event, id: 'evt_lasting' },
  ])
  const states: unknown[] = []
  for (let attempt = 1; attempt <= 5; attempt++) {
    await settle()
    states.push((await undone()).map(({ state }) => state))
    await letTimePass()
  }
  expect(states).toEqual([
    ['queued', 'queued'],
    ['queued', 'queued'],
    ['quarantined', 'queued'],
    ['quarantined', 'queued'],
    ['quarantined', 'quarantined'],
  ])
  await asOwner('drop trigger a_fault on inbox_work')
  await letTimePass()
  await drain(books.db, books.stripe, 30_000)
  expect(await undone()).toEqual([])
})
