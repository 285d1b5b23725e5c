import { Stripe } from './client'

/** An object as Stripe has it now, with discounts expanded as far as Stripe allows and all lines. Throws Stripe's errors. */
export const read = {
  account: (stripe: Stripe, id: string) => stripe.accounts.retrieve(id),
  balance_transaction: (stripe: Stripe, id: string) => stripe.balanceTransactions.retrieve(id),
  charge: (stripe: Stripe, id: string) => stripe.charges.retrieve(id, { expand: ['balance_transaction'] }),
  checkout_session: (stripe: Stripe, id: string) => stripe.checkout.sessions.retrieve(id),
  coupon: (stripe: Stripe, id: string) => stripe.coupons.retrieve(id),
  credit_note: (stripe: Stripe, id: string) => stripe.creditNotes.retrieve(id),
  customer: (stripe: Stripe, id: string) => stripe.customers.retrieve(id),
  dispute: (stripe: Stripe, id: string) => stripe.disputes.retrieve(id),
  early_fraud_warning: (stripe: Stripe, id: string) => stripe.radar.earlyFraudWarnings.retrieve(id),
  invoice: readInvoice,
  invoice_payment: (stripe: Stripe, id: string) => stripe.invoicePayments.retrieve(id),
  price: (stripe: Stripe, id: string) => stripe.prices.retrieve(id, { expand: ['tiers'] }),
  promotion_code: (stripe: Stripe, id: string) =>
    stripe.promotionCodes.retrieve(id, { expand: ['promotion.coupon'] }),
  refund: (stripe: Stripe, id: string) => stripe.refunds.retrieve(id),
  subscription: (stripe: Stripe, id: string) =>
    stripe.subscriptions.retrieve(id, {
      expand: ['discounts.promotion_code', 'discounts.source.coupon', 'items.data.discounts.promotion_code'],
    }),
  transfer: (stripe: Stripe, id: string) => stripe.transfers.retrieve(id),
} satisfies Record<string, (stripe: Stripe, id: string) => Promise<unknown>>

/** Webhooks and plain reads carry the first lines only; Stripe gives the rest 100 a page. */
async function readInvoice(stripe: Stripe, id: string): Promise<unknown> {
  const invoice = await stripe.invoices.retrieve(id, {
    expand: ['discounts.promotion_code', 'discounts.source.coupon', 'lines.data.discounts.promotion_code'],
  })
  if (!invoice.lines.has_more) return invoice
  const data: Stripe.InvoiceLineItem[] = []
  const pages = stripe.invoices.listLineItems(id, { limit: 100, expand: ['data.discounts.promotion_code'] })
  for await (const line of pages) data.push(line)
  return { ...invoice, lines: { ...invoice.lines, data, has_more: false } }
}

/** The charge that paid a PaymentIntent, with its balance transaction. Null: nothing was charged yet. */
export async function readPayment(stripe: Stripe, paymentId: string): Promise<unknown> {
  if (paymentId.startsWith('ch_') || paymentId.startsWith('py_')) return read.charge(stripe, paymentId)
  const intent = await stripe.paymentIntents.retrieve(paymentId, {
    expand: ['latest_charge.balance_transaction'],
  })
  return intent.latest_charge
}

/** What a PaymentIntent paid for: its invoice payments, else its Checkout Session. */
export async function readWhatWasPaid(
  stripe: Stripe,
  paymentIntent: string,
): Promise<{ invoicePayments: unknown[]; sessions: unknown[] }> {
  const invoicePayments: unknown[] = []
  const payment = { type: 'payment_intent', payment_intent: paymentIntent } as const
  for await (const found of stripe.invoicePayments.list({ payment, limit: 100 })) invoicePayments.push(found)
  if (invoicePayments.length > 0) return { invoicePayments, sessions: [] }
  const found = await stripe.checkout.sessions.list({ payment_intent: paymentIntent, limit: 10 })
  const sessions = await Promise.all(found.data.map((session) => withLines(stripe, session)))
  return { invoicePayments, sessions }
}

/** A session with what was bought: no other answer of Stripe's carries it. */
async function withLines(stripe: Stripe, session: Stripe.Checkout.Session): Promise<unknown> {
  const data: Stripe.LineItem[] = []
  for await (const line of stripe.checkout.sessions.listLineItems(session.id, { limit: 100 })) data.push(line)
  return { ...session, line_items: { data, has_more: false } }
}

/** The payments of an invoice. */
export async function readInvoicePayments(stripe: Stripe, invoice: string): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const payment of stripe.invoicePayments.list({ invoice, limit: 100 })) found.push(payment)
  return found
}

/** Below this many, reading one by one takes no more calls than a page would save. */
const worthAList = 4

/**
 * Balance transactions by id: many at once are listed 100 a call over the span in which they must have been made.
 * @param wanted ids with the moment (epoch seconds) of their charge; a transaction follows it within the hour
 * @param before is called before each request; what it throws is that request's error
 * @returns an answer for each: the object, or why it cannot be had
 */
export async function readBalanceTransactions(
  stripe: Stripe,
  wanted: ReadonlyMap<string, number>,
  before: () => void,
): Promise<Map<string, { object: unknown } | { error: unknown }>> {
  const answers = new Map<string, { object: unknown } | { error: unknown }>()
  try {
    if (wanted.size >= worthAList) await listBalanceTransactions(stripe, wanted, before, answers)
  } catch {
    // What the list does not give is read one by one, and fails one by one.
  }
  const missing = [...wanted.keys()].filter((id) => !answers.has(id))
  await inParallel(missing, 8, async (id) => {
    try {
      before()
      answers.set(id, { object: await read.balance_transaction(stripe, id) })
    } catch (error) {
      answers.set(id, { error })
    }
  })
  return answers
}

async function listBalanceTransactions(
  stripe: Stripe,
  wanted: ReadonlyMap<string, number>,
  before: () => void,
  answers: Map<string, { object: unknown } | { error: unknown }>,
): Promise<void> {
  const times = [...wanted.values()]
  const created = { gte: Math.min(...times) - 60, lte: Math.max(...times) + 3_600 }
  let pages = Math.ceil(wanted.size / 20)
  let after: string | undefined
  while (pages-- > 0 && answers.size < wanted.size) {
    before()
    const page = await stripe.balanceTransactions.list({ created, limit: 100, starting_after: after })
    for (const item of page.data) if (wanted.has(item.id)) answers.set(item.id, { object: item })
    after = page.data.at(-1)?.id
    if (!page.has_more || after === undefined) break
  }
}

/** Runs `work` over the items, at most `width` at a time. The first failure is thrown when the running ones have ended. */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items]
  const lanes = Array.from({ length: Math.min(width, queue.length) }, async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  })
  const results = await Promise.allSettled(lanes)
  for (const result of results) if (result.status === 'rejected') throw result.reason
}
