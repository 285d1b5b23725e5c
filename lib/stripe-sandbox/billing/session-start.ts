import { createPrice } from '@/lib/stripe-sandbox/billing/catalogue'
import { needCustomer } from '@/lib/stripe-sandbox/billing/customers'
import { redeemable } from '@/lib/stripe-sandbox/billing/discounts'
import { sessionAmounts, sessionResult } from '@/lib/stripe-sandbox/billing/session-totals'
import { assertRhythms } from '@/lib/stripe-sandbox/billing/rhythms'
import {
  boolean,
  currency,
  integer,
  list,
  mergeMetadata,
  metadata,
  needed,
  object,
  oneOf,
  text,
  unused,
  type Params,
} from '@/lib/stripe-sandbox/machine/fields'
import { invalid, missingReference } from '@/lib/stripe-sandbox/machine/faults'
import type { Session, SessionPlan } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'
import { priceDataShape } from '@/lib/stripe-sandbox/billing/price-fields'

export const sessionShape = {
  mode: needed(oneOf('payment', 'subscription')),
  line_items: list(
    object({
      price: text,
      price_data: priceDataShape,
      quantity: integer,
      tax_rates: list(text),
      adjustable_quantity: unused,
      metadata,
    }),
  ),
  allow_promotion_codes: boolean,
  automatic_tax: object({ enabled: needed(boolean) }),
  billing_address_collection: text,
  cancel_url: text,
  client_reference_id: text,
  consent_collection: unused,
  currency,
  custom_text: unused,
  customer: text,
  customer_creation: oneOf('always', 'if_required'),
  customer_email: text,
  customer_update: unused,
  discounts: list(object({ coupon: text, promotion_code: text })),
  expires_at: integer,
  invoice_creation: object({
    enabled: needed(boolean),
    invoice_data: object({ metadata, description: text, footer: text }),
  }),
  locale: text,
  metadata,
  payment_intent_data: object({
    capture_method: oneOf('automatic', 'automatic_async', 'manual'),
    description: text,
    metadata,
    setup_future_usage: oneOf('off_session', 'on_session'),
    receipt_email: text,
  }),
  payment_method_collection: oneOf('always', 'if_required'),
  payment_method_options: unused,
  phone_number_collection: unused,
  return_url: text,
  submit_type: text,
  subscription_data: object({
    description: text,
    metadata,
    trial_end: integer,
    trial_period_days: integer,
    trial_settings: unused,
    default_tax_rates: list(text),
  }),
  success_url: text,
  tax_id_collection: unused,
  ui_mode: text,
}
export type CreateParams = Params<typeof sessionShape>

const day = 86_400

function linesOf(world: World, params: CreateParams): SessionPlan['lines'] {
  const lines = (params.line_items ?? []).map((item, i) => {
    const price = item.price_data
      ? createPrice(world, item.price_data)
      : world.store.find('price', item.price)
    if (!price) throw missingReference('price', item.price ?? '', `line_items[${i}][price]`)
    if (!price.active)
      throw invalid(
        'The price specified is inactive. This field only accepts active prices.',
        `line_items[${i}][price]`,
      )
    const rates = item.tax_rates ?? params.subscription_data?.default_tax_rates ?? []
    return {
      price,
      quantity: item.quantity ?? 1,
      taxRates: rates.map((id) => world.store.need('tax_rate', id)),
    }
  })
  if (lines.length === 0)
    throw invalid('Missing required param: line_items.', 'line_items', 'parameter_missing')
  const recurring = lines.filter(({ price }) => price.recurring)
  if (params.mode === 'payment' && recurring.length > 0) {
    throw invalid(
      'You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.',
    )
  }
  if (params.mode === 'subscription') {
    if (recurring.length === 0)
      throw invalid('You must provide at least one recurring price in `subscription` mode.')
    assertRhythms(recurring.map(({ price }) => price))
  }
  if (new Set(lines.map(({ price }) => price.currency)).size > 1) {
    throw invalid('All line items must have the same currency.', 'line_items')
  }
  return lines
}

function assertCoherent(params: CreateParams): void {
  if (params.customer !== undefined && params.customer_email !== undefined) {
    throw invalid('You may only specify one of these parameters: customer, customer_email.')
  }
  if (params.allow_promotion_codes !== undefined && params.discounts) {
    throw invalid('You may only specify one of these parameters: allow_promotion_codes, discounts.')
  }
  if ((params.discounts ?? []).length > 1) throw invalid('You may only specify one discount.', 'discounts')
  if (params.mode === 'payment' && params.subscription_data) {
    throw invalid('You can not pass `subscription_data` in `payment` mode.', 'subscription_data')
  }
  if (
    params.mode === 'subscription' &&
    (params.payment_intent_data || params.invoice_creation || params.customer_creation)
  ) {
    throw invalid(
      'You can not pass `payment_intent_data`, `invoice_creation` or `customer_creation` in `subscription` mode.',
    )
  }
  if (params.automatic_tax?.enabled) {
    throw invalid(
      'Automatic tax is not available in the sandbox; give tax rates.',
      'automatic_tax[enabled]',
      'stripe_tax_inactive',
    )
  }
  if ((params.client_reference_id ?? '').length > 200) throw invalid('Invalid string', 'client_reference_id')
}

/** Opens a session; its discounts are not redeemed before it is paid. */
export function createSession(world: World, params: CreateParams): Session {
  assertCoherent(params)
  const customer = params.customer === undefined ? null : needCustomer(world, params.customer)
  const at = world.at(customer?.id)
  const lines = linesOf(world, params)
  const id = world.id('cs_test_', 58)
  const discounts = (params.discounts ?? []).map((ask, i) => redeemable(world, ask, `discounts[${i}]`))
  const subscriptionData = params.subscription_data
  const plan = world.store.put('sandbox.session', {
    object: 'sandbox.session',
    id,
    lines,
    discounts,
    subscriptionMetadata: mergeMetadata({}, subscriptionData?.metadata),
    subscriptionDescription: subscriptionData?.description ?? null,
    trialEnd: subscriptionData?.trial_end ?? null,
    trialDays: subscriptionData?.trial_period_days ?? null,
    paymentMetadata: mergeMetadata({}, params.payment_intent_data?.metadata),
    invoiceMetadata: mergeMetadata({}, params.invoice_creation?.invoice_data?.metadata),
    saveCard: params.payment_intent_data?.setup_future_usage !== undefined,
    capturesLater: params.payment_intent_data?.capture_method === 'manual',
  })
  const hasTrial = plan.trialEnd !== null || plan.trialDays !== null
  const session = {
    ...plainSession(id, params),
    ...sessionAmounts(sessionResult(world, plan, discounts, hasTrial)),
    created: at,
    currency: lines[0]?.price.currency ?? null,
    customer: customer?.id ?? null,
    customer_details: null,
    discounts,
    expires_at: params.expires_at ?? at + day,
    metadata: mergeMetadata({}, params.metadata),
  } satisfies Session
  world.store.put('checkout.session', session)
  const clock = customer?.test_clock ?? null
  world.schedule({
    id: `session:${id}`,
    world: clock ?? 'wall',
    at: session.expires_at,
    type: 'session',
    ref: id,
  })
  return session
}

function plainSession(id: string, params: CreateParams) {
  const isPayment = params.mode === 'payment'
  return {
    id,
    object: 'checkout.session' as const,
    adaptive_pricing: { enabled: false },
    after_expiration: null,
    allow_promotion_codes: params.allow_promotion_codes ?? null,
    allowed_payment_method_types: null,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: params.billing_address_collection ?? null,
    cancel_url: params.cancel_url ?? null,
    client_reference_id: params.client_reference_id ?? null,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    currency_conversion: null,
    custom_fields: [],
    custom_text: {
      after_submit: null,
      shipping_address: null,
      submit: null,
      terms_of_service_acceptance: null,
    },
    customer_account: null,
    customer_creation: isPayment ? (params.customer_creation ?? 'if_required') : 'always',
    customer_email: params.customer_email ?? null,
    integration_identifier: null,
    invoice: null,
    invoice_creation: isPayment ? invoiceCreation(params) : null,
    livemode: false as const,
    locale: params.locale ?? null,
    managed_payments: null,
    mode: params.mode,
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: params.payment_method_collection ?? (isPayment ? 'if_required' : 'always'),
    payment_method_configuration_details: null,
    payment_method_options: { card: { request_three_d_secure: 'automatic' } },
    payment_method_types: ['card'],
    payment_status: 'unpaid' as const,
    permissions: null,
    phone_number_collection: { enabled: false },
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'open' as const,
    submit_type: null,
    subscription: null,
    success_url: params.success_url ?? null,
    ui_mode: 'hosted_page' as const,
    url: `https://checkout.stripe.com/c/pay/${id}`,
    wallet_options: null,
  }
}

function invoiceCreation(params: CreateParams): NonNullable<Session['invoice_creation']> {
  const data = params.invoice_creation?.invoice_data
  return {
    enabled: params.invoice_creation?.enabled ?? false,
    invoice_data: {
      account_tax_ids: null,
      custom_fields: null,
      description: data?.description ?? null,
      footer: data?.footer ?? null,
      issuer: null,
      metadata: mergeMetadata({}, data?.metadata),
      rendering_options: null,
    },
  }
}
