import {
  amount,
  currency,
  decimal,
  integer,
  list,
  metadata,
  needed,
  object,
  oneOf,
  text,
} from '@/lib/stripe-sandbox/machine/fields'

export const taxBehavior = oneOf('inclusive', 'exclusive', 'unspecified')
export const recurringShape = object({
  interval: needed(oneOf('day', 'week', 'month', 'year')),
  interval_count: integer,
  trial_period_days: integer,
  usage_type: oneOf('licensed', 'metered'),
  meter: text,
})

const tier = object({
  up_to: needed<number | null>({ read: (raw, path) => (raw === 'inf' ? null : integer.read(raw, path)) }),
  unit_amount: amount,
  unit_amount_decimal: decimal,
  flat_amount: amount,
  flat_amount_decimal: decimal,
})
export const tierFields = {
  billing_scheme: oneOf('per_unit', 'tiered'),
  tiers: list(tier),
  tiers_mode: oneOf('graduated', 'volume'),
}

export const priceFields = {
  unit_amount: amount,
  unit_amount_decimal: decimal,
  recurring: recurringShape,
  tax_behavior: taxBehavior,
}

/** A price given in place of a price's id, in line items of a session and in items of a subscription. */
export const priceDataShape = object({
  ...priceFields,
  currency: needed(currency),
  product: text,
  product_data: object({
    name: needed(text),
    description: text,
    images: list(text),
    metadata,
    tax_code: text,
  }),
})
