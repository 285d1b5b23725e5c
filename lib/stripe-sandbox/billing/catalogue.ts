import { mergeMetadata } from '@/lib/stripe-sandbox/machine/fields'
import { invalid, missingReference, StripeFault } from '@/lib/stripe-sandbox/machine/faults'
import type { Price, Product, Tier } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

export interface ProductSeed {
  id?: string
  name: string
  active?: boolean
  description?: string | null
  images?: string[]
  marketing_features?: { name: string }[]
  metadata?: Record<string, string>
  shippable?: boolean
  statement_descriptor?: string
  tax_code?: string | null
  unit_label?: string | null
  url?: string | null
}

export function createProduct(world: World, seed: ProductSeed): Product {
  const now = world.now(null)
  const id = seed.id ?? world.id('prod_', 14)
  if (world.store.find('product', id)) {
    throw new StripeFault(400, {
      type: 'invalid_request_error',
      code: 'resource_already_exists',
      message: `Product already exists.`,
      param: 'id',
    })
  }
  const product = {
    id,
    object: 'product',
    active: seed.active ?? true,
    created: now,
    default_price: null,
    description: seed.description ?? null,
    images: seed.images ?? [],
    livemode: false,
    marketing_features: seed.marketing_features ?? [],
    metadata: seed.metadata ?? {},
    name: seed.name,
    package_dimensions: null,
    shippable: seed.shippable ?? null,
    statement_descriptor: seed.statement_descriptor ?? null,
    tax_code: seed.tax_code ?? null,
    tax_details: null,
    type: 'service',
    unit_label: seed.unit_label ?? null,
    updated: now,
    url: seed.url ?? null,
  } satisfies Product
  world.store.put('product', product)
  world.emit('product.created', product, now)
  return product
}

interface TierSeed {
  /** Null: all that is above. */
  up_to: number | null
  unit_amount?: number
  unit_amount_decimal?: string
  flat_amount?: number
  flat_amount_decimal?: string
}

interface PriceSeed {
  currency: string
  product?: string
  product_data?: { name: string; metadata?: Record<string, string> | null }
  unit_amount?: number
  unit_amount_decimal?: string
  billing_scheme?: 'per_unit' | 'tiered'
  tiers?: TierSeed[]
  tiers_mode?: 'graduated' | 'volume'
  recurring?: {
    interval: 'day' | 'week' | 'month' | 'year'
    interval_count?: number
    trial_period_days?: number
    usage_type?: 'licensed' | 'metered'
    meter?: string
  }
  tax_behavior?: 'inclusive' | 'exclusive' | 'unspecified'
  active?: boolean
  nickname?: string
  lookup_key?: string
  metadata?: Record<string, string> | null
}

/** Makes a price, and its product where `product_data` describes one. */
export function createPrice(world: World, seed: PriceSeed): Price {
  const now = world.now(null)
  if (seed.product === undefined && !seed.product_data) {
    throw invalid('You must supply either `product` or `product_data`.', 'product', 'parameter_missing')
  }
  if (seed.product !== undefined && !world.store.find('product', seed.product)) {
    throw missingReference('product', seed.product, 'product')
  }
  const tiers = seed.billing_scheme === 'tiered' ? tiersFrom(seed) : null
  const whole = seed.unit_amount ?? (seed.unit_amount_decimal ? Number(seed.unit_amount_decimal) : undefined)
  if (whole === undefined && !tiers)
    throw invalid('Missing required param: unit_amount.', 'unit_amount', 'parameter_missing')
  if (seed.lookup_key !== undefined) assertLookupKeyIsFree(world, seed.lookup_key)
  const product =
    seed.product ??
    createProduct(world, { name: seed.product_data?.name ?? '', metadata: seed.product_data?.metadata ?? {} })
      .id
  const { recurring } = seed
  if (recurring?.usage_type === 'metered') assertMeter(world, recurring.meter)
  const price = {
    id: world.id('price_'),
    object: 'price',
    active: seed.active ?? true,
    billing_scheme: tiers ? 'tiered' : 'per_unit',
    created: now,
    currency: seed.currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: seed.lookup_key ?? null,
    metadata: mergeMetadata({}, seed.metadata ?? {}),
    nickname: seed.nickname ?? null,
    product,
    recurring: recurring
      ? {
          interval: recurring.interval,
          interval_count: recurring.interval_count ?? 1,
          meter: recurring.meter ?? null,
          trial_period_days: recurring.trial_period_days ?? null,
          usage_type: recurring.usage_type ?? 'licensed',
        }
      : null,
    tax_behavior: seed.tax_behavior ?? 'unspecified',
    tiers_mode: tiers ? (seed.tiers_mode ?? null) : null,
    transform_quantity: null,
    type: recurring ? 'recurring' : 'one_time',
    ...unitOf(tiers ? undefined : whole, seed.unit_amount_decimal),
  } satisfies Price
  world.store.put('price', price)
  if (tiers) world.store.put('sandbox.extra', { object: 'sandbox.extra', id: price.id, fields: { tiers } })
  world.emit('price.created', price, now)
  return price
}

function unitOf(whole: number | undefined, decimal: string | undefined) {
  if (whole === undefined) return { unit_amount: null, unit_amount_decimal: null }
  return {
    unit_amount: Number.isInteger(whole) ? whole : null,
    unit_amount_decimal: decimal ?? String(whole),
  }
}

/** Tiers in the order in which they reach up; the last reaches all. */
function tiersFrom(seed: PriceSeed): Tier[] {
  const tiers = seed.tiers ?? []
  if (tiers.length === 0 || seed.tiers_mode === undefined)
    throw invalid('Missing required param: tiers.', 'tiers', 'parameter_missing')
  const bounds = tiers.map((tier) => tier.up_to ?? Infinity)
  if (bounds.at(-1) !== Infinity || bounds.some((bound, i) => i > 0 && bound <= (bounds[i - 1] ?? 0))) {
    throw invalid('Tiers must reach up in order, the last of them to `inf`.', 'tiers')
  }
  const amounts = (whole: number | undefined, decimal: string | undefined) => {
    const text = decimal ?? (whole === undefined ? null : String(whole))
    return { whole: text !== null && /^\d+$/.test(text) ? Number(text) : null, text }
  }
  return tiers.map((tier) => {
    const unit = amounts(tier.unit_amount, tier.unit_amount_decimal)
    const flat = amounts(tier.flat_amount, tier.flat_amount_decimal)
    return {
      flat_amount: flat.whole,
      flat_amount_decimal: flat.text,
      unit_amount: unit.whole,
      unit_amount_decimal: unit.text,
      up_to: tier.up_to,
    }
  })
}

/** Since 2025-03-31.basil usage is counted by meters alone. */
function assertMeter(world: World, meter: string | undefined): void {
  if (meter === undefined) {
    throw invalid('A metered price must have a meter.', 'recurring[meter]', 'parameter_missing')
  }
  if (!world.store.find('billing.meter', meter))
    throw missingReference('billing.meter', meter, 'recurring[meter]')
}

function assertLookupKeyIsFree(world: World, key: string): void {
  if (world.store.each('price', { index: 'lookup_key', key }).next().done) return
  throw invalid(`A price already uses that lookup key: ${key}.`, 'lookup_key', 'resource_already_exists')
}
