import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { commissions, connect, evidence, facts, ledgerTransfers, settlements, type Connection } from '@/db'
import { migrate } from '@/db/migrate'
import { createAffiliate } from '@/lib/affiliates/create-affiliate'
import { provisionCode } from '@/lib/codes/provision-code'
import { runMain, say } from '@/lib/cli/process/terminal'
import { cardNumberFrom } from '@/lib/demo/people'
import { setEnvironment } from '@/lib/env'
import { drain } from '@/lib/intake/drain'
import { handledEventTypes } from '@/lib/intake/events'
import { parseEvent } from '@/lib/intake/parse-event'
import { recordEvent } from '@/lib/intake/record-event'
import { createDatabase, ensurePostgres, onDatabase, type PostgresServer } from '@/lib/postgres'
import { ensureProgramme } from '@/lib/programme/ensure-programme'
import { createSandbox, type Sandbox } from '@/lib/stripe-sandbox/index'
import { createStripe, type Stripe } from '@/lib/stripe/client'
import { ownFolder } from '@/tests/support/own-folder'

/**
 * `npm run bench`: what the pipeline costs, as ratios of two things measured in turn on the same PostgreSQL with fsync on. Absolute
 * figures belong to the machine, the ratios to the code.
 */
const rounds = 3
const customers = 120
const months = 6

interface Lives {
  sandbox: Sandbox
  stripe: Stripe
  events: string[]
}

/** Realistic lives: purchases with one of twenty codes, renewals, a refund now and then. */
async function live(): Promise<Lives> {
  const start = Date.parse('2026-01-05T09:00:00Z') / 1000
  const sandbox = await createSandbox({ seed: 'bench', now: () => start })
  const stripe = createStripe('sk_test_bench', sandbox.url)
  const price = await stripe.prices.create({
    currency: 'usd',
    unit_amount: 2900,
    recurring: { interval: 'month' },
    product_data: { name: 'Pro' },
  })
  for (let at = 0; at < 20; at++) {
    const coupon = await stripe.coupons.create({ id: `bench_${at}`, percent_off: 5, duration: 'forever' })
    await stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon: coupon.id },
      code: `BENCH${at}X5`,
    })
  }
  for (let at = 0; at < customers; at++) {
    const session = await stripe.checkout.sessions.create({
      mode: 'subscription',
      allow_promotion_codes: true,
      success_url: 'http://localhost/',
      line_items: [{ price: price.id, quantity: 1 }],
    })
    const path = `/v1/test_helpers/sandbox/checkout/sessions/${session.id}/complete`
    await stripe.rawRequest('POST', path, {
      promotion_code: `BENCH${at % 20}X5`,
      email: `c${at}@customer${at}.example`,
      name: `Customer ${at}`,
      postal_code: `${10_000 + at}`,
      card_number: cardNumberFrom(at),
    })
  }
  await sandbox.advance(months * 30 * 86_400)
  const paid = await stripe.charges.list({ limit: 100 })
  for (const charge of paid.data.slice(0, 20))
    await stripe.refunds.create({ charge: charge.id, amount: 1000 })
  const events = sandbox.events().filter((event) => handledEventTypes.has(event.type))
  return { sandbox, stripe, events: events.map((event) => JSON.stringify(event)) }
}

async function freshBooks(server: PostgresServer, template: string): Promise<Connection> {
  const name = `bench_${randomBytes(4).toString('hex')}`
  await createDatabase(server.superuserUrl, name, { template })
  return connect(onDatabase(server.url, name), { max: 4 })
}

/** One affiliate for each coupon of the sandbox, bound to it as a programme's own codes are. */
async function makeTemplate(server: PostgresServer, { stripe }: Lives): Promise<string> {
  const template = 'bench_template'
  await createDatabase(server.superuserUrl, template)
  await migrate({ migrateUrl: onDatabase(server.migrateUrl, template), appRole: 'tributary_app' })
  const { db, close } = connect(onDatabase(server.url, template), { max: 2 })
  const now = new Date('2026-01-01T00:00:00Z')
  await ensureProgramme(db, { booksMode: 'sandbox', stripeAccountId: null, now })
  for (let at = 0; at < 20; at++) {
    const person = { handle: `Bench${at}Y`, displayName: `Bench ${at}`, email: `bench${at}@example.com` }
    const actor = { kind: 'system', job: 'bench' } as const
    const { affiliateId, code } = await createAffiliate(actor, person, { db, stripe, now })
    await provisionCode(db, stripe, code)
    const taken = await stripe.promotionCodes.list({ code: `BENCH${at}X5`, limit: 1 })
    const promotionCode = taken.data[0]?.id ?? null
    await db.execute(sql`update codes set stripe_promotion_code_id = ${promotionCode}, stripe_coupon_id = ${`bench_${at}`}
                         where affiliate_id = ${affiliateId}`)
  }
  await close()
  return template
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = process.hrtime.bigint()
  await work()
  return Number(process.hrtime.bigint() - begun) / 1e9
}

async function recordAll({ db }: Connection, events: readonly string[]): Promise<void> {
  for (const event of events) {
    const parsed = parseEvent(event)
    if ('problem' in parsed) throw new Error(parsed.problem)
    await recordEvent(db, parsed, new Date())
  }
}

/** The rows that settling wrote, written again without a thought: the floor under any settlement. */
async function copyRows(from: Connection, to: Connection): Promise<number> {
  const tables = [facts, evidence, settlements, commissions] as const
  let seconds = 0
  for (const table of tables) {
    const rows = await from.db.select().from(table)
    seconds += await timed(() => insertAll(to, table, rows))
  }
  const transfers = await from.db.select().from(ledgerTransfers)
  seconds += await timed(() => insertAll(to, ledgerTransfers, transfers))
  return seconds
}

async function insertAll(
  { db }: Connection,
  table: typeof facts | typeof evidence | typeof settlements | typeof commissions | typeof ledgerTransfers,
  rows: readonly object[],
): Promise<void> {
  for (let from = 0; from < rows.length; from += 200) {
    const part = rows.slice(from, from + 200).map((row) => ({ ...row, id: undefined }))
    // Rows of a table go back into that very table.
    await db.transaction((tx) => tx.insert(table).values(part as never))
  }
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
const perSecond = (count: number, seconds: number) => Math.round(count / seconds).toLocaleString('en')

async function main(): Promise<number> {
  const folder = ownFolder('bench')
  setEnvironment({ LOG_LEVEL: 'error' })
  const server = await ensurePostgres({ dataDir: folder.path, log: () => {}, fsync: true })
  const lives = await live()
  const count = lives.events.length
  say(`${count} events of ${customers} customers over ${months} months, ${rounds} rounds, medians`)
  const template = await makeTemplate(server, lives)
  const figures: { recorded: number; settled: number; bare: number; lines: number }[] = []
  for (let round = 0; round < rounds; round++) {
    const [books, floor] = [await freshBooks(server, template), await freshBooks(server, template)]
    const recorded = await timed(() => recordAll(books, lives.events))
    const settled = await timed(() => drain(books.db, lives.stripe, 600_000))
    const bare = await copyRows(books, floor)
    const lines = (await books.db.select({ id: ledgerTransfers.id }).from(ledgerTransfers)).length
    figures.push({ recorded, settled, bare, lines })
    say(`  round ${round + 1}: ${lines} ledger lines`)
    await Promise.all([books.close(), floor.close()])
  }
  const settled = median(figures.map((each) => each.settled))
  const bare = median(figures.map((each) => each.bare))
  const recorded = median(figures.map((each) => each.recorded))
  process.stdout.write(
    [
      `recording, one by one      ${perSecond(count, recorded)} events/s`,
      `settling a backlog         ${perSecond(count, settled)} events/s`,
      `bare inserts of its rows   ${perSecond(count, bare)} events/s`,
      `settling / bare inserts    ${(bare / settled).toFixed(2)}`,
      '',
    ].join('\n'),
  )
  await lives.sandbox.close()
  await server.stop()
  folder.remove()
  return 0
}

await runMain(main)
