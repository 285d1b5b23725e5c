import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect, type Connection } from '@/db'
import { openProxy, throughProxy } from '@/tests/support/tcp-proxy'
import { testDatabase, type TestDatabase } from '@/tests/support/database'

let database: TestDatabase
let owner: Connection
let single: Connection
beforeEach(async () => {
  database = await testDatabase({ migrated: false })
  owner = connect(database.superuserUrl, { max: 2 })
  await owner.db.execute(sql`create table written (what text)`)
  // With one connection whoever comes next is given the one that broke off.
  single = connect(database.superuserUrl, { max: 1, applicationName: 'broken' })
})
afterEach(async () => {
  await single.close()
  await owner.close()
  await database.drop()
})

async function breakOff(): Promise<void> {
  await owner.db.execute(
    sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'broken'`,
  )
}

async function answers(): Promise<void> {
  for (;;) {
    try {
      return void (await single.db.execute(sql`select 1`))
    } catch {
      // The first to use it may be told that it is gone.
    }
  }
}

const written = async () => (await owner.db.execute(sql`select what from written`)).map(({ what }) => what)

describe('a transaction whose connection breaks off', () => {
  it('writes nothing more, not even when the connection is somebody else’s by then', async () => {
    let letGo = () => {}
    let reach = () => {}
    const held = new Promise<void>((resolve) => (letGo = resolve))
    const reached = new Promise<void>((resolve) => (reach = resolve))
    let after: unknown
    const over = single.db
      .transaction(async (tx) => {
        await tx.execute(sql`insert into written values ('before')`)
        reach()
        await held
        after = await tx.execute(sql`insert into written values ('after')`).catch((error: unknown) => error)
      })
      .catch((error: unknown) => error)
    await reached
    await breakOff()
    await over
    await answers()
    letGo()
    await expect.poll(() => after).toBeInstanceOf(Error)
    await answers()
    expect(await written()).toEqual([])
  })

  it('in the middle of a statement fails, and the connection serves the next', async () => {
    for (let n = 0; n < 20; n++) {
      const over = single.db
        .transaction(async (tx) => {
          await tx.execute(sql`insert into written values ('before')`)
          await Promise.all([tx.execute(sql`select pg_sleep(60)`), tx.execute(sql`select pg_sleep(60)`)])
        })
        .then(
          () => null,
          (error: unknown) => error,
        )
      for (let sleeping = 0; sleeping === 0;) {
        const [row] = await owner.db.execute<{ sleeping: number }>(sql`
          select count(*)::int as sleeping from pg_stat_activity where wait_event = 'PgSleep'`)
        sleeping = row?.sleeping ?? 0
      }
      await breakOff()
      expect(await over).toBeInstanceOf(Error)
      await answers()
    }
    expect(await written()).toEqual([])
  })
})

describe('statements', () => {
  const prepared = async () => {
    const all = await single.db.execute<{ statement: string }>(
      sql`select statement from pg_prepared_statements`,
    )
    return all.map(({ statement }) => statement).filter((text) => / written /.test(text))
  }

  it('that insert are parsed once a connection, in a transaction as outside one', async () => {
    for (const what of ['one', 'two']) await single.db.execute(sql`insert into written values (${what})`)
    await single.db.transaction(async (tx) => {
      for (const what of ['three', 'four']) await tx.execute(sql`insert into written values (${what})`)
    })
    expect(await written()).toEqual(['one', 'two', 'three', 'four'])
    expect(await prepared()).toEqual([expect.stringContaining('insert into written')])
  })

  it('that read are planned each time, for tables that grow', async () => {
    for (const what of ['one', 'two']) await single.db.execute(sql`select from written where what = ${what}`)
    expect(await prepared()).toEqual([])
  })
})

describe('a connection', () => {
  it.each(['ended', 'torn'] as const)(
    '%s at any moment of its beginning tells whoever asked, and nobody else',
    async (how) => {
      const { hostname: host, port } = new URL(database.superuserUrl)
      const proxy = await openProxy({ host, port: Number(port) })
      // An error that reaches nobody fails the whole run: vitest sees every unhandled one.
      for (let piece = 1; piece <= 12; piece++) {
        const { db, close } = connect(throughProxy(database.superuserUrl, proxy), { max: 1 })
        proxy.cutAtPiece(piece, how)
        await db.execute(sql`select 1`).catch((error: unknown) => error)
        await db.execute(sql`select 2`).catch((error: unknown) => error)
        await close()
      }
      await proxy.close()
    },
  )

  it('that is torn never gives one statement the answer of another', async () => {
    const { hostname: host, port } = new URL(database.superuserUrl)
    const proxy = await openProxy({ host, port: Number(port) })
    const { db, close } = connect(throughProxy(database.superuserUrl, proxy), { max: 1 })
    const ask = (what: string) =>
      db.execute<{ what: string }>(sql`select ${what}::text as what`).then(
        ([row]) => row?.what,
        () => 'an error',
      )
    await ask('warm')
    // Asked in the moment in which the connection is known to be broken and is not yet given up.
    const meanwhile = db.execute(sql`select pg_sleep(60)`).catch(() => ask('meanwhile'))
    await expect.poll(() => sleeping()).toBe(1)
    proxy.cut('torn')
    expect(await Promise.race([meanwhile, answered(ask)])).toMatch(/^(an error|meanwhile|all)$/)
    expect(await meanwhile).toMatch(/^(an error|meanwhile)$/)
    await close()
    await proxy.close()
  })
})

async function sleeping(): Promise<number> {
  const [row] = await owner.db.execute<{ count: number }>(
    sql`select count(*)::int as count from pg_stat_activity where wait_event = 'PgSleep'`,
  )
  return row?.count ?? 0
}

/** Others ask until they are answered, each as itself. */
async function answered(ask: (what: string) => Promise<string | undefined>): Promise<string> {
  for (let n = 0; n < 5; n++) {
    await new Promise((resolve) => setTimeout(resolve, 200))
    const answer = await ask(`later ${n}`)
    if (answer !== `later ${n}` && answer !== 'an error') return `${answer} for later ${n}`
  }
  return 'all'
}
