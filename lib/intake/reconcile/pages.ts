import { isMissing, type Stripe } from '@/lib/stripe/client'
import { findClockAfter, listings, type Listing, type Page } from '@/lib/stripe/listings'

/** A page, and where the next one begins; null: it was the last. */
export interface Turned {
  data: Page['data']
  cursor: string | null
}

/** Of these Stripe's lists leave out what lives on a test clock: such are listed clock by clock. */
const leaveOutClocks: ReadonlySet<Listing> = new Set(['subscriptions', 'running_subscriptions', 'customers'])

/**
 * The page of a list after `cursor`: the last object's id, behind its clock's where there is one.
 * @param hasClocks false in live mode, which has none
 */
export async function turnPage(
  stripe: Stripe,
  list: { listing: Listing; since: number; until: number | null; hasClocks: boolean },
  cursor: string | null,
): Promise<Turned> {
  const { listing, since, until } = list
  const [clock, place] = cursor?.startsWith('clock_') ? cursor.split('/') : [null, cursor]
  const page = await pageAfter(place || null, (after) =>
    listings[listing](stripe, { since, until, after, clock: clock ?? null }),
  )
  const last = page.data.at(-1)
  if (page.hasMore && last) return { data: page.data, cursor: clock ? `${clock}/${last.id}` : last.id }
  if (!list.hasClocks || !leaveOutClocks.has(listing)) return { data: page.data, cursor: null }
  const next = await findClockAfter(stripe, clock ?? null)
  return { data: page.data, cursor: next === null ? null : `${next}/` }
}

/** A cursor that has gone (a coupon was deleted) begins the list again: what is right stays so. */
export async function pageAfter(
  cursor: string | null,
  list: (after: string | null) => Promise<Page>,
): Promise<Page> {
  try {
    return await list(cursor)
  } catch (error) {
    if (cursor === null || !isMissing(error)) throw error
    return list(null)
  }
}
