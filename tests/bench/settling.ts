import { sql } from 'drizzle-orm'
import { drain } from '@/lib/intake/drain'
import type { Bench } from './bench'
import { makeTemplate, openBooks, recordAll } from './books'
import { inTurn, median, timed, type Figure } from './figure'
import { copyRows } from './floor'
import { live } from './lives'

/** A backlog of realistic lives, from recorded to lines written, beside bare inserts of the rows that it left. */
export async function measureSettling({ server, rounds, quick }: Bench): Promise<Figure[]> {
  const lives = await live({ seed: 'settling', customers: quick ? 120 : 300, codes: 20, months: 6 })
  const events = lives.events.length
  const template = await makeTemplate(server, lives, { count: 20, ownerOf: (code) => code })
  const recorded: number[] = []
  const rows: number[] = []
  let books = await openBooks(server, template)
  const turns = await inTurn(
    rounds,
    async () => {
      await books.drop()
      books = await openBooks(server, template)
      recorded.push(await timed(() => recordAll(books, lives.events, 1)))
      return timed(() => drain(books.db, lives.stripe, 600_000))
    },
    async () => {
      await requireAllSettled(books)
      const floor = await openBooks(server, template)
      const copied = await copyRows(books, floor)
      rows.push(copied.rows)
      await floor.drop()
      return copied.seconds
    },
  )
  await books.drop()
  await lives.sandbox.close()
  const note = `${events.toLocaleString('en')} events of ${lives.customers} customers`
  return [
    { name: 'recording events one by one', value: events / median(recorded), unit: 'events/s' },
    {
      name: 'settling a backlog',
      value: events / turns.a,
      unit: 'events/s',
      aim: { atLeast: 1000 },
      note,
    },
    {
      name: 'bare inserts of the rows it left',
      value: events / turns.b,
      unit: 'events/s',
      note: `${median(rows).toLocaleString('en')} rows, by Drizzle, 200 a transaction`,
    },
    { name: 'settling / bare inserts', value: 1 / turns.ratio, unit: 'ratio', aim: { atLeast: 0.5 } },
  ]
}

/** A figure of work that was not done would be a lie. */
export async function requireAllSettled({ db }: Awaited<ReturnType<typeof openBooks>>): Promise<void> {
  const [left] = await db.execute<{ open: number; lines: number }>(sql`
    select (select count(*)::int from inbox_work where state <> 'done') as open,
           (select count(*)::int from ledger_transfers) as lines`)
  if (!left || left.open > 0 || left.lines === 0)
    throw new Error(`${left?.open} events were not settled, ${left?.lines} lines were written`)
}
