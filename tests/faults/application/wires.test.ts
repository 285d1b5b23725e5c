import { setTimeout as pause } from 'node:timers/promises'
import { sql, type SQL } from 'drizzle-orm'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '@/db'
import { whenHealthy } from '@/tests/support/application'
import { expectRecorded, expectSameBooks, whenSettled } from '@/tests/support/fault-books'
import { openFaultyApplication, type FaultyApplication } from '@/tests/support/faulty-application'
import { figure, isLong, times, within } from '@/tests/support/figures'
import { dice } from '@/tests/support/orders'
import { tally, type Deliveries } from '@/tests/support/stripe-deliveries'

let faulty: FaultyApplication
beforeAll(async () => {
  faulty = await openFaultyApplication('wires')
})
afterAll(() => faulty.close())

const backWithinMs = within(30_000)

async function happen(purchases: number) {
  for (let n = 0; n < purchases; n++) await faulty.shop.purchase()
  return faulty.shop.news()
}

/** Nothing is lost and nothing doubled, and the application is healthy by itself. */
async function expectAllWell(deliveries: Deliveries): Promise<void> {
  const { application, books, control } = faulty
  await deliveries.finished(120_000)
  await deliveries.stop()
  await whenHealthy(application.urls[0] ?? '', backWithinMs)
  await whenSettled(books.db)
  await expectRecorded(books.db, deliveries.acknowledged.keys())
  await expectSameBooks(books.db, control)
  const ended = [...application.webs, ...application.workers].filter((service) => service.failures() > 0)
  for (const { name } of ended) figure(`the ${name} ended and was started again`)
  if (isLong()) expect(ended.map(({ name }) => application.words(name))).toEqual([])
}

async function recorded(): Promise<number> {
  const [row] = await faulty.books.db.execute<{ count: number }>(
    sql`select count(*)::int as count from inbox_events`,
  )
  return row?.count ?? 0
}

describe('the database', () => {
  it('that is slow slows everything down and loses nothing', async () => {
    const { database } = faulty
    const events = await happen(times(3, 20))
    database.delay(60)
    const deliveries = faulty.deliveries({ connections: 16 })
    const begun = Date.now()
    deliveries.add(events)
    await deliveries.finished(180_000)
    const took = Date.now() - begun
    database.delay(0)
    figure(
      `database 120 ms away: ${tally(deliveries.answers)}; ${(took / events.length).toFixed(0)} ms an event over 16 connections`,
    )
    await expectAllWell(deliveries)
  })

  it('that falls silent for longer than the webhook waits gets no 200 out of it, and all is there when it speaks again', async () => {
    const { database } = faulty
    const events = await happen(times(2, 10))
    const before = await recorded()
    database.stall()
    const deliveries = faulty.deliveries({ connections: 4 })
    deliveries.add(events)
    while ((deliveries.answers.get('503') ?? 0) < 4) await pause(20)
    expect(deliveries.acknowledged.size).toBe(0)
    expect(await recorded()).toBe(before)
    const back = Date.now()
    database.resume()
    await deliveries.finished(backWithinMs)
    figure(
      `database silent: ${tally(deliveries.answers)}; all acknowledged ${((Date.now() - back) / 1_000).toFixed(1)} s after it spoke again`,
    )
    await expectAllWell(deliveries)
  })

  it('whose connections are cut off in the middle, again and again, takes each event once', async () => {
    const { database } = faulty
    const cuts = times(20, 300)
    const roll = dice(7)
    const events = await happen(times(6, 60))
    // Between the question and its answer lies time enough to be cut.
    database.delay(5)
    const deliveries = faulty.deliveries({ connections: 8, restMs: 20 })
    deliveries.add(events)
    for (let n = 0; n < cuts; n++) {
      await pause(roll() * 120)
      database.cut(n % 2 === 0 ? 'ended' : 'torn')
    }
    database.delay(0)
    const last = Date.now()
    await deliveries.finished(backWithinMs)
    figure(
      `database cut off ${cuts} times: ${tally(deliveries.answers)}; all acknowledged ${((Date.now() - last) / 1_000).toFixed(1)} s after the last`,
    )
    await expectAllWell(deliveries)
  })

  it('with ten times more clients than it lets in refuses with 503, and takes all when there is room again', async () => {
    const { application, books, superuserUrl } = faulty
    const room = 10
    const superuser = connect(superuserUrl, { max: 1 })
    const url = new URL(superuserUrl)
    const [login] = await books.db.execute<{ current_user: string }>(sql`select current_user`)
    await superuser.db.execute(sql.raw(`alter database ${url.pathname.slice(1)} connection limit ${room}`))
    // Everybody is thrown out, and whoever is quicker gets back in.
    const crowd = startCrowd(room * 10)
    await superuser.db.execute(sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and usename = ${login?.current_user ?? ''}`)
    const deliveries = faulty.deliveries({ connections: 8 })
    deliveries.add(await happen(times(3, 20)))
    while ((deliveries.answers.get('503') ?? 0) < times(5, 50)) await pause(20)
    const begun = Date.now()
    await crowd.leave()
    await whenHealthy(application.urls[0] ?? '', backWithinMs)
    figure(
      `${room * 10} clients for ${room} connections: ${tally(deliveries.answers)}; healthy ${((Date.now() - begun) / 1_000).toFixed(1)} s after they left`,
    )
    await superuser.db.execute(sql.raw(`alter database ${url.pathname.slice(1)} connection limit -1`))
    await superuser.close()
    await expectAllWell(deliveries)
  })

  /** Clients that take every connection they can get and keep it. */
  function startCrowd(size: number): { leave(): Promise<void> } {
    let over = false
    const url = faulty.databaseUrl
    const one = async () => {
      while (!over) {
        const client = postgres(url, { max: 1, connect_timeout: 2, onnotice: () => {} })
        try {
          await client`select 1`
          while (!over) await pause(50)
        } catch {
          await pause(50)
        } finally {
          await client.end({ timeout: 1 })
        }
      }
    }
    const all = Promise.all(Array.from({ length: size }, one))
    return {
      leave: async () => {
        over = true
        await all
      },
    }
  }
})

describe('Stripe', () => {
  const nonsense = 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<h1>Oops</h1>'

  it('that is slow, answers nonsense, and is not there at all holds up nobody, and is asked again when it is back', async () => {
    const { stripe, books } = faulty
    const troubles = [
      ['slow', () => stripe.delay(300), () => stripe.delay(0)],
      ['nonsense', () => stripe.answerInstead(nonsense), () => stripe.answerInstead(null)],
      ['absent', () => stripe.refuse(true), () => stripe.refuse(false)],
      ['silent', () => stripe.stall(), () => stripe.resume()],
    ] as const
    const deliveries = faulty.deliveries({ connections: 4 })
    const marks: string[] = []
    for (const [name, begin, end] of troubles) {
      const events = await happen(times(2, 12))
      begin()
      const begun = Date.now()
      deliveries.add(events)
      await deliveries.finished(30_000)
      marks.push(`${name}: accepted in ${Date.now() - begun} ms`)
      // Somebody has asked by now, and not got what was wanted.
      await waitFor(sql`select from inbox_work where attempts > 0 and state <> 'done'`)
      end()
    }
    const back = Date.now()
    await whenSettled(books.db)
    figure(
      `Stripe ${marks.join(', ')}; all settled ${((Date.now() - back) / 1_000).toFixed(1)} s after it was back; ${tally(deliveries.answers)}`,
    )
    await expectAllWell(deliveries)
  })

  async function waitFor(rows: SQL): Promise<void> {
    while ((await faulty.books.db.execute(rows)).length === 0) await pause(10)
  }
})
