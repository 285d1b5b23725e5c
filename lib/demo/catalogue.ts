import 'server-only'
import { isMissing, type Stripe } from '@/lib/stripe/client'
import { houseCode, type PlanKey } from './story'

export const productName = 'Larkspur'

interface Offer {
  key: PlanKey
  product: string
  name: string
  /** As the shop calls the plan. */
  nickname: string
  amountMinor: number
  interval: 'month' | 'year' | null
}

const offers: Offer[] = [
  { key: 'pro_monthly', product: 'pro', name: 'Larkspur Pro', nickname: 'Pro', amountMinor: 2900, interval: 'month' },
  { key: 'pro_annual', product: 'pro', name: 'Larkspur Pro', nickname: 'Pro', amountMinor: 29000, interval: 'year' },
  { key: 'team_monthly', product: 'team', name: 'Larkspur Team', nickname: 'Team', amountMinor: 7900, interval: 'month' },
  { key: 'onboarding', product: 'onboarding', name: 'Larkspur Onboarding', nickname: 'Onboarding', amountMinor: 12000, interval: null },
] // prettier-ignore

const markedProduct = idOf('pro')
const mark = { tributary_demo: 'complete' }
const lookupKeys = offers.map(({ key }) => lookupKeyOf(key))

function idOf(product: string): string {
  return `larkspur_${product}`
}

function lookupKeyOf(plan: PlanKey): string {
  return `larkspur_${plan}`
}

/** What the demo's company sells, found or made; ids and lookup keys of its own keep it from being made twice. */
export async function ensureCatalogue(stripe: Stripe): Promise<Record<PlanKey, string>> {
  const known = new Map((await findPrices(stripe)).map((price) => [price.lookup_key, price.id]))
  const idByPlan: Partial<Record<PlanKey, string>> = {}
  for (const { key, product, name, nickname, amountMinor, interval } of offers) {
    const lookupKey = lookupKeyOf(key)
    const found = known.get(lookupKey)
    if (found === undefined) await ensureProduct(stripe, idOf(product), name)
    idByPlan[key] =
      found ??
      (
        await stripe.prices.create({
          product: idOf(product),
          currency: 'usd',
          unit_amount: amountMinor,
          nickname,
          lookup_key: lookupKey,
          ...(interval === null ? {} : { recurring: { interval } }),
        })
      ).id
  }
  await ensureHouseCode(stripe)
  return idByPlan as Record<PlanKey, string> // every plan is among the offers
}

export async function findPrices(stripe: Stripe): Promise<Stripe.Price[]> {
  const { data } = await stripe.prices.list({ lookup_keys: lookupKeys, active: true, limit: 100 })
  return data
}

async function ensureProduct(stripe: Stripe, id: string, name: string): Promise<void> {
  try {
    await stripe.products.retrieve(id)
  } catch (error) {
    if (!isMissing(error)) throw error
    await stripe.products.create({ id, name })
  }
}

/** A code that the company gave out itself: nobody's, and so to be decided by an administrator. */
async function ensureHouseCode(stripe: Stripe): Promise<void> {
  const { data } = await stripe.promotionCodes.list({ code: houseCode, limit: 1 })
  if (data.length > 0) return
  try {
    await stripe.coupons.retrieve(houseCode)
  } catch (error) {
    if (!isMissing(error)) throw error
    await stripe.coupons.create({ id: houseCode, name: 'Launch week', percent_off: 10, duration: 'forever' })
  }
  await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: houseCode }, code: houseCode })
}

/** Whether the story has been told to its end; until then nobody else may move its clock. */
export async function isStoryTold(stripe: Stripe): Promise<boolean> {
  try {
    const { metadata } = await stripe.products.retrieve(markedProduct)
    return metadata['tributary_demo'] === mark.tributary_demo
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

export async function markStoryTold(stripe: Stripe): Promise<void> {
  await stripe.products.update(markedProduct, { metadata: mark })
}
