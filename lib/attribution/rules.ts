import type { Instant } from '@/lib/calendar'

export type EvidenceKind =
  | 'invoice_discount'
  | 'session_discount'
  | 'subscription_discount'
  | 'metadata'
  | 'administrator'

/** Of two pieces from the same moment the lower rank counts. */
export const evidenceRanks: Record<EvidenceKind, number> = {
  invoice_discount: 1,
  session_discount: 2,
  subscription_discount: 3,
  metadata: 4,
  administrator: 5,
}

/** A sign that a code touched a customer, as seen. */
export interface Evidence {
  kind: EvidenceKind
  at: Instant
  /** The invoice, session, subscription or customer that showed it. */
  sourceId: string
  discountId: string | null
  promotionCodeId: string | null
  couponId: string | null
  promotionAffiliateId: string | null
  couponAffiliateId: string | null
  codeText: string | null
  /** By metadata, or by an administrator. */
  namedAffiliateId: string | null
  reason: string | null
  /** Of all but the times: tells two pieces apart whatever order they came in. */
  digest: string
  /** Of an administrator's word: the last one given counts. Others count by `at`, whenever they came. */
  recordedAtMs: number
}

/** Whom codes and coupons belong to, by the codes known now. Text in upper case. */
export interface Directory {
  byPromotionCode: ReadonlyMap<string, string>
  byCoupon: ReadonlyMap<string, string>
  byText: ReadonlyMap<string, string>
  affiliates: ReadonlySet<string>
  /** Promotion codes and coupons that are the house's own: they name nobody, and that is known. */
  house: ReadonlySet<string>
}

export type MatchedBy =
  | 'promotion_code'
  | 'coupon'
  | 'promotion_code_metadata'
  | 'coupon_metadata'
  | 'metadata'
  | 'code_text'
  | 'administrator'

/** The first way that leads from a piece of evidence to an affiliate; null: to nobody. */
export function resolveEvidence(
  evidence: Omit<Evidence, 'recordedAtMs'>,
  directory: Directory,
): { affiliateId: string; matchedBy: MatchedBy } | null {
  const known = (id: string | null) => (id !== null && directory.affiliates.has(id) ? id : undefined)
  const named = known(evidence.namedAffiliateId)
  const ways: [MatchedBy, string | undefined][] = [
    ['promotion_code', directory.byPromotionCode.get(evidence.promotionCodeId ?? '')],
    ['coupon', directory.byCoupon.get(evidence.couponId ?? '')],
    ['promotion_code_metadata', known(evidence.promotionAffiliateId)],
    ['coupon_metadata', known(evidence.couponAffiliateId)],
    [evidence.kind === 'administrator' ? 'administrator' : 'metadata', named],
    ['code_text', directory.byText.get(evidence.codeText?.toUpperCase() ?? '')],
  ]
  for (const [matchedBy, affiliateId] of ways)
    if (affiliateId !== undefined) return { affiliateId, matchedBy }
  return null
}

/** A piece that names nobody because its code is the house's own; nobody has to look at it. */
export function isHouse(
  evidence: Pick<Evidence, 'promotionCodeId' | 'couponId'>,
  directory: Directory,
): boolean {
  return directory.house.has(evidence.promotionCodeId ?? '') || directory.house.has(evidence.couponId ?? '')
}

/** What a person calls a code by. */
export function nameOf(
  evidence: Pick<Evidence, 'codeText' | 'promotionCodeId' | 'couponId'> & {
    namedAffiliateId?: string | null
    discountId?: string | null
  },
): string {
  const { codeText, promotionCodeId, couponId, namedAffiliateId, discountId } = evidence
  return codeText ?? promotionCodeId ?? couponId ?? namedAffiliateId ?? discountId ?? 'on it'
}

export const unmatchedSentence = (name: string): string =>
  `The code ${name} belongs to no affiliate; it is in the unmatched list.`

export const houseSentence = (name: string): string =>
  `The code ${name} is a house code: it earns nobody anything.`

export interface Attribution {
  affiliateId: string
  since: Instant
  matchedBy: MatchedBy
  evidence: Evidence
}

/**
 * Whom a customer belongs to, for life: an administrator's word (the last one given) before all, else the earliest evidence, ties
 * by rank, then by id (the discount's, else that of what showed it, else the affiliate's: two names may stand on one object in one
 * second). The order of the list does not matter. Null: nobody.
 */
export function attribute(evidence: readonly Evidence[], directory: Directory): Attribution | null {
  let best: Attribution | null = null
  for (const piece of evidence) {
    const found = resolveEvidence(piece, directory)
    if (found === null) continue
    const next = { ...found, since: piece.at, evidence: piece }
    if (best === null || beats(next, best)) best = next
  }
  return best
}

function beats(one: Attribution, other: Attribution): boolean {
  const [a, b] = [one.evidence, other.evidence]
  const decided = Number(a.kind === 'administrator') - Number(b.kind === 'administrator')
  if (decided !== 0) return decided > 0
  if (a.kind === 'administrator' && a.recordedAtMs !== b.recordedAtMs) return a.recordedAtMs > b.recordedAtMs
  if (a.at !== b.at) return a.at < b.at
  const byRank = evidenceRanks[a.kind] - evidenceRanks[b.kind]
  if (byRank !== 0) return byRank < 0
  const [idA, idB] = [a.discountId ?? a.sourceId, b.discountId ?? b.sourceId]
  if (idA !== idB) return idA < idB
  if (one.affiliateId !== other.affiliateId) return one.affiliateId < other.affiliateId
  return a.digest < b.digest
}
