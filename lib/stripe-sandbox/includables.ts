import type { Includables } from '@/lib/stripe-sandbox/machine/expansion'
import type { Kind, Kinds, List } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'
import { lineItemsOf } from '@/lib/stripe-sandbox/resources/checkout-sessions'

const shown = 10

function listOf<K extends Kind>(
  world: World,
  kind: K,
  by: { index: string; key: string },
  url: string,
): List<Kinds[K]> {
  const all = [...world.store.walk(kind, by, undefined, false)]
  return {
    object: 'list',
    data: all.slice(0, shown),
    has_more: all.length > shown,
    total_count: all.length,
    url,
  }
}

const extra = (name: string) => (world: World, id: string) =>
  world.store.find('sandbox.extra', id)?.fields[name] ?? null

/** What Stripe shows only to those who ask for it. */
export const includables: Includables = {
  invoice: {
    payments: (world, id) => {
      const { total_count: _, ...list } = listOf(
        world,
        'invoice_payment',
        { index: 'invoice', key: id },
        '/v1/invoices/payments',
      )
      return list
    },
    confirmation_secret: (world, id) => {
      for (const payment of world.store.each('invoice_payment', { index: 'invoice', key: id })) {
        const intent = world.store.find('payment_intent', payment.payment.payment_intent)
        if (intent) return { client_secret: intent.client_secret, type: 'payment_intent' }
      }
      return null
    },
  },
  charge: {
    refunds: (world, id) =>
      listOf(world, 'refund', { index: 'charge', key: id }, `/v1/charges/${id}/refunds`),
  },
  customer: {
    subscriptions: (world, id) => {
      const list = listOf(
        world,
        'subscription',
        { index: 'customer', key: id },
        `/v1/customers/${id}/subscriptions`,
      )
      return { ...list, data: list.data.filter((each) => each.status !== 'canceled') }
    },
    sources: (_, id) => ({
      object: 'list',
      data: [],
      has_more: false,
      total_count: 0,
      url: `/v1/customers/${id}/sources`,
    }),
    tax_ids: (_, id) => ({
      object: 'list',
      data: [],
      has_more: false,
      total_count: 0,
      url: `/v1/customers/${id}/tax_ids`,
    }),
  },
  'checkout.session': {
    line_items: (world, id) => {
      const lines = lineItemsOf(world, id)
      return {
        object: 'list',
        data: lines.slice(0, shown),
        has_more: lines.length > shown,
        url: `/v1/checkout/sessions/${id}/line_items`,
      }
    },
  },
  coupon: { applies_to: extra('applies_to'), currency_options: extra('currency_options') },
  price: { currency_options: () => ({}), tiers: extra('tiers') },
}
