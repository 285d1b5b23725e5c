import type { Day } from '@/lib/calendar'
import type { Stripe } from '@/lib/stripe/client'
import { buy, newAffiliate, seconds, type Books } from './books'

/** An example that the product is explained with: a life at Stripe, and what the books have to say of its payment. */
export interface Example {
  /** Of an affiliate who recommends nobody else. */
  name: string
  /** Each step on its day; the first gives the payment. */
  life: readonly { on: Day; act: (life: Life) => Promise<unknown> }[]
  currency: string
  netMinor: bigint
  commissionMinor: bigint
  /** By the day on which it is payable. */
  instalments: readonly (readonly [Day, bigint])[]
  /** What each reversal takes of the commission, in their order. */
  reversals: readonly bigint[]
  /** The lines of the reversals, by the day on which they are payable. */
  takenBack: readonly (readonly [Day, bigint])[]
  /** What its arithmetic shows. */
  words: readonly string[]
}

/** What a step of a life has in hand. */
export interface Life {
  books: Books
  stripe: Stripe
  code: string
  paymentId: string
  subscriptionId: string
}

const twelve = (first: Day, days: readonly Day[], amounts: readonly bigint[]) =>
  [first, ...days].map((day, at) => [day, amounts[at] ?? 0n] as const)
const paidOn31 = twelve(
  '2026-03-02',
  [
    '2026-03-30',
    '2026-04-30',
    '2026-05-30',
    '2026-06-30',
    '2026-07-30',
    '2026-08-30',
    '2026-09-30',
    '2026-10-30',
    '2026-11-30',
    '2026-12-30',
    '2027-01-30',
  ],
  [...Array<bigint>(4).fill(446n), ...Array<bigint>(8).fill(445n)],
)
const paidOn1 = twelve(
  '2026-03-03',
  [
    '2026-03-31',
    '2026-05-01',
    '2026-05-31',
    '2026-07-01',
    '2026-07-31',
    '2026-08-31',
    '2026-10-01',
    '2026-10-31',
    '2026-12-01',
    '2026-12-31',
    '2027-01-31',
  ],
  [77n, 446n, 446n, 446n, ...Array<bigint>(8).fill(445n)],
)
const lastEight = paidOn31.slice(4)

/** Bought on the hosted page; nothing comes after what was paid for. */
const bought = (amount: number, interval: 'month' | 'year', fee: number) => async (life: Life) => {
  const { session, paymentId } = await buy(life.stripe, { amount, interval, fee, code: life.code })
  Object.assign(life, { paymentId, subscriptionId: String(session.subscription) })
}
const leaves = ({ stripe, subscriptionId }: Life) =>
  stripe.subscriptions.update(subscriptionId, { cancel_at_period_end: true })
const aMonth = [
  { on: '2026-01-31', act: bought(2900, 'month', 355) },
  { on: '2026-02-01', act: leaves },
] as const
const aYear = { on: '2026-01-31', act: bought(29_000, 'year', 829) } as const
const refunded = (amount?: number) => (life: Life) =>
  life.stripe.refunds.create({ payment_intent: life.paymentId, ...(amount !== undefined && { amount }) })

/** €27.55 with 20 % on top, settled in dollars. */
async function withTax(life: Life): Promise<void> {
  const { stripe, books } = life
  books.sandbox.settings({ settlement: { eur: 'usd:1.0801' } })
  const rate = await stripe.taxRates.create({ display_name: 'VAT', percentage: 20, inclusive: false })
  const price = await stripe.prices.create({
    currency: 'eur',
    unit_amount: 2900,
    recurring: { interval: 'month' },
    product_data: { name: 'Pro' },
  })
  const customer = await stripe.customers.create({ email: 'buyer-taxed@example.com' })
  const card = await stripe.paymentMethods.create({
    type: 'card',
    card: { token: 'tok_visa' },
    metadata: { sandbox_fee: '149' },
  })
  await stripe.paymentMethods.attach(card.id, { customer: customer.id })
  const [code] = (await stripe.promotionCodes.list({ code: life.code })).data
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    default_payment_method: card.id,
    default_tax_rates: [rate.id],
    discounts: [{ promotion_code: String(code?.id) }],
  })
  Object.assign(life, { paymentId: await lastPayment(stripe), subscriptionId: subscription.id })
}

/** From a month at 42.07, half of it unused, to a year at 275.50. */
async function upgraded(life: Life): Promise<void> {
  const { stripe, subscriptionId } = life
  const subscription = await stripe.subscriptions.retrieve(subscriptionId)
  const price = await stripe.prices.create({
    currency: 'usd',
    unit_amount: 29_000,
    recurring: { interval: 'year' },
    product_data: { name: 'Pro for a year' },
  })
  await stripe.paymentMethods.update(String(subscription.default_payment_method), {
    metadata: { sandbox_fee: '774' },
  })
  await stripe.subscriptions.update(subscriptionId, {
    items: [{ id: String(subscription.items.data[0]?.id), price: price.id }],
  })
  life.paymentId = await lastPayment(stripe)
}

async function lastPayment(stripe: Stripe): Promise<string> {
  const [charge] = (await stripe.charges.list({ limit: 1 })).data
  return String(charge?.payment_intent)
}

const annual = {
  currency: 'usd',
  netMinor: 26_721n,
  commissionMinor: 5344n,
  instalments: paidOn31,
} as const
const none = { reversals: [], takenBack: [] } as const

export const examples: readonly Example[] = [
  {
    name: 'Monthly',
    life: aMonth,
    currency: 'usd',
    netMinor: 2400n,
    commissionMinor: 480n,
    instalments: [['2026-03-02', 480n]],
    ...none,
    words: ['29.00', '-$1.45', '27.55', '3.55', '24.00', '20 %', '$4.80'],
  },
  {
    name: 'Annual',
    life: [aYear],
    ...annual,
    ...none,
    words: ['275.50', '8.29', '267.21', '53.442', '$53.44'],
  },
  {
    name: 'Taxed',
    life: [
      { on: '2026-01-31', act: withTax },
      { on: '2026-02-01', act: leaves },
    ],
    currency: 'usd',
    // (35.71 × 27.55/33.06 − 1.49): 28.2683…
    netMinor: 2827n,
    commissionMinor: 565n,
    instalments: [['2026-03-02', 565n]],
    ...none,
    words: ['€33.06', '€5.51', '(35.71 × 27.55/33.06 − 1.49) × 27.55/27.55', '$5.65'],
  },
  {
    name: 'Upgraded',
    life: [
      { on: '2026-01-15', act: bought(4428, 'month', 0) },
      { on: '2026-02-01', act: upgraded },
    ],
    currency: 'usd',
    netMinor: 24_876n,
    commissionMinor: 4975n,
    instalments: paidOn1,
    ...none,
    words: ['256.50', '7.74', '248.76', '49.752', '$49.75'],
  },
  {
    name: 'Refunded',
    life: [aYear, { on: '2026-05-20', act: refunded(18_367) }],
    ...annual,
    reversals: [3563n],
    takenBack: [['2026-05-30', 3n], ...lastEight],
    words: ['$183.67', '$35.63', '$17.81'],
  },
  {
    name: 'Returned',
    life: [aYear, { on: '2026-05-20', act: refunded() }],
    ...annual,
    reversals: [5344n],
    takenBack: [
      ...Array<readonly [Day, bigint]>(3).fill(['2026-05-20', 446n]),
      ['2026-05-30', 446n],
      ...lastEight,
    ],
    words: ['$275.50', '$53.44', '$0.00'],
  },
  {
    name: 'Disputed',
    life: [
      ...aMonth,
      { on: '2026-02-01', act: refunded(1000) },
      { on: '2026-03-20', act: refunded(1000) },
      {
        on: '2026-03-25',
        act: ({ stripe, paymentId }) =>
          stripe.rawRequest('POST', '/v1/test_helpers/sandbox/disputes', {
            payment_intent: paymentId,
            amount: 2755,
          }),
      },
    ],
    currency: 'usd',
    netMinor: 2400n,
    commissionMinor: 480n,
    instalments: [['2026-03-02', 480n]],
    reversals: [174n, 174n, 132n],
    takenBack: [
      ['2026-03-02', 174n],
      ['2026-03-20', 174n],
      ['2026-03-25', 132n],
    ],
    words: ['$10.00', '$27.55', '$1.74', '$1.32', '$0.00'],
  },
]

export interface Lived {
  affiliateId: string
  email: string
  paymentId: string
}

/** When the sandbox in which they are lived has to begin. */
export const beginning = '2026-01-15T10:00:00Z'

/** Lives all of them beside one another in one sandbox, day by day. */
export async function liveExamples(books: Books): Promise<Map<Example, Lived>> {
  const { stripe, sandbox } = books
  const lives = new Map<Example, Life & Lived>()
  for (const example of examples) {
    const email = `${example.name.toLowerCase()}@example.com`
    const affiliateId = await newAffiliate(books.db, stripe, {
      handle: example.name,
      displayName: `${example.name} Example`,
      email,
    })
    const code = `${example.name.toUpperCase()}5`
    lives.set(example, { books, stripe, code, paymentId: '', subscriptionId: '', affiliateId, email })
  }
  const steps = [...lives].flatMap(([{ life }, own]) => life.map((step) => ({ ...step, own })))
  let reached = seconds(beginning)
  const days = [...new Set(steps.map(({ on }) => on))].toSorted()
  for (const day of days) {
    const at = seconds(`${day}T10:00:00Z`)
    sandbox.advance(at - reached)
    reached = at
    for (const { act, own } of steps.filter(({ on }) => on === day)) await act(own)
  }
  return lives
}
