import { attachMethod, createMethod, isDelayed, takeMethod } from '@/lib/stripe-sandbox/billing/cards'
import { createCustomer, emptyAddress } from '@/lib/stripe-sandbox/billing/customers'
import { findTyped, redeem, refusal, resolveAsk } from '@/lib/stripe-sandbox/billing/discounts'
import { finalizeInvoice } from '@/lib/stripe-sandbox/billing/finalizing'
import type { LineSeed } from '@/lib/stripe-sandbox/billing/invoice-lines'
import { draftInvoice } from '@/lib/stripe-sandbox/billing/invoicing'
import { chargeInvoice, tellPaid } from '@/lib/stripe-sandbox/billing/paying'
import { confirmIntent, createIntent } from '@/lib/stripe-sandbox/billing/payments'
import {
  sessionAmounts,
  sessionResult,
  type SessionDiscount,
} from '@/lib/stripe-sandbox/billing/session-totals'
import { priceWords } from '@/lib/stripe-sandbox/billing/subscription-items'
import { amountFor } from '@/lib/stripe-sandbox/billing/tiers'
import { startSubscription } from '@/lib/stripe-sandbox/billing/subscription-start'
import { invalid, StripeFault } from '@/lib/stripe-sandbox/machine/faults'
import type { PaymentMethod, Session, SessionPlan } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

/** What a person does on the hosted page. */
export interface Visit {
  promotion_code?: string
  email?: string
  name?: string
  country?: string
  postal_code?: string
  /** A payment method's id or a magic one; a Visa card otherwise. */
  payment_method?: string
  /** A card number typed in, in place of `payment_method`. */
  card_number?: string
  /** Stripe's fee on this payment, exactly. */
  fee?: number
  /** For example usd:1.0801. */
  settlement?: string
}

interface Deal {
  plan: SessionPlan
  session: Session
  customer: string | null
  method: PaymentMethod
  discounts: SessionDiscount[]
  trialEnd: number | null
}

const day = 86_400

/** Pays a session as its hosted page does; a refused card leaves it open. */
export function completeSession(world: World, id: string, visit: Visit): Session {
  const session = world.store.need('checkout.session', id)
  if (session.status !== 'open') {
    throw invalid(`This Checkout Session is ${session.status} and can no longer be completed.`, 'session')
  }
  const plan = world.store.need('sandbox.session', id)
  const discounts = typedDiscount(world, session, plan, visit.promotion_code) ?? plan.discounts
  const details = detailsOf(world, session, visit)
  const customer = customerFor(world, session, details)
  const at = world.at(customer)
  const trialEnd = plan.trialEnd ?? (plan.trialDays === null ? null : at + plan.trialDays * day)
  const method = methodOf(world, visit, details, at)
  const deal: Deal = { plan, session, customer, method, discounts, trialEnd }
  const amounts = sessionAmounts(sessionResult(world, plan, discounts, trialEnd !== null))
  const paid = pay(world, deal, amounts.amount_total ?? 0)
  const complete = world.store.update('checkout.session', id, {
    ...amounts,
    ...paid,
    customer,
    customer_details: details,
    discounts,
    payment_status:
      trialEnd !== null
        ? 'no_payment_required'
        : (isDelayed(method) || plan.capturesLater) && (amounts.amount_total ?? 0) > 0
          ? 'unpaid'
          : 'paid',
    status: 'complete',
    url: null,
  })
  world.unschedule(`session:${id}`)
  world.emit('checkout.session.completed', complete, at)
  return complete
}

function typedDiscount(
  world: World,
  session: Session,
  plan: SessionPlan,
  code: string | undefined,
): SessionDiscount[] | null {
  if (code === undefined) return null
  if (!session.allow_promotion_codes)
    throw invalid('This session does not take promotion codes.', 'promotion_code')
  const promotion = findTyped(world, code)
  if (!promotion) throw invalid('This code is invalid.', 'promotion_code', 'resource_missing')
  const discount = { coupon: null, promotion_code: promotion.id }
  const { coupon } = resolveAsk(world, { promotion_code: promotion.id }, 'promotion_code')
  const no = refusal(world, coupon, promotion, {
    customer: session.customer,
    currency: session.currency ?? 'usd',
    amount: sessionResult(world, plan, [], false).subtotal,
  })
  if (no !== null) throw invalid(no, 'promotion_code', 'coupon_expired')
  return [discount]
}

type Details = NonNullable<Session['customer_details']>

function detailsOf(world: World, session: Session, visit: Visit): Details {
  const known = world.store.find('customer', session.customer)
  const email = known?.email ?? session.customer_email ?? visit.email ?? 'customer@example.com'
  const name = visit.name ?? known?.name ?? null
  return {
    address: { ...emptyAddress, country: visit.country ?? 'US', postal_code: visit.postal_code ?? null },
    business_name: null,
    email,
    individual_name: null,
    name,
    phone: null,
    tax_exempt: 'none',
    tax_ids: [],
  }
}

function customerFor(world: World, session: Session, details: Details): string | null {
  if (session.customer !== null) return session.customer
  const isGuest =
    session.mode === 'payment' && session.customer_creation !== 'always' && !session.invoice_creation?.enabled
  if (isGuest) return null
  return createCustomer(world, { email: details.email, name: details.name, address: details.address }).id
}

function methodOf(world: World, visit: Visit, details: Details, at: number): PaymentMethod {
  const metadata = {
    ...(visit.fee === undefined ? {} : { sandbox_fee: String(visit.fee) }),
    ...(visit.settlement === undefined ? {} : { sandbox_settlement: visit.settlement }),
  }
  const { address, email, name } = details
  const method =
    visit.card_number === undefined
      ? takeMethod(world, visit.payment_method ?? 'pm_card_visa', at, 'payment_method')
      : createMethod(world, { customer: null, card: { number: visit.card_number }, at })
  return world.store.update('payment_method', method.id, {
    metadata: { ...method.metadata, ...metadata },
    billing_details: { address, email, name, phone: null, tax_id: null },
  })
}

type Paid = Partial<Pick<Session, 'subscription' | 'invoice' | 'payment_intent'>>

function pay(world: World, deal: Deal, total: number): Paid {
  if (deal.session.mode === 'subscription') return subscribe(world, deal)
  try {
    if (deal.session.invoice_creation?.enabled) return payByInvoice(world, deal)
    return payAtOnce(world, deal, total)
  } catch (error) {
    // On the hosted page a refused card leaves nothing behind but the open session.
    if (error instanceof StripeFault) throw new StripeFault(error.status, error.body)
    throw error
  }
}

function asksOf(deal: Deal) {
  return deal.discounts.map(({ coupon, promotion_code }) =>
    promotion_code === null ? { coupon: coupon ?? '' } : { promotion_code },
  )
}

function subscribe(world: World, { plan, session, customer, method, ...deal }: Deal): Paid {
  const owner = customer ?? ''
  attachMethod(world, method, owner)
  const recurring = plan.lines.filter(({ price }) => price.recurring)
  const once = plan.lines.filter(({ price }) => !price.recurring)
  const subscription = startSubscription(world, {
    customer: owner,
    items: recurring.map((line) => ({ ...line, discounts: [], metadata: {} })),
    discounts: asksOf({ plan, session, customer, method, ...deal }),
    metadata: plan.subscriptionMetadata,
    description: plan.subscriptionDescription,
    trialEnd: deal.trialEnd,
    defaultMethod: method.id,
    taxRates: [],
    collection: 'charge_automatically',
    daysUntilDue: null,
    cancelAtPeriodEnd: false,
    cancelAt: null,
    behavior: 'error_if_incomplete',
    missingMethod: 'create_invoice',
    extraLines: once.map((line) => lineOf(world, line, world.at(owner))),
  })
  world.store.put('sandbox.extra', {
    object: 'sandbox.extra',
    id: plan.id,
    fields: { discounts: subscription.discounts },
  })
  return { subscription: subscription.id, invoice: subscription.latest_invoice }
}

function lineOf(
  world: World,
  { price, quantity, taxRates }: SessionPlan['lines'][number],
  at: number,
): LineSeed {
  return {
    id: world.id('il_'),
    amount: amountFor(world, price, quantity),
    description: priceWords(world, price).replace(/ \(at .*$/, ''),
    quantity,
    period: { start: at, end: at },
    price,
    unitAmount: price.unit_amount_decimal ?? '0',
    parent: {
      invoice_item_details: {
        invoice_item: world.id('ii_'),
        proration: false,
        proration_details: { credited_items: null },
        subscription: null,
      },
      subscription_item_details: null,
      type: 'invoice_item_details',
    },
    subscription: null,
    discountable: true,
    discounts: [],
    taxRates,
    metadata: {},
  }
}

function redeemAll(world: World, deal: Deal): string[] {
  const currency = deal.session.currency ?? 'usd'
  const amount = sessionResult(world, deal.plan, [], false).subtotal
  const place = { customer: deal.customer, checkout_session: deal.session.id }
  const ids = asksOf(deal).map((ask) => redeem(world, ask, place, { currency, amount }).id)
  world.store.put('sandbox.extra', { object: 'sandbox.extra', id: deal.plan.id, fields: { discounts: ids } })
  return ids
}

function payAtOnce(world: World, deal: Deal, total: number): Paid {
  const { plan, session, customer, method } = deal
  redeemAll(world, deal)
  if (total === 0) return { payment_intent: null }
  if (plan.saveCard && customer !== null) attachMethod(world, method, customer)
  const intent = createIntent(world, {
    customer,
    amount: total,
    currency: session.currency ?? 'usd',
    description: null,
    metadata: plan.paymentMetadata,
    method: method.id,
    setupFutureUsage: plan.saveCard ? 'off_session' : null,
    orderReference: session.id,
    ...(plan.capturesLater && { captureMethod: 'manual' as const }),
  })
  return { payment_intent: confirmIntent(world, intent, method).id }
}

function payByInvoice(world: World, deal: Deal): Paid {
  const { plan, session, method } = deal
  const customer = deal.customer ?? ''
  const at = world.at(customer)
  const { result: invoice, emissions } = world.hold(() => {
    const draft = draftInvoice(world, {
      customer,
      currency: session.currency ?? 'usd',
      lines: plan.lines.map((line) => lineOf(world, line, at)),
      discounts: redeemAll(world, deal),
      reason: 'manual',
      subscription: null,
      collection: 'charge_automatically',
      autoAdvance: false,
      period: { start: at, end: at },
      metadata: plan.invoiceMetadata,
    })
    return finalizeInvoice(world, draft.id)
  })
  const { fault, paid, outcome } = chargeInvoice(world, invoice.id, method)
  if (fault) throw fault
  world.release(emissions)
  if (outcome === 'paid') tellPaid(world, invoice.id, paid)
  for (const payment of world.store.each('invoice_payment', { index: 'invoice', key: invoice.id })) {
    return { invoice: invoice.id, payment_intent: payment.payment.payment_intent ?? null }
  }
  return { invoice: invoice.id, payment_intent: null }
}
