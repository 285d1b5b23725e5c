import 'server-only'
import { log } from '@/lib/log'
import { stripeClient, type Stripe } from '@/lib/stripe/client'
import type { PlanPrice } from './estimate'
import type { Terms } from './schemas'

export interface Plan extends PlanPrice {
  /** Stripe's price. */
  id: string
  name: string
}

const patienceMs = 2_000
const freshMs = 300_000
const silentMs = 30_000
const mostPlans = 20

/**
 * The plans of the catalogue that earn by the terms, the cheapest first, for the public calculator; none where Stripe does not say in
 * time. Asked once in five minutes: whoever reloads a public page must not use up Stripe's rate limit.
 */
export async function listPlans(
  terms: Pick<Terms, 'products'>,
  stripe: Stripe = stripeClient(),
): Promise<Plan[]> {
  const plans = await catalogue(stripe)
  return plans
    .filter(({ product }) => terms.products === null || terms.products.includes(product))
    .map(({ product: _product, ...plan }) => plan)
}

type Priced = Plan & { product: string }

const read = new WeakMap<Stripe, { at: number; plans: Promise<Priced[]> }>()

async function catalogue(stripe: Stripe): Promise<Priced[]> {
  const known = read.get(stripe)
  if (known && Date.now() - known.at < freshMs) return known.plans
  const plans = ask(stripe)
  read.set(stripe, { at: Date.now(), plans })
  try {
    return await plans
  } catch (error) {
    // Asked again soon, and not by every visitor in between: each would wait for the silence to end.
    read.set(stripe, { at: Date.now() - freshMs + silentMs, plans: Promise.resolve([]) })
    log.warn({ error }, 'the catalogue could not be read')
    return []
  }
}

async function ask(stripe: Stripe): Promise<Priced[]> {
  const { data } = await stripe.prices.list(
    { active: true, type: 'recurring', limit: 100, expand: ['data.product'] },
    { timeout: patienceMs, maxNetworkRetries: 0 },
  )
  return data
    .flatMap(planOf)
    .toSorted((a, b) => a.currency.localeCompare(b.currency) || (a.amountMinor < b.amountMinor ? -1 : 1))
    .slice(0, mostPlans)
}

function planOf({ id, nickname, recurring, unit_amount: amount, currency, product }: Stripe.Price): Priced[] {
  if (recurring?.usage_type !== 'licensed' || recurring.interval_count !== 1 || !amount) return []
  const interval = recurring.interval === 'month' ? 'month' : recurring.interval === 'year' ? 'year' : null
  if (interval === null) return []
  if (typeof product === 'string' || product.deleted || !product.active) return []
  const name = nickname && !product.name.includes(nickname) ? `${product.name}, ${nickname}` : product.name
  return [{ id, name, amountMinor: BigInt(amount), currency, interval, product: product.id }]
}
