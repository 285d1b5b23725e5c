import { scale, sum } from '@/lib/stripe-sandbox/machine/amounts'
import type { Price, Tier } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

/** What one line of an invoice bills of a price: the units of one tier, or a tier's flat amount. */
export interface Part {
  amount: number
  quantity: number
  unitAmount: string
  /** Null where the price has no tiers. */
  words: string | null
}

/** Stripe shows a price's tiers only to those who expand them. */
export function tiersOf(world: World, price: string): Tier[] | null {
  // `createPrice` is the only one that writes this field.
  return (world.store.find('sandbox.extra', price)?.fields['tiers'] as Tier[] | undefined) ?? null
}

/** https://docs.stripe.com/products-prices/pricing-models#tiered-pricing */
export function partsOf(world: World, price: Price, quantity: number): Part[] {
  const tiers = tiersOf(world, price.id)
  if (!tiers) {
    const unitAmount = price.unit_amount_decimal ?? '0'
    return [{ amount: times(unitAmount, quantity), quantity, unitAmount, words: null }]
  }
  return price.tiers_mode === 'volume' ? volume(tiers, quantity) : graduated(tiers, quantity)
}

/** What is billed in advance: usage is not. */
export function amountFor(world: World, price: Price, quantity: number): number {
  if (price.recurring?.usage_type === 'metered') return 0
  return sum(partsOf(world, price, quantity).map((part) => part.amount))
}

/** All units at the price of the tier that the whole number reaches. */
function volume(tiers: Tier[], quantity: number): Part[] {
  const at = tiers.findIndex(({ up_to: upTo }) => upTo === null || quantity <= upTo)
  const tier = tiers[at]
  return tier ? partsIn(tier, quantity, at + 1) : []
}

/** The units of each tier at its own price; the first tier's flat amount is due also without any. */
function graduated(tiers: Tier[], quantity: number): Part[] {
  let below = 0
  return tiers.flatMap((tier, i) => {
    const units = Math.min(quantity, tier.up_to ?? quantity) - below
    below = tier.up_to ?? quantity
    return units > 0 || i === 0 ? partsIn(tier, Math.max(0, units), i + 1) : []
  })
}

function partsIn(tier: Tier, quantity: number, number: number): Part[] {
  const unitAmount = tier.unit_amount_decimal ?? '0'
  const flat = tier.flat_amount_decimal ?? '0'
  const units = {
    amount: times(unitAmount, quantity),
    quantity,
    unitAmount,
    words: `Tier ${number} at ${unitAmount}`,
  }
  if (Number(flat) === 0) return [units]
  return [units, { amount: times(flat, 1), quantity: 1, unitAmount: flat, words: `Tier ${number} flat` }]
}

/** Units of a price may have a part of a minor unit; a line's amount has not. */
function times(unitAmount: string, quantity: number): number {
  const [whole = '0', part = ''] = unitAmount.split('.')
  return scale(quantity, BigInt(whole + part), 10n ** BigInt(part.length))
}
