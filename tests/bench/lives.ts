import { cardNumberFrom } from '@/lib/demo/people'
import { handledEventTypes } from '@/lib/intake/events'
import { createSandbox, type Sandbox } from '@/lib/stripe-sandbox/index'
import { Stripe } from '@/lib/stripe/client'

/** A programme's past at Stripe, and the events that told of it. */
export interface Lives {
  stripe: Stripe
  /** What a worker asks. */
  sandbox: Sandbox
  events: string[]
  customers: number
  /** Promotion codes with their coupons, in order. */
  codes: { promotionCodeId: string; couponId: string }[]
}

export interface LivesOptions {
  seed: string
  customers: number
  /** How many codes they buy with, in turn. */
  codes: number
  months: number
  /** Absent: monthly and annual plans, trials, three currencies, refunds, cancellations. */
  plain?: boolean
  /** All customers buy on the first day; absent: over a month. */
  sameDay?: boolean
}

const start = Date.parse('2026-01-05T09:00:00Z') / 1000
const day = 86_400

/** Of ten customers: what they buy. */
const plans = [
  { currency: 'usd', unit_amount: 2900, interval: 'month', trialDays: 0 },
  { currency: 'usd', unit_amount: 7900, interval: 'month', trialDays: 0 },
  { currency: 'eur', unit_amount: 2700, interval: 'month', trialDays: 0 },
  { currency: 'usd', unit_amount: 2900, interval: 'month', trialDays: 14 },
  { currency: 'usd', unit_amount: 29_000, interval: 'year', trialDays: 0 },
  { currency: 'usd', unit_amount: 2900, interval: 'month', trialDays: 0 },
  { currency: 'gbp', unit_amount: 2300, interval: 'month', trialDays: 0 },
  { currency: 'usd', unit_amount: 2900, interval: 'month', trialDays: 0 },
  { currency: 'eur', unit_amount: 27_000, interval: 'year', trialDays: 0 },
  { currency: 'usd', unit_amount: 2900, interval: 'month', trialDays: 0 },
] as const

export async function live(options: LivesOptions): Promise<Lives> {
  const sandbox = await createSandbox({
    seed: options.seed,
    now: () => start,
    settings: { settlement: { eur: 'usd:1.0801', gbp: 'usd:1.2704' } },
  })
  // Without a socket: making a past is not what is measured.
  const stripe = new Stripe('sk_test_bench', {
    httpClient: Stripe.createFetchHttpClient(sandbox.fetch),
    telemetry: false,
  })
  const prices = await makePrices(stripe)
  const codes = await makeCodes(stripe, options.codes)
  let today = 0
  for (let at = 0; at < options.customers; at++) {
    const bought = options.sameDay ? 0 : Math.floor((at * 28) / options.customers)
    if (bought > today) sandbox.advance((bought - today) * day)
    today = bought
    const plan = options.plain ? 0 : at % plans.length
    await buy(stripe, { at, price: prices[plan] ?? '', trialDays: plans[plan]?.trialDays ?? 0, ...options })
  }
  sandbox.advance(options.months * 30 * day)
  if (!options.plain) await giveBack(stripe, sandbox)
  const events = sandbox.events().filter((event) => handledEventTypes.has(event.type))
  return {
    stripe: new Stripe('sk_test_bench', {
      host: '127.0.0.1',
      port: sandbox.port,
      protocol: 'http',
      telemetry: false,
    }),
    sandbox,
    customers: options.customers,
    codes,
    events: events.map((event) => JSON.stringify(event)),
  }
}

async function makePrices(stripe: Stripe): Promise<string[]> {
  const made: string[] = []
  for (const { currency, unit_amount, interval } of plans) {
    const recurring = { interval }
    const price = await stripe.prices.create({
      currency,
      unit_amount,
      recurring,
      product_data: { name: 'Pro' },
    })
    made.push(price.id)
  }
  return made
}

async function makeCodes(stripe: Stripe, count: number): Promise<Lives['codes']> {
  const made: Lives['codes'] = []
  for (let at = 0; at < count; at++) {
    const coupon = await stripe.coupons.create({ id: `bench_${at}`, percent_off: 5, duration: 'forever' })
    const promotion = { type: 'coupon', coupon: coupon.id } as const
    const { id } = await stripe.promotionCodes.create({ promotion, code: `BENCH${at}X5` })
    made.push({ promotionCodeId: id, couponId: coupon.id })
  }
  return made
}

async function buy(
  stripe: Stripe,
  { at, price, trialDays, codes }: { at: number; price: string; trialDays: number; codes: number },
): Promise<void> {
  const session = await stripe.checkout.sessions.create({
    mode: 'subscription',
    allow_promotion_codes: true,
    success_url: 'http://localhost/',
    line_items: [{ price, quantity: 1 }],
    ...(trialDays > 0 && { subscription_data: { trial_period_days: trialDays } }),
  })
  await stripe.rawRequest('POST', `/v1/test_helpers/sandbox/checkout/sessions/${session.id}/complete`, {
    promotion_code: `BENCH${at % codes}X5`,
    email: `c${at}@customer${at}.example`,
    name: `Customer ${at}`,
    postal_code: `${10_000 + at}`,
    card_number: cardNumberFrom(at),
  })
}

/** One payment in thirty a part, one in a hundred all of it; one subscription in twelve ends. */
async function giveBack(stripe: Stripe, sandbox: Sandbox): Promise<void> {
  for (const [at, charge] of sandbox.all('charge').entries()) {
    if (charge.status !== 'succeeded') continue
    if (at % 30 === 7) await stripe.refunds.create({ charge: charge.id, amount: 1000 })
    if (at % 100 === 50) await stripe.refunds.create({ charge: charge.id })
  }
  for (const [at, subscription] of sandbox.all('subscription').entries()) {
    if (at % 12 === 5) await stripe.subscriptions.cancel(subscription.id)
  }
}
