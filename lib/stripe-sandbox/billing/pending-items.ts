import type { LineSeed } from '@/lib/stripe-sandbox/billing/invoice-lines'
import type { InvoiceItem } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

/** The line that an invoice item becomes. */
export function lineOfItem(world: World, item: InvoiceItem): LineSeed {
  const price = world.store.find('price', item.pricing?.price_details?.price)
  const details = item.parent?.subscription_details
  const credited = item.proration_details?.credited_items?.invoice_line_item_details ?? null
  const proration = { credited_items: credited }
  return {
    id: world.id('il_'),
    amount: item.amount,
    description: item.description,
    quantity: item.quantity,
    period: item.period,
    price: price ?? null,
    unitAmount: item.pricing?.unit_amount_decimal ?? String(item.amount),
    parent: details?.subscription_item
      ? {
          invoice_item_details: null,
          subscription_item_details: {
            invoice_item: item.id,
            proration: item.proration,
            proration_details: proration,
            subscription: details.subscription,
            subscription_item: details.subscription_item,
          },
          type: 'subscription_item_details',
        }
      : {
          invoice_item_details: {
            invoice_item: item.id,
            proration: item.proration,
            proration_details: proration,
            subscription: details?.subscription ?? null,
          },
          subscription_item_details: null,
          type: 'invoice_item_details',
        },
    subscription: null,
    discountable: item.discountable,
    discounts: item.discounts ?? [],
    taxRates: item.tax_rates ?? [],
    metadata: item.metadata ?? {},
  }
}

/**
 * The waiting invoice items of a customer: with a subscription, its own and those of none; without, those of none.
 */
export function takePending(world: World, customer: string, subscription: string | null): LineSeed[] {
  const seeds: LineSeed[] = []
  for (const item of [...world.store.each('invoiceitem', { index: 'pending', key: customer })]) {
    const of = item.parent?.subscription_details?.subscription ?? null
    if (of !== null && of !== subscription) continue
    seeds.push(lineOfItem(world, item))
  }
  return seeds
}

/** Notes on which invoice the items of its lines are. */
export function assignItems(world: World, invoice: string, seeds: LineSeed[]): void {
  for (const { parent } of seeds) {
    const id = parent?.invoice_item_details?.invoice_item ?? parent?.subscription_item_details?.invoice_item
    if (world.store.find('invoiceitem', id)) world.store.update('invoiceitem', id ?? '', { invoice })
  }
}
