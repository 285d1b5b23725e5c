import 'server-only'
import { sql } from 'drizzle-orm'
import { codeDurations, codes, database, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { TributaryError } from '@/lib/errors'
import { among } from '@/lib/rows'
import { isMissing, stripeClient, type Stripe } from '@/lib/stripe/client'

/** A promotion code as Stripe has it. */
export interface FoundCode {
  promotionCodeId: string
  code: string
  active: boolean
  couponId: string
  /** Null: it was deleted, or is of a kind that this programme does not know. */
  gives: {
    percentOffBps: number | null
    amountOffMinor: bigint | null
    amountOffCurrency: string | null
    duration: (typeof codeDurations)[number]
    durationInMonths: number | null
  } | null
  maxRedemptions: number | null
  redemptions: number
  expiresAt: Date | null
  firstTimeOnly: boolean
  minimumAmountMinor: bigint | null
  minimumAmountCurrency: string | null
  onlyCustomerId: string | null
  createdAt: Date
  /** The code of ours that it is; null: none. */
  ours: string | null
}

/** Stripe's most a page; a text or a coupon with more codes than that is asked for by the code's id. */
const limit = 100

/**
 * What Stripe has under a text (its case does not matter), a promotion code's id or a coupon's id; the newest first.
 * @throws TributaryError conflict where Stripe does not answer
 */
export async function findAtStripe(
  actor: Actor,
  asked: string,
  options: { db?: Querying; stripe?: Stripe } = {},
): Promise<FoundCode[]> {
  requireViewer(actor)
  const name = asked.trim()
  if (!/^[\w-]{1,200}$/.test(name)) return []
  const found = await ask(options.stripe ?? stripeClient(), name)
  return withOurs(options.db ?? database(), found.map(read))
}

/** @throws TributaryError not_found, conflict where Stripe does not answer */
export async function getAtStripe(
  actor: Actor,
  promotionCodeId: string,
  options: { db?: Querying; stripe?: Stripe } = {},
): Promise<FoundCode> {
  const [found] = await findAtStripe(actor, promotionCodeId, options)
  if (found?.promotionCodeId === promotionCodeId) return found
  throw new TributaryError('not_found', 'Stripe has no such promotion code.')
}

/**
 * Every promotion code that Stripe has, the newest first, a hundred a request.
 * @throws TributaryError conflict where Stripe does not answer
 */
export async function listAtStripe(
  actor: Actor,
  options: { db?: Querying; stripe?: Stripe } = {},
): Promise<FoundCode[]> {
  requireViewer(actor)
  const stripe = options.stripe ?? stripeClient()
  const found: FoundCode[] = []
  try {
    for await (const code of stripe.promotionCodes.list({ limit, expand: ['data.promotion.coupon'] }))
      found.push(read(code))
  } catch {
    throw new TributaryError('conflict', 'Stripe does not answer. Try again in a moment.')
  }
  return withOurs(options.db ?? database(), found)
}

async function ask(stripe: Stripe, name: string): Promise<Stripe.PromotionCode[]> {
  const expand = ['data.promotion.coupon']
  try {
    if (name.startsWith('promo_'))
      return [await stripe.promotionCodes.retrieve(name, { expand: ['promotion.coupon'] })]
    const byText = await stripe.promotionCodes.list({ code: name, limit, expand })
    if (byText.data.length > 0) return byText.data
    return (await stripe.promotionCodes.list({ coupon: name, limit, expand })).data
  } catch (error) {
    if (isMissing(error)) return []
    throw new TributaryError('conflict', 'Stripe does not answer. Try again in a moment.')
  }
}

function read(seen: Stripe.PromotionCode): FoundCode {
  const { promotion, restrictions, customer } = seen
  const coupon = typeof promotion.coupon === 'string' ? null : promotion.coupon
  const couponId = typeof promotion.coupon === 'string' ? promotion.coupon : (promotion.coupon?.id ?? '')
  const minimum = restrictions.minimum_amount
  return {
    promotionCodeId: seen.id,
    code: seen.code,
    active: seen.active,
    couponId,
    gives: coupon === null ? null : givenBy(coupon),
    maxRedemptions: seen.max_redemptions,
    redemptions: seen.times_redeemed,
    expiresAt: seen.expires_at === null ? null : new Date(seen.expires_at * 1000),
    firstTimeOnly: restrictions.first_time_transaction,
    minimumAmountMinor: minimum === null ? null : BigInt(minimum),
    minimumAmountCurrency: minimum === null ? null : restrictions.minimum_amount_currency,
    onlyCustomerId: typeof customer === 'string' ? customer : (customer?.id ?? null),
    createdAt: new Date(seen.created * 1000),
    ours: null,
  }
}

function givenBy(coupon: Stripe.Coupon): FoundCode['gives'] {
  const { percent_off: percent, amount_off: amount, currency } = coupon
  const duration = codeDurations.find((known) => known === coupon.duration)
  if (duration === undefined) return null
  const length = { duration, durationInMonths: coupon.duration_in_months }
  if (percent !== null) {
    // Stripe gives a JSON number of at most two decimals; the basis points are ours.
    const percentOffBps = Math.round(percent * 100)
    return { percentOffBps, amountOffMinor: null, amountOffCurrency: null, ...length }
  }
  if (amount === null || currency === null) return null
  return { percentOffBps: null, amountOffMinor: BigInt(amount), amountOffCurrency: currency, ...length }
}

async function withOurs(db: Querying, found: FoundCode[]): Promise<FoundCode[]> {
  if (found.length === 0) return found
  const ids = found.map(({ promotionCodeId }) => promotionCodeId)
  const rows = await db
    .select({ code: codes.code, id: sql<string>`${codes.stripePromotionCodeId}` })
    .from(codes)
    .where(among(codes.stripePromotionCodeId, ids))
  const ours = new Map(rows.map(({ code, id }) => [id, code]))
  return found.map((one) => ({ ...one, ours: ours.get(one.promotionCodeId) ?? null }))
}
