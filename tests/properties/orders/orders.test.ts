import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { waits } from '@/db'
import { readSettings } from '@/lib/env'
import { drain } from '@/lib/intake/drain'
import { parseEvent, type IncomingEvent } from '@/lib/intake/parse-event'
import { insertEvent } from '@/lib/intake/record-event'
import { verifyBooks } from '@/lib/ledger/verify'
import { Stripe } from '@/lib/stripe/client'
import type { SandboxEvent } from '@/lib/stripe-sandbox/index'
import { buy, openBooks, type Books } from '@/tests/support/books'
import { permutations } from '@/tests/support/orders'

let books: Books
beforeAll(async () => {
  books = await openBooks()
})
afterAll(() => books.close())

const day = 86_400
const aDayMs = 86_400_000

/** So many of the 5,040, evenly drawn: all of them with `npm run test:properties -- --runs 10000`. */
function ordersOf<T>(events: readonly T[]): T[][] {
  const all = permutations(events)
  const every = Math.max(1, Math.floor(all.length / (readSettings().HISTORY_ORDERS ?? 200)))
  return all.filter((_, at) => at % every === 0)
}

/** What belongs to one life alone, by the beginnings of Stripe's ids; a card's fingerprint too, or all would share one card. */
const ownIds =
  /\b(?:evt|cs_test|cus|sub|si|in|il|inpay|pi|ch|txn|re|du|dp|di|pm)_[A-Za-z0-9]{6,}|"fingerprint":"\w+/g
const markOf = (life: number): string => `L${String(life).padStart(4, '0')}`
const mark = /L\d{4}\b/

/** Stripe as every life sees it: asked about an object of one, it answers with that life's ids. */
function stripeOfAll({ sandbox }: Books): Stripe {
  const ask: typeof fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    const life = mark.exec(url)?.[0] ?? ''
    const answer = await sandbox.fetch(url.replaceAll(life, ''), init)
    const body = (await answer.text()).replaceAll(ownIds, (id) => `${id}${life}`)
    return new Response(body, { status: answer.status, headers: answer.headers })
  }
  return new Stripe('sk_test_orders', { httpClient: Stripe.createFetchHttpClient(ask), telemetry: false })
}

/** A session, its invoice paid, the fee, two partial refunds, a dispute, and the dispute won: each in a second of its own. */
async function liveOnce({ stripe, sandbox }: Books): Promise<SandboxEvent[][]> {
  const { paymentId } = await buy(stripe, { amount: 29_000, interval: 'year', code: 'AHMET5', fee: 829 })
  const afterwards = [
    () => stripe.refunds.create({ payment_intent: paymentId, amount: 5000 }),
    () => stripe.refunds.create({ payment_intent: paymentId, amount: 1234 }),
    () =>
      stripe.rawRequest('POST', '/v1/test_helpers/sandbox/disputes', {
        payment_intent: paymentId,
        amount: 9000,
      }),
    async () => {
      const [dispute] = sandbox.all('dispute')
      await stripe.rawRequest('POST', `/v1/test_helpers/sandbox/disputes/${dispute?.id}/move`, { to: 'won' })
    },
  ]
  for (const happens of afterwards) {
    sandbox.advance(40 * day)
    await happens()
  }
  const of = (type: string) => sandbox.events().filter((event) => event.type === type)
  const [first, second] = of('refund.created')
  if (!first || !second) throw new Error('two refunds were to be made')
  return [
    of('checkout.session.completed'),
    [...of('invoice.paid'), ...of('invoice_payment.paid')],
    of('charge.updated').slice(0, 1),
    [first],
    [second],
    of('charge.dispute.created'),
    of('charge.dispute.closed'),
  ]
}

function inLife(life: number, event: string): IncomingEvent {
  const parsed = parseEvent(event.replaceAll(ownIds, (id) => `${id}${markOf(life)}`))
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed
}

async function record({ db }: Books, events: readonly IncomingEvent[]): Promise<void> {
  for (let at = 0; at < events.length; at += 500) {
    const some = events.slice(at, at + 500)
    await db.transaction((tx) => Promise.all(some.map((event) => insertEvent(tx, event, new Date()))))
  }
}

/** What the books say of each life, with the number of lives of which they say it. */
async function pictures({ db }: Books): Promise<{ lives: number; picture: string }[]> {
  const rows = await db.execute<{ lives: number; picture: string }>(sql`
    with sides as (
      select payment_id, debit as account, earned_on, payable_on, -amount_minor as amount from ledger_transfers
      union all
      select payment_id, credit, earned_on, payable_on, amount_minor from ledger_transfers
    ), cells as (
      select payment_id, concat_ws(' ', account, earned_on, payable_on, sum(amount)) as cell
      from sides group by payment_id, account, earned_on, payable_on having sum(amount) <> 0
    ), ledger as (
      select payment_id, string_agg(cell, E'\n' order by cell) as cells from cells group by payment_id
    ), each as (
      select replace(concat_ws(E'\n', l.cells, c.status, c.sentence, c.net_minor, c.commission_minor, c.reversed_minor,
                               c.remaining_minor, s.calculation),
                     right(c.payment_id, 5), '') as picture
      from commissions c left join ledger l using (payment_id) left join settlements s on s.id = c.settlement_id
    )
    select count(*)::int as lives, picture from each group by picture order by 1 desc`)
  return [...rows]
}

it(
  'a life of seven events comes to the same books in whatever order they come',
  { timeout: aDayMs },
  async () => {
    const steps = await liveOnce(books)
    const told = steps.map((events) => events.map((event) => JSON.stringify(event)))
    expect(told.map((events) => events.length)).toEqual([1, 2, 1, 1, 1, 1, 1])
    const orders = ordersOf(told)
    expect(orders.length).toBeGreaterThan(100)
    const begun = Date.now()
    const stripe = stripeOfAll(books)
    for (const step of told.keys()) {
      await record(
        books,
        orders.flatMap((order, life) => (order[step] ?? []).map((event) => inLife(life, event))),
      )
      expect(await drain(books.db, stripe, aDayMs)).toMatchObject({ quarantined: 0 })
      // What an event tells later is not asked for meanwhile, however long a step takes here: the order alone is to count.
      await books.db.delete(waits)
      const seconds = Math.round((Date.now() - begun) / 1000)
      process.stderr.write(`${orders.length} orders, ${seconds} s: step ${step + 1} of ${told.length}\n`)
    }
    const said = await pictures(books)
    // 5000 + 1234 of 27550 are back, the dispute is won: 5344 - 970 - 239.
    expect(said).toEqual([{ lives: orders.length, picture: expect.stringContaining('\nsettled\n') }])
    expect(said[0]?.picture).toContain('\n5344\n1209\n4135\n')
    const verdicts = await verifyBooks({ kind: 'system', job: 'test' }, { db: books.db })
    expect(verdicts.filter((verdict) => !verdict.holds)).toEqual([])
  },
)
