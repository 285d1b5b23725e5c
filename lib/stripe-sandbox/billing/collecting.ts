import { finalizeInvoice } from '@/lib/stripe-sandbox/billing/finalizing'
import { draftInvoice } from '@/lib/stripe-sandbox/billing/invoicing'
import type { LineSeed } from '@/lib/stripe-sandbox/billing/invoice-lines'
import { markPaid, tellPaid } from '@/lib/stripe-sandbox/billing/paying'
import { takePending } from '@/lib/stripe-sandbox/billing/pending-items'
import { collect } from '@/lib/stripe-sandbox/billing/subscription-cycle'
import { dropOnceUsed } from '@/lib/stripe-sandbox/billing/subscription-start'
import type { Invoice, Subscription } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

/** Bills everything that waits for a subscription at once; null where nothing does. */
export function invoiceNow(world: World, subscription: Subscription, more: LineSeed[]): Invoice | null {
  const lines = [...takePending(world, subscription.customer, subscription.id), ...more]
  if (lines.length === 0) return null
  const at = world.at(subscription.customer)
  const draft = draftInvoice(world, {
    customer: subscription.customer,
    currency: subscription.currency,
    lines,
    discounts: subscription.discounts,
    reason: 'subscription_update',
    subscription,
    collection: subscription.collection_method === 'send_invoice' ? 'send_invoice' : 'charge_automatically',
    daysUntilDue: subscription.days_until_due,
    autoAdvance: true,
    period: { start: at, end: at },
  })
  world.store.update('subscription', subscription.id, { latest_invoice: draft.id })
  const invoice = finalizeInvoice(world, draft.id)
  dropOnceUsed(world, subscription.id, invoice.id)
  if (invoice.amount_remaining === 0) {
    markPaid(world, invoice.id)
    tellPaid(world, invoice.id, null)
  } else if (invoice.collection_method === 'charge_automatically') {
    collect(world, invoice.id)
  }
  return world.store.need('invoice', invoice.id)
}
