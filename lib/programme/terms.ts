import type { Day, Instant } from '@/lib/calendar'
import type { TermsFact } from '@/lib/settlement/facts'
import {
  overridesSchema,
  ownTermsSchema,
  termsKeys,
  termsSchema,
  type OwnTerms,
  type Terms,
  type TermsOverrides,
  type TermsValueKey,
  type TermsValues,
} from './schemas'

/** A version of the programme's terms, which is whole, or of a group's or an affiliate's own, which overrides them key by key. */
export type TermsVersion = { id: number; effectiveFrom: Date } & (
  | { affiliateId: null; groupId: null; values: Terms }
  | { affiliateId: null; groupId: string; values: TermsOverrides }
  | { affiliateId: string; groupId: null; values: OwnTerms }
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
  groupId: string | null
  effectiveFrom: Date
  values: unknown
}): TermsVersion {
  const { id, affiliateId, groupId, effectiveFrom, values } = row
  if (affiliateId !== null)
    return { id, affiliateId, groupId: null, effectiveFrom, values: ownTermsSchema.parse(values) }
  return groupId === null
    ? { id, affiliateId, groupId, effectiveFrom, values: termsSchema.parse(values) }
    : { id, affiliateId, groupId, effectiveFrom, values: overridesSchema.parse(values) }
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

/** As `termsAt`, with the id of the programme's version: what an applicant consents to. The programme's < the group's < their own. */
export function versionAt(
  versions: readonly TermsVersion[],
  affiliateId: string | null,
  instant: Instant,
): { programmeTermsId: number; terms: Terms } {
  let programme: { id: number; values: Terms } | undefined
  let own: OwnTerms = {}
  const groups = new Map<string, TermsOverrides>()
  for (const version of inOrder(versions)) {
    if (version.effectiveFrom.getTime() > instant * 1000) continue
    if (version.affiliateId !== null) {
      if (version.affiliateId === affiliateId) own = version.values
    } else if (version.groupId === null) programme = version
    else groups.set(version.groupId, version.values)
  }
  if (!programme) throw new RangeError(`There are no terms for second ${instant}`)
  const { group, ...overrides } = own
  const terms = { ...programme.values, ...groups.get(group ?? ''), ...overrides }
  return { programmeTermsId: programme.id, terms }
}

/** What settlement needs of the terms. */
export function termsFact(terms: Terms): TermsFact {
  const { rateBps, holdDays, durationMonths, onCancel, products, offStripe, earnsFrom, existingCustomers } =
    terms
  return { rateBps, holdDays, durationMonths, onCancel, products, offStripe, earnsFrom, existingCustomers }
}

/** The keys in which two documents differ; a key missing in both is the same. */
export function differingKeys(a: TermsValues, b: TermsValues): TermsValueKey[] {
  const text = (values: TermsValues, key: TermsValueKey) =>
    JSON.stringify(values[key], (_key, value: unknown) => {
      if (typeof value === 'bigint') return value.toString()
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
      return Object.fromEntries(Object.entries(value).toSorted(([x], [y]) => (x < y ? -1 : 1)))
    })
  return [...termsKeys, 'group' as const].filter((key) => text(a, key) !== text(b, key))
}
