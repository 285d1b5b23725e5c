import type { Affiliate, Decisions } from './facts'
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

/** Whom codes belong to: by themselves, or by decision. */
interface Owners {
  affiliates: readonly Affiliate[]
  codes: Decisions['codes']
}

/**
 * By customer, and by session for guests: an administrator's last word, else the earliest evidence, ties by kind, then by id. Two names
 * may stand on one object in one second: the smaller affiliate's.
 */
export function attributionsOf(
  objects: Objects,
  affiliates: readonly Affiliate[],
  decisions: Decisions,
): Map<string, Attribution> {
  const owners = { affiliates, codes: decisions.codes }
  const first = new Map<string, Attribution>()
  for (const { customerId, affiliateId, since } of decisions.attributions) {
    first.set(customerId, { affiliateId, since })
  }
  const evidence = [...discountEvidence(objects, owners), ...sessionEvidence(objects, owners)]
  evidence.push(...namedEvidence(objects, affiliates))
  const alphabetically = (a: string, b: string) => Number(a > b) - Number(a < b)
  evidence.sort(
    (a, b) =>
      a.at - b.at ||
      a.kind - b.kind ||
      alphabetically(a.id, b.id) ||
      alphabetically(a.affiliateId, b.affiliateId),
  )
  for (const { owner, affiliateId, at } of evidence) {
    if (!first.has(owner)) first.set(owner, { affiliateId, since: at })
  }
  return first
}

/** By promotion code, coupon, either's metadata, the code's text: the first that matches. */
function affiliateOf(
  objects: Objects,
  { affiliates, codes }: Owners,
  discount: { promotionCode: string | null; coupon: string | null },
): string | null {
  const promotion = objects.promotion_code.find((each) => each.id === discount.promotionCode)
  const couponId = discount.coupon ?? promotion?.promotion.coupon ?? null
  const coupon = objects.coupon.find((each) => each.id === couponId)
  const named = (id: string | undefined) => affiliates.find((each) => each.id === id)
  const decided = (id: string | null | undefined) =>
    named(codes.findLast((each) => each.id === id)?.affiliateId ?? undefined)
  const found =
    affiliates.find((each) => each.promotionCodeId === discount.promotionCode) ??
    decided(discount.promotionCode) ??
    affiliates.find((each) => each.couponId === couponId) ??
    decided(couponId) ??
    named(promotion?.metadata?.['affiliate_id']) ??
    named(coupon?.metadata?.['affiliate_id']) ??
    affiliates.find((each) => each.code.toLowerCase() === promotion?.code.toLowerCase())
  return found?.id ?? null
}

/**
 * Discounts on invoices (1) and on subscriptions (3), from the moment they started. An invoice that is still a draft or open may
 * yet change and was not paid: like an abandoned session it says nothing, until it is closed one way or another. A discount for once
 * goes to the first invoice as the subscription begins: no subscription ever shows it.
 */
function discountEvidence(objects: Objects, owners: Owners): Evidence[] {
  const onInvoices = new Set<string>()
  const closed = objects.invoice.filter((each) => each.status !== 'draft' && each.status !== 'open')
  for (const invoice of closed) {
    for (const each of invoice.discounts) onInvoices.add(each)
    for (const each of invoice.total_discount_amounts ?? []) onInvoices.add(each.discount)
  }
  for (const line of objects.line_item) {
    if (closed.some((each) => each.id === line.invoice))
      for (const each of line.discounts) onInvoices.add(each)
  }
  const onSubscriptions = new Set(
    [...objects.subscription, ...objects.event.map(({ data }) => data.object)].flatMap(shownBySubscription),
  )
  return objects.discount.flatMap((discount): Evidence[] => {
    const isShown = onInvoices.has(discount.id) || onSubscriptions.has(discount.id)
    if (discount.customer === null || !isShown) return []
    const affiliateId = affiliateOf(objects, owners, {
      promotionCode: discount.promotion_code,
      coupon: discount.source.coupon,
    })
    if (affiliateId === null) return []
    const kind = onInvoices.has(discount.id) ? 1 : 3
    return [{ owner: discount.customer, affiliateId, at: discount.start, kind, id: discount.id }]
  })
}

/** The ids of the discounts that a subscription and its items carry; none of anything else. */
function shownBySubscription(object: object): string[] {
  if (!('object' in object) || object.object !== 'subscription') return []
  const subscription = object as Objects['subscription'][number] // its own word for what it is
  const items = subscription.items.data.flatMap(({ discounts }) => discounts)
  return [...subscription.discounts, ...items]
}

/** Discounts on completed Checkout Sessions, from the session's creation. */
function sessionEvidence(objects: Objects, owners: Owners): Evidence[] {
  return objects['checkout.session'].flatMap((session): Evidence[] => {
    if (session.status !== 'complete') return []
    const { id, created: at, customer } = session
    return (session.discounts ?? []).flatMap((discount): Evidence[] => {
      const affiliateId = affiliateOf(objects, owners, {
        promotionCode: discount.promotion_code,
        coupon: discount.coupon,
      })
      return affiliateId === null ? [] : [{ owner: customer ?? id, affiliateId, at, kind: 2, id }]
    })
  })
}

/**
 * Whatever names an affiliate in words: on a session from its creation, since what a link left was there before the buyer came
 * and the session's event only tells of it after the payment; on a subscription or a customer from the first event that shows it.
 */
function namedEvidence(objects: Objects, affiliates: readonly Affiliate[]): Evidence[] {
  // Of an id and a code side by side the id counts.
  const of = (owner: string, at: number, id: string, words: (string | null | undefined)[]): Evidence[] => {
    const named = words.flatMap(
      (word) =>
        affiliates.find((each) => each.id === word || each.code.toLowerCase() === word?.toLowerCase()) ?? [],
    )
    return named.slice(0, 1).map((found) => ({ owner, affiliateId: found.id, at, kind: 4, id }))
  }
  const inMetadata = (metadata: Record<string, string> | null) => [
    metadata?.['affiliate_id'],
    metadata?.['affiliate_code'],
  ]
  const onSessions = objects['checkout.session'].flatMap(
    ({ id, customer, created, status, metadata, client_reference_id }) =>
      status === 'complete'
        ? [
            ...of(customer ?? id, created, id, inMetadata(metadata)),
            ...of(customer ?? id, created, id, [client_reference_id]),
          ]
        : [],
  )
  const onOthers = objects.event.flatMap(({ created, type, data: { object } }) => {
    const isShown = type.startsWith('customer.subscription.') || /^customer\.(created|updated)$/.test(type)
    if (!isShown) return []
    const { id, customer, metadata } = readable(object)
    return of(customer ?? id, created, id, inMetadata(metadata))
  })
  return [...onSessions, ...onOthers]
}

/** An event's object is of no known type; these fields of it are. */
function readable(object: object): {
  id: string
  customer: string | null
  metadata: Record<string, string>
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
  }
}
