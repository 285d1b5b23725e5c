import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commissions, customers } from '@/db'
import { listUnmatched } from '@/lib/attribution/queries'
import { drain } from '@/lib/intake/drain'
import { handledEventTypes } from '@/lib/intake/events'
import { listEvents } from '@/lib/intake/queries'
import { settleBatch } from '@/lib/intake/settle-batch'
import { Stripe } from '@/lib/stripe/client'
import type { SandboxEvent } from '@/lib/stripe-sandbox/index'
import { buy, deliver, openBooks, type Books } from '@/tests/support/books'
import { brokenInvariants } from '@/tests/support/payouts'

const viewer = { kind: 'system', job: 'test' } as const
const aMonth = { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 } as const

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

const handled = () => books.sandbox.events().filter((event) => handledEventTypes.has(event.type))
const inInbox = async (outcome: 'quarantined' | 'working' | 'unmatched') =>
  (await listEvents(viewer, { outcome, limit: 100 }, books.db)).events

type Fields = Record<string, unknown>

/** The event with one field of its object set, at a path such as `lines.data.0.amount`, under an id of its own. */
function withField(event: SandboxEvent, id: string, path: string, value: unknown): SandboxEvent {
  const object = structuredClone(event.data.object) as unknown as Fields // any object of Stripe's has fields
  const names = path.split('.')
  const last = names.pop() ?? ''
  const holder = names.reduce<Fields>((at, name) => at[name] as Fields, object) // the path is of Stripe's shape
  if (!(last in holder)) throw new Error(`${event.type} has no ${path}`)
  holder[last] = value
  return { ...event, id, data: { ...event.data, object } } as unknown as SandboxEvent // wrong on purpose
}

/** Everything that there is of one purchase: bought, given back in part, credited outside Stripe, disputed. */
async function aLife(): Promise<void> {
  const { stripe, sandbox } = books
  const { paymentId } = await buy(stripe, aMonth)
  await stripe.refunds.create({ payment_intent: paymentId, amount: 1000 })
  await stripe.rawRequest('POST', '/v1/test_helpers/sandbox/disputes', { payment_intent: paymentId })
  const [invoice] = sandbox.all('invoice')
  await stripe.creditNotes.create({ invoice: String(invoice?.id), amount: 100, credit_amount: 100 })
}

const wrong: [string, unknown][] = [
  ['text', '2755'],
  ['fraction', 27.55],
  ['huge', 2 ** 53],
  ['boolean', true],
]
const fields: Record<string, readonly string[]> = {
  'charge.succeeded': ['amount', 'amount_captured', 'created', 'currency'],
  'invoice.paid': [
    'total',
    'subtotal',
    'total_excluding_tax',
    'amount_paid',
    'created',
    'currency',
    'total_discount_amounts.0.amount',
    'lines.data.0.amount',
    'lines.data.0.discount_amounts.0.amount',
    'lines.data.0.period.start',
    'lines.data.0.period.end',
    'status_transitions.paid_at',
  ],
  'invoice_payment.paid': ['amount_paid', 'created', 'currency'],
  'checkout.session.completed': [
    'amount_total',
    'amount_subtotal',
    'total_details.amount_discount',
    'created',
    'currency',
  ],
  'customer.subscription.created': [
    'created',
    'currency',
    'items.data.0.quantity',
    'items.data.0.price.unit_amount',
  ],
  'refund.created': ['amount', 'created', 'currency'],
  'charge.dispute.created': [
    'amount',
    'created',
    'currency',
    'balance_transactions.0.amount',
    'balance_transactions.0.currency',
  ],
  'credit_note.created': ['created', 'currency', 'out_of_band_amount'],
}

describe('a field that is not of Stripe’s shape', () => {
  it.each(Object.entries(fields))(
    'of %s is shown in the inbox by its name, and harms nothing else',
    async (type, paths) => {
      await aLife()
      const sound = handled()
      const [event] = sound.filter((each) => each.type === type)
      if (!event) throw new Error(`${type} did not come`)
      const spoilt = paths.flatMap((path) =>
        wrong.map(([name, value]) => ({
          path,
          event: withField(event, `evt_${path.replaceAll('.', '_')}_${name}`, path, value),
        })),
      )
      await deliver(books, [...spoilt.map((each) => each.event), ...sound])
      await drain(books.db, books.stripe, 30_000)
      const shown = new Map((await inInbox('quarantined')).map((each) => [each.id, each.sentence]))
      expect(shown.size).toBe(spoilt.length)
      for (const { path, event: of } of spoilt) {
        expect(shown.get(of.id)).toContain(`Its object is not of Stripe's shape: ${path}: `)
      }
      expect(await inInbox('working')).toEqual([])
      expect(await books.db.select().from(commissions)).toMatchObject([
        { commissionMinor: 480n, reversedMinor: 480n },
      ])
      expect(await brokenInvariants(books.db)).toEqual([])
    },
  )
})

const statuses = async () =>
  (await books.db.select().from(commissions)).map(({ status }) => status).toSorted()

describe('an answer of Stripe’s', () => {
  /** A client to which the balance transaction of 27.55 is told otherwise than Stripe makes them, and all others as they are. */
  function lying(change: Fields): Stripe {
    const told = (one: Fields) => (one['amount'] === 2755 ? { ...one, ...change } : one)
    const altered: typeof fetch = async (input, init) => {
      const answer = await books.sandbox.fetch(input, init)
      const asked = input instanceof Request ? input.url : String(input)
      if (!asked.includes('/v1/balance_transactions')) return answer
      const body = (await answer.json()) as { data?: Fields[] } & Fields // one, or a list of them
      const answered = body.data ? { ...body, data: body.data.map(told) } : told(body)
      return Response.json(answered, { status: answer.status })
    }
    const httpClient = Stripe.createFetchHttpClient(altered)
    return new Stripe('sk_test_lying', { httpClient, maxNetworkRetries: 0 })
  }

  it.each([
    ['a fee that is text', { fee: '355' }, 'fee: '],
    ['a fee beyond 2^53', { fee: 2 ** 53 }, 'fee: '],
    ['no amount', { amount: null }, 'amount: '],
    ['a currency that does not exist', { currency: 'zzz' }, 'is no currency that there is'],
  ])(
    'with %s leaves its payment waiting and no other, is shown with the reason, and is asked for again',
    async (_, change, words) => {
      await buy(books.stripe, { ...aMonth, amount: 9900 })
      await buy(books.stripe, aMonth)
      await deliver(books, handled())
      await settleBatch(books.db, lying(change), { worker: 'one', limit: 200 })
      const stuck = [...(await inInbox('quarantined')), ...(await inInbox('working'))]
      expect(stuck.map(({ type }) => type)).toEqual(['charge.updated'])
      expect(stuck[0]?.sentence).toMatch(
        /^It could not be settled: Stripe's answer about txn_\w+ is not of its shape: /,
      )
      expect(stuck[0]?.sentence).toContain(words)
      expect(await statuses()).toEqual(['awaiting_fee', 'settled'])
      await books.db.execute(
        "update inbox_work set next_attempt_at = now() - interval '1 second' where state <> 'done'",
      )
      await drain(books.db, books.stripe, 30_000)
      expect(await statuses()).toEqual(['settled', 'settled'])
    },
  )
})

describe('a discount that Stripe no longer knows', () => {
  it('on an invoice is told as unmatched by its id, and leaves the payment and the rest to be settled', async () => {
    const { code: _, ...withoutCode } = aMonth
    const { customerId } = await buy(books.stripe, withoutCode)
    const lost = handled().map((event) =>
      event.type === 'invoice.paid' ? withField(event, event.id, 'discounts', ['di_gone']) : event,
    )
    const before = handled().length
    await buy(books.stripe, aMonth)
    await deliver(books, [...lost, ...handled().slice(before)])
    await drain(books.db, books.stripe, 30_000)
    const [told] = await inInbox('unmatched')
    expect(told).toMatchObject({ type: 'invoice.paid', sentence: expect.stringContaining('di_gone') })
    expect((await listUnmatched(viewer, { limit: 10 }, books.db)).discounts).toHaveLength(1)
    const rows = await books.db.select().from(commissions)
    expect(rows.map(({ status }) => status).toSorted()).toEqual(['settled', 'unattributed'])
    const [theirs] = (await books.db.select().from(customers)).filter(({ id }) => id === customerId)
    expect(theirs?.affiliateId ?? null).toBeNull()
    expect(await brokenInvariants(books.db)).toEqual([])
  })
})
