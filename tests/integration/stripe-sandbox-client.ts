import Stripe from 'stripe'
import { createSandbox, type Sandbox, type SandboxOptions } from '@/lib/stripe-sandbox/index'

export interface Shop {
  sandbox: Sandbox
  stripe: Stripe
}

/** A sandbox of one's own, spoken to through the real SDK over its socket. */
export async function openShop(options: SandboxOptions = {}): Promise<Shop> {
  const sandbox = await createSandbox({ seed: 'test', ...options })
  return { sandbox, stripe: clientOf(sandbox) }
}

export function clientOf(sandbox: Sandbox, key = 'sk_test_shop'): Stripe {
  return new Stripe(key, { host: '127.0.0.1', port: sandbox.port, protocol: 'http', maxNetworkRetries: 0 })
}

export const at = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 1000

/** What Stripe's test clocks and this sandbox's control routes answer is read as plain fields. */
export async function control(
  stripe: Stripe,
  path: string,
  params: object = {},
): Promise<Record<string, unknown>> {
  const answer: unknown = await stripe.rawRequest('POST', `/v1/test_helpers/sandbox/${path}`, { ...params })
  return typeof answer === 'object' && answer !== null ? { ...answer } : {}
}

/** A person pays the session on its hosted page. */
export async function visit(
  stripe: Stripe,
  session: string,
  params: object = {},
): Promise<Stripe.Checkout.Session> {
  await control(stripe, `checkout/sessions/${session}/complete`, params)
  return stripe.checkout.sessions.retrieve(session)
}

export interface Catalogue {
  product: Stripe.Product
  monthly: Stripe.Price
  yearly: Stripe.Price
  coupon: Stripe.Coupon
  code: Stripe.PromotionCode
}

/** Pro at $29 a month and $290 a year, and a code that takes 5 % off for ever. */
export async function stock(stripe: Stripe): Promise<Catalogue> {
  const product = await stripe.products.create({ name: 'Pro' })
  const price = { product: product.id, currency: 'usd' }
  const monthly = await stripe.prices.create({
    ...price,
    unit_amount: 2900,
    recurring: { interval: 'month' },
  })
  const yearly = await stripe.prices.create({ ...price, unit_amount: 29000, recurring: { interval: 'year' } })
  const coupon = await stripe.coupons.create({ id: 'aff_ahmet', percent_off: 5, duration: 'forever' })
  const code = await stripe.promotionCodes.create({
    promotion: { type: 'coupon', coupon: coupon.id },
    code: 'AHMET5',
    metadata: { affiliate_id: 'aff_ahmet' },
  })
  return { product, monthly, yearly, coupon, code }
}

/** A customer who lives in a clock of their own, with a card. */
export async function settler(
  stripe: Stripe,
  day: string,
  card = 'pm_card_visa',
): Promise<{
  customer: Stripe.Customer
  clock: string
  method: string
  until: (day: string) => Promise<void>
}> {
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: at(day) })
  const customer = await stripe.customers.create({ email: 'someone@example.com', test_clock: clock.id })
  const method = await stripe.paymentMethods.attach(card, { customer: customer.id })
  await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } })
  const until = async (target: string) => {
    await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: at(target) })
  }
  return { customer, clock: clock.id, method: method.id, until }
}

/** The types of the events, in the order in which they happened. */
export const typesOf = (sandbox: Sandbox): string[] => sandbox.events().map((event) => event.type)

export async function faultOf(work: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await work
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error
    throw error
  }
  throw new Error('Stripe was expected to refuse')
}
