import { attachMethod, takeMethod } from '@/lib/stripe-sandbox/billing/cards'
import { needCustomer } from '@/lib/stripe-sandbox/billing/customers'
import { redeem } from '@/lib/stripe-sandbox/billing/discounts'
import { finalizeInvoice } from '@/lib/stripe-sandbox/billing/finalizing'
import { assertDraft, draftInvoice, reviseDraft, seedsOf } from '@/lib/stripe-sandbox/billing/invoicing'
import {
  attachIntent,
  chargeInvoice,
  markPaid,
  methodFor,
  tellFailed,
  tellPaid,
} from '@/lib/stripe-sandbox/billing/paying'
import { attachRecord, payOutOfBand } from '@/lib/stripe-sandbox/billing/payment-records'
import { takePending } from '@/lib/stripe-sandbox/billing/pending-items'
import { voidInvoice } from '@/lib/stripe-sandbox/billing/subscription-end'
import { collect } from '@/lib/stripe-sandbox/billing/subscription-cycle'
import { reviveAfterPayment } from '@/lib/stripe-sandbox/billing/subscription-status'
import {
  boolean,
  clearable,
  currency,
  integer,
  list,
  mergeMetadata,
  metadata,
  object,
  oneOf,
  text,
  unused,
} from '@/lib/stripe-sandbox/machine/fields'
import { invalid, missingReference, StripeFault } from '@/lib/stripe-sandbox/machine/faults'
import { listShape, narrowest, page, pageShape } from '@/lib/stripe-sandbox/machine/listing'
import { route } from '@/lib/stripe-sandbox/machine/router'
import type { Invoice } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

const discountList = clearable(list(object({ coupon: text, promotion_code: text, discount: text })))
const common = {
  auto_advance: boolean,
  collection_method: oneOf('charge_automatically', 'send_invoice'),
  days_until_due: integer,
  default_payment_method: text,
  description: clearable(text),
  discounts: discountList,
  footer: clearable(text),
  metadata,
  payment_settings: unused,
}

const createShape = {
  ...common,
  customer: text,
  currency,
  subscription: text,
  pending_invoice_items_behavior: oneOf('include', 'exclude'),
}

function discountsFor(
  world: World,
  customer: string,
  asks: { coupon?: string; promotion_code?: string; discount?: string }[],
  unit: string,
): string[] {
  return asks.map((ask) => ask.discount ?? redeem(world, ask, { customer }, { currency: unit, amount: 0 }).id)
}

function pay(world: World, id: string, ask: { method?: string; outOfBand?: boolean }): Invoice {
  const invoice = world.store.need('invoice', id)
  if (invoice.status === 'draft') finalizeInvoice(world, id)
  else if (invoice.status !== 'open' && invoice.status !== 'uncollectible') {
    throw invalid(`Invoice is already ${String(invoice.status)}`, undefined, 'invoice_not_editable')
  }
  if (ask.outOfBand) {
    const paid = payOutOfBand(world, id)
    reviveAfterPayment(world, paid)
    return paid
  }
  const at = world.at(invoice.customer)
  const method = ask.method
    ? attachMethod(world, takeMethod(world, ask.method, at, 'payment_method'), invoice.customer ?? '')
    : methodFor(world, invoice)
  const { outcome, fault, paid } = chargeInvoice(world, id, method)
  if (outcome === 'paid') {
    world.unschedule(`retry:${id}`)
    tellPaid(world, id, paid)
    reviveAfterPayment(world, world.store.need('invoice', id))
  }
  if (fault) {
    tellFailed(world, id)
    throw new StripeFault(fault.status, fault.body, true)
  }
  return world.store.need('invoice', id)
}

export const invoiceRoutes = [
  route('POST', '/v1/invoices', createShape, (world, params) => {
    const subscription = params.subscription
      ? world.store.need('subscription', params.subscription, 'subscription')
      : null
    const customerId = params.customer ?? subscription?.customer
    if (customerId === undefined)
      throw invalid('Missing required param: customer.', 'customer', 'parameter_missing')
    const customer = needCustomer(world, customerId)
    const takesPending = params.pending_invoice_items_behavior === 'include' || subscription !== null
    const lines = takesPending ? takePending(world, customer.id, subscription?.id ?? null) : []
    const unit = params.currency ?? subscription?.currency ?? customer.currency ?? 'usd'
    const at = world.at(customer.id)
    const method = params.default_payment_method
    return draftInvoice(world, {
      customer: customer.id,
      currency: unit,
      lines,
      discounts: params.discounts
        ? discountsFor(world, customer.id, params.discounts, unit)
        : (subscription?.discounts ?? []),
      reason: 'manual',
      subscription,
      collection: params.collection_method ?? 'charge_automatically',
      daysUntilDue: params.days_until_due ?? null,
      autoAdvance: params.auto_advance ?? false,
      period: { start: at, end: at },
      metadata: mergeMetadata({}, params.metadata),
      description: params.description ?? null,
      footer: params.footer ?? null,
      defaultMethod: method ? takeMethod(world, method, at, 'default_payment_method').id : null,
    })
  }),
  route('GET', '/v1/invoices/:id', {}, (world, _, id) => world.store.need('invoice', id, 'invoice')),
  route('POST', '/v1/invoices/:id', common, (world, params, id) => {
    const before = world.store.need('invoice', id, 'invoice')
    const isDraft = before.status === 'draft'
    const { discounts, metadata: change, payment_settings: _, days_until_due: days, ...rest } = params
    if (discounts !== undefined || days !== undefined) assertDraft(before)
    const next = { ...rest, metadata: mergeMetadata(before.metadata ?? {}, change) }
    if (isDraft && discounts !== undefined) {
      const ids = discountsFor(world, before.customer ?? '', discounts ?? [], before.currency)
      return reviseDraft(world, id, seedsOf(world, id), { ...next, discounts: ids })
    }
    const after = world.store.update('invoice', id, next)
    world.emit('invoice.updated', after, world.at(before.customer), before)
    return after
  }),
  route('DELETE', '/v1/invoices/:id', {}, (world, _, id) => {
    const invoice = world.store.need('invoice', id, 'invoice')
    if (invoice.status !== 'draft')
      throw invalid('You can only delete draft invoices.', undefined, 'invoice_not_editable')
    world.store.delete('invoice', id)
    world.emit('invoice.deleted', invoice, world.at(invoice.customer))
    return { id, object: 'invoice', deleted: true }
  }),
  route('POST', '/v1/invoices/:id/finalize', { auto_advance: boolean }, (world, params, id) => {
    const invoice = finalizeInvoice(world, id)
    if (invoice.amount_remaining === 0) {
      markPaid(world, id)
      tellPaid(world, id, null)
    } else if (params.auto_advance ?? invoice.auto_advance) {
      world.later(() => collect(world, id))
    }
    return world.store.need('invoice', id)
  }),
  route(
    'POST',
    '/v1/invoices/:id/pay',
    { paid_out_of_band: boolean, payment_method: text, off_session: boolean, source: text, forgive: boolean },
    (world, params, id) =>
      pay(world, id, {
        ...(params.payment_method ? { method: params.payment_method } : {}),
        outOfBand: params.paid_out_of_band ?? false,
      }),
  ),
  route(
    'POST',
    '/v1/invoices/:id/attach_payment',
    { payment_intent: text, payment_record: text },
    (world, params, id) => {
      if (params.payment_intent !== undefined) attachIntent(world, id, params.payment_intent)
      else if (params.payment_record !== undefined) attachRecord(world, id, params.payment_record)
      else throw invalid('Missing required param: payment_intent.', 'payment_intent', 'parameter_missing')
      const invoice = world.store.need('invoice', id)
      reviveAfterPayment(world, invoice)
      return invoice
    },
  ),
  route('POST', '/v1/invoices/:id/void', {}, (world, _, id) => {
    const before = world.store.need('invoice', id, 'invoice')
    if (before.status !== 'open' && before.status !== 'uncollectible') {
      throw invalid(
        'You can only void open or uncollectible invoices.',
        undefined,
        'status_transition_invalid',
      )
    }
    return voidInvoice(world, id)
  }),
  route('POST', '/v1/invoices/:id/mark_uncollectible', {}, (world, _, id) => {
    const before = world.store.need('invoice', id, 'invoice')
    if (before.status !== 'open') {
      throw invalid(
        'You can only mark open invoices as uncollectible.',
        undefined,
        'status_transition_invalid',
      )
    }
    const at = world.at(before.customer)
    const after = world.store.update('invoice', id, {
      status: 'uncollectible',
      status_transitions: { ...before.status_transitions, marked_uncollectible_at: at },
    })
    world.emit('invoice.marked_uncollectible', after, at)
    return after
  }),
  route('POST', '/v1/invoices/:id/send', {}, (world, _, id) => {
    const before = world.store.need('invoice', id, 'invoice')
    const invoice = before.status === 'draft' ? finalizeInvoice(world, id) : before
    world.emit('invoice.sent', invoice, world.at(invoice.customer))
    return invoice
  }),
  route('GET', '/v1/invoices/:id/lines', pageShape, (world, params, id) => {
    world.store.need('invoice', id, 'invoice')
    return page(world, 'line_item', `/v1/invoices/${id}/lines`, params, {
      by: { index: 'invoice', key: id },
      oldestFirst: true,
    })
  }),
  route(
    'GET',
    '/v1/invoices',
    {
      ...listShape,
      collection_method: text,
      customer: text,
      subscription: text,
      status: oneOf('draft', 'open', 'paid', 'uncollectible', 'void'),
    },
    (world, params) =>
      page(world, 'invoice', '/v1/invoices', params, {
        by: narrowest({ subscription: params.subscription, customer: params.customer }),
        where: (it) =>
          (params.status === undefined || it.status === params.status) &&
          (params.customer === undefined || it.customer === params.customer) &&
          (params.collection_method === undefined || it.collection_method === params.collection_method),
      }),
  ),

  route('GET', '/v1/invoice_payments/:id', {}, (world, _, id) => world.store.need('invoice_payment', id)),
  route(
    'GET',
    '/v1/invoice_payments',
    {
      ...listShape,
      invoice: text,
      payment: object({ type: text, payment_intent: text, payment_record: text }),
      status: oneOf('open', 'paid', 'canceled'),
    },
    (world, params) => {
      const { payment } = params
      if (payment?.payment_intent && !world.store.find('payment_intent', payment.payment_intent)) {
        throw missingReference('payment_intent', payment.payment_intent, 'payment[payment_intent]')
      }
      return page(world, 'invoice_payment', '/v1/invoice_payments', params, {
        by: narrowest({
          payment_intent: payment?.payment_intent,
          payment_record: payment?.payment_record,
          invoice: params.invoice,
        }),
        where: (it) =>
          (params.status === undefined || it.status === params.status) &&
          (params.invoice === undefined || it.invoice === params.invoice) &&
          (payment?.type === undefined || it.payment.type === payment.type),
      })
    },
  ),
]
