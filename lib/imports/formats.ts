/** What a file can say of an affiliate; README.md says how. */
export const importFields = [
  'handle',
  'name',
  'first_name',
  'last_name',
  'email',
  'code',
  'stripe_promotion_code',
  'stripe_coupon',
  'rate_bps',
  'joined_on',
  'opening_balance',
  'currency',
  'opening_payable_on',
] as const

export type ImportField = (typeof importFields)[number]
/** By our field the heading under which a file says it; `=eur` where all balances are in one currency. */
export type Mapping = Partial<Record<ImportField, string>>

export const products = ['Rewardful', 'Tolt', 'FirstPromoter', 'Dub'] as const
export type Product = (typeof products)[number]

type Preset = Partial<Record<ImportField, readonly string[]>>

/** Headings by what they come to in small letters; of several the first that is there counts. */
export const presets: Record<Product, Preset> = {
  Rewardful: {
    first_name: ['first_name'],
    last_name: ['last_name'],
    email: ['email', 'affiliate_email'],
    handle: ['token', 'link_token'],
    code: ['coupon', 'coupon_code'],
    opening_balance: ['unpaid', 'unpaid_commissions'],
    joined_on: ['created_at', 'confirmed_at'],
  },
  Tolt: {
    first_name: ['first_name'],
    last_name: ['last_name'],
    email: ['email'],
    handle: ['value', 'link_value'],
    code: ['promotion_code', 'coupon'],
    opening_balance: ['unpaid', 'amount_due'],
    joined_on: ['created_at'],
  },
  FirstPromoter: {
    name: ['name'],
    first_name: ['first_name'],
    last_name: ['last_name'],
    email: ['email'],
    handle: ['ref_token', 'ref_id', 'default_ref_id'],
    code: ['promo_code', 'coupon'],
    opening_balance: ['current_balance', 'balance'],
    joined_on: ['joined_at', 'created_at'],
  },
  Dub: {
    name: ['name'],
    email: ['email'],
    code: ['discount_code'],
    joined_on: ['enrolled_at'],
    opening_balance: ['unpaid', 'pending_payouts'],
  },
}

const own: Preset = Object.fromEntries(importFields.map((field) => [field, [field]]))

/** `First Name` is `first_name`. */
const plain = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_|_$/g, '')

function mappedBy(preset: Preset, headings: readonly string[]): Mapping {
  const mapping: Mapping = {}
  for (const field of importFields) {
    const names = preset[field] ?? []
    const found = names.flatMap((name) => headings.find((heading) => plain(heading) === name) ?? [])[0]
    if (found !== undefined) mapping[field] = found
  }
  return mapping
}

/** What the headings seem to say: our own names first, the rest as the product writes them that fits best. */
export function guessMapping(headings: readonly string[]): { mapping: Mapping; product: Product | null } {
  const ours = mappedBy(own, headings)
  const ranked = products
    .map((product) => ({ product, mapping: mappedBy(presets[product], headings) }))
    .map((one) => ({ ...one, extra: Object.keys(one.mapping).filter((field) => !(field in ours)).length }))
    .toSorted((a, b) => b.extra - a.extra)
  const [best] = ranked
  if (!best || best.extra === 0) return { mapping: ours, product: null }
  return { mapping: mappingAs(best.product, headings), product: best.product }
}

/** What the headings say as that product writes them, our own names first; null: our own alone. */
export function mappingAs(product: Product | null, headings: readonly string[]): Mapping {
  const theirs = product === null ? {} : mappedBy(presets[product], headings)
  return { ...theirs, ...mappedBy(own, headings) }
}
