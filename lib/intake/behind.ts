import { and, inArray, or } from 'drizzle-orm'
import { codes, facts as factRows, type Database } from '@/db'
import type { Bodies, Fact, Kind } from './facts'
import { among } from '@/lib/rows'

export function isOf<K extends Kind>(fact: Fact, kind: K): fact is Fact<K, Bodies[K]> {
  return fact.kind === kind
}

/** The discounts that an object carries. */
export function discountIdsOf(fact: Fact): string[] {
  if (isOf(fact, 'invoice')) return fact.body.discountIds
  if (isOf(fact, 'subscription')) {
    return [...fact.body.discountIds, ...fact.body.items.flatMap((item) => item.discountIds)]
  }
  return []
}

interface CodeBehind {
  kind: 'promotion_code' | 'coupon'
  id: string
}

/**
 * A session has no discount of its own to be read: the code that was typed, or the coupon that it was made with. A discount of an
 * item or a line is five levels deep, which is one more than Stripe expands: its coupon is an id.
 */
export function codesBehind(fact: Fact): CodeBehind[] {
  if (isOf(fact, 'discount')) {
    const { couponId, duration } = fact.body
    return couponId === null || duration !== null ? [] : [{ kind: 'coupon', id: couponId }]
  }
  if (!isOf(fact, 'checkout_session') || !fact.body.complete) return []
  return fact.body.discounts.flatMap(({ promotionCodeId, couponId }): CodeBehind[] => {
    if (promotionCodeId !== null) return [{ kind: 'promotion_code', id: promotionCodeId }]
    return couponId === null ? [] : [{ kind: 'coupon', id: couponId }]
  })
}

/** Of a tiered price a subscription shows no more than the id. */
export function pricesBehind(fact: Fact): string[] {
  if (!isOf(fact, 'subscription')) return []
  return fact.body.items.flatMap((item) => (item.tiered ? item.priceId : []))
}

/** An event about a promotion code has no more of its coupon than the id: it has to be read. */
export function saysAllOfACode({ kind, eventId }: Pick<Fact, 'kind' | 'eventId'>): boolean {
  return kind === 'coupon' || (kind === 'promotion_code' && eventId === null)
}

/** For each discount one object to read it from, for all that carry it: an invoice where there is one, which never loses it. */
export function whereDiscountsShow(facts: readonly Fact[]): Map<string, Fact> {
  const shownBy = new Map<string, Fact>()
  for (const fact of facts) {
    for (const id of discountIdsOf(fact)) {
      if (!shownBy.has(id) || (fact.kind === 'invoice' && shownBy.get(id)?.kind !== 'invoice')) {
        shownBy.set(id, fact)
      }
    }
  }
  return shownBy
}

/** Which of these objects were ever seen. */
export async function knownObjects(db: Database, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await db
    .selectDistinct({ id: factRows.objectId })
    .from(factRows)
    .where(among(factRows.objectId, [...new Set(ids)]))
  return new Set(rows.map((row) => row.id))
}

/** Codes and coupons of ours, and those of which all is known. */
export async function knownCodes(db: Database, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const { stripePromotionCodeId: code, stripeCouponId: coupon } = codes
  const ours = await db
    .select({ code, coupon })
    .from(codes)
    .where(or(among(code, ids), among(coupon, ids)))
  const { objectId, kind, eventId } = factRows
  const seen = await db
    .select({ objectId, kind, eventId })
    .from(factRows)
    .where(and(among(objectId, ids), inArray(kind, ['promotion_code', 'coupon'])))
  return new Set([
    ...ours.flatMap((row) => [row.code ?? [], row.coupon].flat()),
    ...seen.filter((row) => saysAllOfACode({ ...row, kind: row.kind as Kind })).map((row) => row.objectId), // stored kinds
  ])
}
