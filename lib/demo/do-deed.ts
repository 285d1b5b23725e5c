import 'server-only'
import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '@/db'
import { createAffiliate } from '@/lib/affiliates/create-affiliate'
import { listAffiliates } from '@/lib/affiliates/queries'
import { provisionCode } from '@/lib/codes/provision-code'
import { env } from '@/lib/env'
import { TributaryError } from '@/lib/errors'
import type { Stripe } from '@/lib/stripe/client'
import { checkOut, ensureCustomer, findCustomer } from './check-out'
import { demoMaker } from './demo-maker'
import { emailOf, type DemoAffiliate, type DemoCustomer } from './people'
import { comeByLink } from './recommend'
import type { Deed, PlanKey, TypedCode } from './story'

/** Where the story is played. */
export interface Stage {
  db: Database
  stripe: Stripe
  clockId: string
  priceIds: Record<PlanKey, string>
  /** Affiliates' codes by e-mail address, as far as they were looked up. */
  codes: Map<string, string>
}

/** Does what a deed says, unless it was done already: Stripe and the books are asked, so a kill at any point does no harm. */
export async function doDeed(stage: Stage, deed: Deed): Promise<void> {
  switch (deed.kind) {
    case 'join':
      return join(stage, deed.affiliate, new Date(deed.at * 1000))
    case 'buy':
      return buy(stage, deed)
    case 'add_code':
      return addCode(stage, deed.customer, deed.code)
    case 'refund':
      return refund(stage, deed.customer, deed.shareBps, deed.key)
    case 'cancel':
      return cancel(stage, deed.customer, deed.when)
  }
}

async function join(stage: Stage, affiliate: DemoAffiliate, now: Date): Promise<void> {
  const { db, stripe, codes } = stage
  const { handle, displayName, email, rateBps, percentOff } = affiliate
  const written = (await findCode(stage, email)) ?? (await create())
  if (written === null) return
  codes.set(email, await provisioned(stage, written))

  async function create(): Promise<string | null> {
    try {
      const discount = percentOff === undefined ? undefined : { percentOff }
      const input = { handle, displayName, email, rateBps, discount }
      return (await createAffiliate(demoMaker, input, { db, stripe, now })).code
    } catch (error) {
      // A visitor was faster and took the handle; the story goes on without this affiliate.
      if (error instanceof TributaryError && error.code === 'conflict') return null
      throw error
    }
  }
}

const mostAttempts = 20
const pauseMs = 250

/** Customers of the story type the code at once, so it has to be there. Where somebody else's has the text, it is another. */
async function provisioned({ db, stripe }: Stage, written: string): Promise<string> {
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const { code, status } = await provisionCode(db, stripe, written)
    if (status !== 'provisioning') return code
    await pause(pauseMs)
  }
  throw new Error(`The code ${written} could not be made in the sandbox`)
}

async function findCode({ db, codes }: Stage, email: string): Promise<string | null> {
  const known = codes.get(email)
  if (known !== undefined) return known
  const { affiliates } = await listAffiliates(demoMaker, { limit: 100, search: email }, db)
  const code = affiliates.find((affiliate) => affiliate.email === email)?.codes[0]?.code
  if (code !== undefined) codes.set(email, code)
  return code ?? null
}

async function textOf(stage: Stage, code: TypedCode): Promise<string | null> {
  return 'house' in code ? code.house : findCode(stage, emailOf(code.handle))
}

async function buy(stage: Stage, deed: Extract<Deed, { kind: 'buy' }>): Promise<void> {
  const { db, stripe, clockId, priceIds } = stage
  const { customer, plan, feeMinor } = deed
  const customerId = await ensureCustomer(stripe, clockId, customer)
  const { data } = await stripe.checkout.sessions.list({ customer: customerId, status: 'complete', limit: 1 })
  if (data.length > 0) return
  const code = deed.code && (await textOf(stage, deed.code))
  const mode = plan === 'onboarding' ? 'payment' : 'subscription'
  const at = new Date(deed.at * 1000)
  const reference = code === null ? null : await comeByLink(db, { code, email: customer.email, at })
  const basket = { customerId, priceId: priceIds[plan], mode, returnUrl: `${env().appUrl}/sandbox` } as const
  const brought = reference === null ? basket : { ...basket, reference }
  await checkOut(stripe, brought, { ...customer, code, feeMinor })
}

/** As in Stripe's billing portal, later than the purchase. */
async function addCode(stage: Stage, customer: DemoCustomer, code: TypedCode): Promise<void> {
  const { stripe, clockId } = stage
  const subscription = await findSubscription(stripe, clockId, customer)
  if (!subscription || subscription.status === 'canceled' || subscription.discounts.length > 0) return
  const text = await textOf(stage, code)
  if (text === null) return
  const [promotionCode] = (await stripe.promotionCodes.list({ code: text, active: true, limit: 1 })).data
  if (!promotionCode) return
  await stripe.subscriptions.update(subscription.id, { discounts: [{ promotion_code: promotionCode.id }] })
}

async function refund(
  { stripe, clockId }: Stage,
  customer: DemoCustomer,
  shareBps: number,
  key: string,
): Promise<void> {
  const customerId = await findCustomer(stripe, clockId, customer.email)
  if (customerId === null) return
  const payments = await stripe.paymentIntents.list({ customer: customerId, limit: 1 })
  const [payment] = payments.data
  if (payment?.status !== 'succeeded') return
  const given = await stripe.refunds.list({ payment_intent: payment.id, limit: 100 })
  if (given.data.some(({ metadata }) => metadata?.['story'] === key)) return
  // The SDK takes amounts as numbers; these are whole minor units far below 2⁵³.
  const amount = Number((BigInt(payment.amount_received) * BigInt(shareBps)) / 10_000n)
  await stripe.refunds.create({ payment_intent: payment.id, amount, metadata: { story: key } })
}

async function cancel(
  { stripe, clockId }: Stage,
  customer: DemoCustomer,
  when: 'now' | 'period_end',
): Promise<void> {
  const subscription = await findSubscription(stripe, clockId, customer)
  if (!subscription || subscription.status === 'canceled' || subscription.cancel_at_period_end) return
  if (when === 'now') await stripe.subscriptions.cancel(subscription.id)
  else await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true })
}

async function findSubscription(
  stripe: Stripe,
  clockId: string,
  { email }: DemoCustomer,
): Promise<Stripe.Subscription | null> {
  const customerId = await findCustomer(stripe, clockId, email)
  if (customerId === null) return null
  const { data } = await stripe.subscriptions.list({ customer: customerId, status: 'all', limit: 1 })
  return data[0] ?? null
}
