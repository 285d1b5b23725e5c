import type { Affiliate } from './facts'
import type { Objects } from './objects'

export interface Attribution {
  affiliateId: string
  since: number
}

/** Something that ties a customer, or the session of a guest, to an affiliate. */
interface Evidence {
  owner: string
  affiliateId: string
  at: number
  /** Its place in the list of section 1. */
  kind: 1 | 2 | 3 | 4
  id: string
}

/** By customer, and by session for guests: the earliest evidence, ties by kind, then by id. */
export function attributionsOf(objects: Objects, affiliates: readonly Affiliate[]): Map<string, Attribution> {
  const first = new Map<string, Attribution>()
  const evidence = [...discountEvidence(objects, affiliates), ...sessionEvidence(objects, affiliates)]
  evidence.push(...namedEvidence(objects, affiliates))
  evidence.sort((a, b) => a.at - b.at || a.kind - b.kind || (a.id < b.id ? -1 : 1))
  for (const { owner, affiliateId, at } of evidence) {
    if (!first.has(owner)) first.set(owner, { affiliateId, since: at })
  }
  return first
}

/** By promotion code, coupon, either's metadata, the code's text: the first that matches. */
function affiliateOf(
  objects: Objects,
  affiliates: readonly Affiliate[],
  discount: { promotionCode: string | null; coupon: string | null },
): string | null {
  const promotion = objects.promotion_code.find((each) => each.id === discount.promotionCode)
  const couponId = discount.coupon ?? promotion?.promotion.coupon ?? null
  const coupon = objects.coupon.find((each) => each.id === couponId)
  const named = (id: string | undefined) => affiliates.find((each) => each.id === id)
  const found =
    affiliates.find((each) => each.promotionCodeId === discount.promotionCode) ??
    affiliates.find((each) => each.couponId === couponId) ??
    named(promotion?.metadata?.['affiliate_id']) ??
    named(coupon?.metadata?.['affiliate_id']) ??
    affiliates.find((each) => each.code.toLowerCase() === promotion?.code.toLowerCase())
  return found?.id ?? null
}

/** Discounts on invoices (1) and on subscriptions (3), from the moment they started. */
function discountEvidence(objects: Objects, affiliates: readonly Affiliate[]): Evidence[] {
  const onInvoices = new Set<string>()
  for (const invoice of objects.invoice) {
    for (const each of invoice.discounts) onInvoices.add(each)
    for (const each of invoice.total_discount_amounts ?? []) onInvoices.add(each.discount)
  }
  for (const line of objects.line_item) for (const each of line.discounts) onInvoices.add(each)
  return objects.discount.flatMap((discount): Evidence[] => {
    const isOnSubscription = discount.subscription !== null || discount.subscription_item !== null
    if (discount.customer === null || !(onInvoices.has(discount.id) || isOnSubscription)) return []
    const affiliateId = affiliateOf(objects, affiliates, {
      promotionCode: discount.promotion_code,
      coupon: discount.source.coupon,
    })
    if (affiliateId === null) return []
    const kind = onInvoices.has(discount.id) ? 1 : 3
    return [{ owner: discount.customer, affiliateId, at: discount.start, kind, id: discount.id }]
  })
}

/** Discounts on completed Checkout Sessions, from the session's creation. */
function sessionEvidence(objects: Objects, affiliates: readonly Affiliate[]): Evidence[] {
  return objects['checkout.session'].flatMap((session): Evidence[] => {
    if (session.status !== 'complete') return []
    const { id, created: at, customer } = session
    return (session.discounts ?? []).flatMap((discount): Evidence[] => {
      const affiliateId = affiliateOf(objects, affiliates, {
        promotionCode: discount.promotion_code,
        coupon: discount.coupon,
      })
      return affiliateId === null ? [] : [{ owner: customer ?? id, affiliateId, at, kind: 2, id }]
    })
  })
}

/** Whatever names an affiliate in words, from the first event that shows it. */
function namedEvidence(objects: Objects, affiliates: readonly Affiliate[]): Evidence[] {
  const shows = ['checkout.session', 'subscription', 'customer']
  return objects.event.flatMap(({ created: at, data: { object } }): Evidence[] => {
    if (!('object' in object) || !shows.includes(String(object.object))) return []
    const { id, customer, metadata, client_reference_id: reference, status } = readable(object)
    if (object.object === 'checkout.session' && status !== 'complete') return []
    const owner = object.object === 'customer' ? id : (customer ?? id)
    const words = [metadata['affiliate_id'], metadata['affiliate_code'], reference]
    return words.flatMap((word): Evidence[] => {
      const found = affiliates.find(
        (each) => each.id === word || each.code.toLowerCase() === word?.toLowerCase(),
      )
      return found ? [{ owner, affiliateId: found.id, at, kind: 4, id }] : []
    })
  })
}

/** An event's object is of no known type; these fields of it are. */
function readable(object: object): {
  id: string
  customer: string | null
  metadata: Record<string, string>
  client_reference_id: string | null
  status: string | null
} {
  const text = (name: string): string | null => {
    const value: unknown = Object.entries(object).find(([key]) => key === name)?.[1]
    return typeof value === 'string' ? value : null
  }
  const metadata: unknown = 'metadata' in object ? object.metadata : {}
  return {
    id: text('id') ?? '',
    customer: text('customer'),
    metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([key, value]) => [key, String(value)])),
    client_reference_id: text('client_reference_id'),
    status: text('status'),
  }
}
