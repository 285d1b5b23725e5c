import type { Day, Instant } from '@/lib/calendar'
import type { TermsFact } from '@/lib/settlement/facts'
import {
  overridesSchema,
  termsKeys,
  termsSchema,
  type Terms,
  type TermsKey,
  type TermsOverrides,
} from './schemas'

/** A version of the programme's terms, which is whole, or of an affiliate's own, which overrides them key by key. */
export type TermsVersion = { id: number; effectiveFrom: Date } & (
  | { affiliateId: null; values: Terms }
  | { affiliateId: string; values: TermsOverrides }
)

export function defaultTerms(earnsFrom: Day): Terms {
  return {
    rateBps: 2000,
    discount: { kind: 'percent', percentOffBps: 500 },
    holdDays: 30,
    durationMonths: null,
    onCancel: 'stop',
    products: null,
    offStripe: 'earn',
    existingCustomers: 'attribute',
    earnsFrom,
    minimumPayout: { usd: 5000n, eur: 5000n, gbp: 4000n, chf: 5000n, cad: 7000n, aud: 7500n, jpy: 7500n },
    payoutDay: 1,
    join: 'instant',
    anomalies: {},
  }
}

/** @param values as stored: amounts are strings. Throws ZodError for what is not terms. */
export function readVersion(row: {
  id: number
  affiliateId: string | null
  effectiveFrom: Date
  values: unknown
}): TermsVersion {
  const { id, affiliateId, effectiveFrom } = row
  return affiliateId === null
    ? { id, affiliateId, effectiveFrom, values: termsSchema.parse(row.values) }
    : { id, affiliateId, effectiveFrom, values: overridesSchema.parse(row.values) }
}

/** In the order in which they take effect; of two from the same moment the later recorded stands. */
export function inOrder<V extends { id: number; effectiveFrom: Date }>(versions: readonly V[]): V[] {
  return versions.toSorted((a, b) => a.effectiveFrom.getTime() - b.effectiveFrom.getTime() || a.id - b.id)
}

/**
 * The terms for a payment made in a second, for an affiliate or (null) for anybody.
 * @param versions all, or at least the programme's and the affiliate's; any order
 * @throws RangeError if the programme has no terms for that second
 */
export function termsAt(
  versions: readonly TermsVersion[],
  affiliateId: string | null,
  instant: Instant,
): Terms {
  const { terms } = versionAt(versions, affiliateId, instant)
  return terms
}

/** As `termsAt`, with the id of the programme's version: what an applicant consents to. */
export function versionAt(
  versions: readonly TermsVersion[],
  affiliateId: string | null,
  instant: Instant,
): { programmeTermsId: number; terms: Terms } {
  let programme: { id: number; values: Terms } | undefined
  let own: TermsOverrides = {}
  for (const version of inOrder(versions)) {
    if (version.effectiveFrom.getTime() > instant * 1000) continue
    if (version.affiliateId === null) programme = version
    else if (version.affiliateId === affiliateId) own = version.values
  }
  if (!programme) throw new RangeError(`There are no terms for second ${instant}`)
  return { programmeTermsId: programme.id, terms: { ...programme.values, ...own } }
}

/** What settlement needs of the terms. */
export function termsFact(terms: Terms): TermsFact {
  const { rateBps, holdDays, durationMonths, onCancel, products, offStripe, earnsFrom, existingCustomers } =
    terms
  return { rateBps, holdDays, durationMonths, onCancel, products, offStripe, earnsFrom, existingCustomers }
}

/** The keys in which two documents differ; a key missing in both is the same. */
export function differingKeys(a: TermsOverrides | Terms, b: TermsOverrides | Terms): TermsKey[] {
  const text = (values: Partial<Terms>, key: TermsKey) =>
    JSON.stringify(values[key], (_key, value: unknown) => {
      if (typeof value === 'bigint') return value.toString()
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
      return Object.fromEntries(Object.entries(value).toSorted(([x], [y]) => (x < y ? -1 : 1)))
    })
  return termsKeys.filter((key) => text(a, key) !== text(b, key))
}
