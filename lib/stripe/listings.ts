import type { Stripe } from './client'

/** One page of a list, newest first. */
export interface Page {
  data: { id: string }[]
  hasMore: boolean
}

export interface Span {
  /** Epoch seconds. */
  since: number
  /** Epoch seconds; null: up to now. */
  until: number | null
  /** The last object of the page before; null: the first page. */
  after: string | null
  /** What lives on this test clock; null: what lives on none. Of customers and subscriptions. */
  clock: string | null
}

type List = (stripe: Stripe, span: Span) => Promise<Page>

/** Stripe's most. */
const limit = 100

function pageOf(list: { data: { id: string }[]; has_more: boolean }): Page {
  return { data: list.data, hasMore: list.has_more }
}

const created = ({ since, until, after }: Span) => ({
  limit,
  created: { gte: since, ...(until === null ? {} : { lte: until }) },
  ...from(after),
})
const on = (clock: string | null) => (clock === null ? {} : { test_clock: clock })
const from = (after: string | null) => (after === null ? {} : { starting_after: after })
/** As deep as Stripe expands in a list: four levels. https://docs.stripe.com/api/expanding_objects */
const discounts = ['data.discounts.promotion_code', 'data.discounts.source.coupon']

/** Everything that a sweep walks over, a hundred a call. */
export const listings = {
  balance_transactions: async (stripe, span) =>
    pageOf(await stripe.balanceTransactions.list({ ...created(span), expand: ['data.source'] })),
  invoices: async (stripe, span) =>
    pageOf(await stripe.invoices.list({ ...created(span), status: 'paid', expand: discounts })),
  invoice_payments: async (stripe, span) =>
    pageOf(await stripe.invoicePayments.list({ ...created(span), status: 'paid' })),
  checkout_sessions: async (stripe, span) =>
    pageOf(await stripe.checkout.sessions.list({ ...created(span), status: 'complete' })),
  subscriptions: async (stripe, span) =>
    pageOf(
      await stripe.subscriptions.list({
        ...created(span),
        ...on(span.clock),
        status: 'all',
        expand: discounts,
      }),
    ),
  customers: async (stripe, span) =>
    pageOf(await stripe.customers.list({ ...created(span), ...on(span.clock) })),
  credit_notes: async (stripe, span) => pageOf(await stripe.creditNotes.list(created(span))),
  early_fraud_warnings: async (stripe, span) =>
    pageOf(await stripe.radar.earlyFraudWarnings.list(created(span))),
  transfers: async (stripe, span) => pageOf(await stripe.transfers.list(created(span))),
  refunds: async (stripe, span) => pageOf(await stripe.refunds.list(created(span))),
  disputes: async (stripe, span) => pageOf(await stripe.disputes.list(created(span))),
  open_invoices: async (stripe, { after }) =>
    pageOf(await stripe.invoices.list({ limit, status: 'open', ...from(after), expand: discounts })),
  /** All that were not cancelled. */
  running_subscriptions: async (stripe, { after, clock }) =>
    pageOf(await stripe.subscriptions.list({ limit, ...from(after), ...on(clock), expand: discounts })),
  promotion_codes: async (stripe, { after }) =>
    pageOf(await stripe.promotionCodes.list({ limit, ...from(after), expand: ['data.promotion.coupon'] })),
  coupons: async (stripe, { after }) => pageOf(await stripe.coupons.list({ limit, ...from(after) })),
} satisfies Record<string, List>

export type Listing = keyof typeof listings

/** The test clock after one, or the first; null: there is none. Not in live mode. */
export async function findClockAfter(stripe: Stripe, clock: string | null): Promise<string | null> {
  const page = await stripe.testHelpers.testClocks.list({ limit: 1, ...from(clock) })
  return page.data[0]?.id ?? null
}

/** Stripe takes so many event types a request. */
export const mostEventTypes = 20
/** Stripe keeps events for so long. https://docs.stripe.com/api/events */
export const eventsKeptDays = 30

export async function listEventsOf(stripe: Stripe, types: readonly string[], span: Span): Promise<Page> {
  return pageOf(await stripe.events.list({ ...created(span), types: [...types] }))
}
