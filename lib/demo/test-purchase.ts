import 'server-only'
import { randomBytes } from 'node:crypto'
import { env } from '@/lib/env'
import { TributaryError } from '@/lib/errors'
import { stripeClient, type Stripe } from '@/lib/stripe/client'
import { checkOut, ensureCustomer } from './check-out'
import { cardNumberOf, listPlans, openShop, paymentOf, requireSandbox } from './shop'

/** The ways in which a code or a link gets into Checkout. */
export const testWays = ['typed', 'prefilled', 'link', 'both'] as const
export type TestWay = (typeof testWays)[number]

/** Two codes of different affiliates, to be tried with. */
export interface TestCodes {
  code: string
  other: string
}

/** Null where the sandbox has not two affiliates with codes yet. */
export async function findTestCodes(stripe: Stripe = stripeClient()): Promise<TestCodes | null> {
  requireSandbox()
  const [first, second] = await ownersOf(stripe)
  return first && second ? { code: first.code, other: second.code } : null
}

async function ownersOf(stripe: Stripe): Promise<{ id: string; code: string }[]> {
  const { data } = await stripe.promotionCodes.list({ active: true, limit: 100 })
  const byAffiliate = new Map<string, { id: string; code: string }>()
  // The newest come first: of each affiliate the oldest stays.
  for (const { id, code, metadata } of data) {
    const affiliateId = metadata?.['affiliate_id']
    if (affiliateId) byAffiliate.set(affiliateId, { id, code })
  }
  return [...byAffiliate.values()].toReversed()
}

/**
 * Buys a month as the page for developers shows it, by a customer made for it: with a code typed, with a discount prefilled, by a
 * link alone, or by a link of the first affiliate's and a code of the second's.
 * @returns the payment's id
 * @throws TributaryError conflict while the demo is being made
 */
export async function makeTestPurchase(way: TestWay): Promise<string> {
  requireSandbox()
  const stripe = stripeClient()
  const clock = await openShop(stripe)
  const [[first, second], [plan]] = await Promise.all([ownersOf(stripe), listPlans()])
  if (!first || !second || !plan) {
    throw new TributaryError('conflict', 'The demo is still being made; try again in a minute or two.')
  }
  const email = `developer.${randomBytes(4).toString('hex')}@example.net`
  const person = { name: 'Test purchase', country: 'US', postalCode: '10014' }
  const customerId = await ensureCustomer(stripe, clock.id, { ...person, email })
  const purchase = await checkOut(
    stripe,
    {
      customerId,
      priceId: plan.priceId,
      mode: 'subscription',
      returnUrl: `${env().appUrl}/developers`,
      prefilledId: way === 'prefilled' ? first.id : undefined,
      reference: way === 'link' || way === 'both' ? first.code : undefined,
    },
    {
      ...person,
      code: way === 'typed' ? first.code : way === 'both' ? second.code : null,
      cardNumber: cardNumberOf(email),
      feeMinor: null,
    },
  )
  const paymentId = await paymentOf(stripe, purchase)
  if (paymentId === null) throw new Error('The test purchase cost nothing')
  return paymentId
}
