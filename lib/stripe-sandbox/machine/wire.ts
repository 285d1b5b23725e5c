import type Stripe from 'stripe'

/**
 * The shape of an SDK type on the wire when nothing is expanded: every expandable field is an id, every decimal is a string.
 * Built from the SDK's types, so that a field which a new version adds or drops stops the build.
 */
export type Stored<T> = T extends Stripe.Decimal
  ? string
  : T extends readonly (infer U)[]
    ? StoredField<U>[]
    : T extends string | number | boolean | null | undefined | void
      ? T
      : T extends object
        ? { [K in keyof T]: StoredField<T[K]> }
        : T

type StoredField<T> = string extends Extract<T, string> ? Extract<T, string | null | undefined> : Stored<T>

export interface List<T> {
  object: 'list'
  data: T[]
  has_more: boolean
  url: string
  total_count?: number
}

export type Product = Stored<Stripe.Product>
export type Price = Stored<Stripe.Price>
export type Coupon = Stored<Stripe.Coupon>
export type PromotionCode = Stored<Stripe.PromotionCode>
export type Discount = Stored<Stripe.Discount>
export type Customer = Stored<Stripe.Customer>
export type PaymentMethod = Stored<Stripe.PaymentMethod>
export type Session = Stored<Stripe.Checkout.Session>
export type SessionLine = Stored<Stripe.LineItem>
export type Subscription = Stored<Stripe.Subscription>
export type SubscriptionItem = Stored<Stripe.SubscriptionItem>
export type Invoice = Stored<Stripe.Invoice>
export type InvoiceLine = Stored<Stripe.InvoiceLineItem>
export type InvoiceItem = Stored<Stripe.InvoiceItem>
export type InvoicePayment = Stored<Stripe.InvoicePayment>
export type PaymentIntent = Stored<Stripe.PaymentIntent>
export type Charge = Stored<Stripe.Charge>
export type BalanceTransaction = Stored<Stripe.BalanceTransaction>
export type Refund = Stored<Stripe.Refund>
/** A dispute carries its balance transactions whole, also unexpanded. */
export type Dispute = Stored<Stripe.Dispute>
export type TaxRate = Stored<Stripe.TaxRate>
export type CreditNote = Stored<Stripe.CreditNote>
export type CustomerBalanceTransaction = Stored<Stripe.CustomerBalanceTransaction>
export type EarlyFraudWarning = Stored<Stripe.Radar.EarlyFraudWarning>
export type WebhookEndpoint = Stored<Stripe.WebhookEndpoint>
export type TestClock = Stored<Stripe.TestHelpers.TestClock>
export type Transfer = Stored<Stripe.Transfer>
export type Topup = Stored<Stripe.Topup>
export type TransferReversal = Stored<Stripe.TransferReversal>
export type PaymentRecord = Stored<Stripe.PaymentRecord>
export type Meter = Stored<Stripe.Billing.Meter>
export type Tier = Stored<Stripe.Price.Tier>
export type EventType = Stripe.Event['type']

export interface SandboxEvent {
  id: string
  object: 'event'
  api_version: string
  created: number
  data: { object: object; previous_attributes?: object }
  livemode: false
  pending_webhooks: number
  request: { id: string | null; idempotency_key: string | null }
  type: EventType
  /** The connected account in which it happened; absent: the platform's own. */
  account?: string
}

type Address = Stripe.Address

/** What a Checkout Session was created with and does not show: the sandbox needs it when somebody pays. */
export interface SessionPlan {
  object: 'sandbox.session'
  id: string
  lines: { price: Price; quantity: number; taxRates: TaxRate[] }[]
  discounts: { coupon: string | null; promotion_code: string | null }[]
  subscriptionMetadata: Record<string, string>
  subscriptionDescription: string | null
  trialEnd: number | null
  trialDays: number | null
  paymentMetadata: Record<string, string>
  invoiceMetadata: Record<string, string>
  saveCard: boolean
  /** The money is only authorised, until the seller captures it. */
  capturesLater: boolean
}

/** A connected account, whichever API shows it. */
export interface ConnectedAccount {
  object: 'sandbox.account'
  id: string
  created: number
  closed: boolean
  contactEmail: string | null
  displayName: string | null
  country: string | null
  entityType: string | null
  dashboard: 'express' | 'full' | 'none'
  currency: string | null
  responsibilities: Stripe.V2.Core.Account.Defaults.Responsibilities
  metadata: Record<string, string>
  /** Whether a person has gone through the onboarding. */
  detailsSubmitted: boolean
  /** Null: not requested. */
  transfers: CapabilityStatus | null
  payouts: CapabilityStatus | null
}
export type CapabilityStatus =
  Stripe.V2.Core.Account.Configuration.Recipient.Capabilities.StripeBalance.StripeTransfers.Status

/** One meter event: `value` of what `of` names (the event's name and the customer) was used. */
export interface Usage {
  object: 'sandbox.usage'
  id: string
  created: number
  of: string
  value: number
}

/** The platform's money in one currency, kept as it moves. */
export interface BalanceRecord {
  object: 'sandbox.balance'
  /** The currency. */
  id: string
  available: number
  /** By the moment from which it is available. */
  pending: Record<string, number>
}

/** Something that falls due: `world` is a test clock's id or 'wall'. */
export interface Task {
  object: 'sandbox.task'
  id: string
  world: string
  at: number
  type: 'subscription' | 'fee' | 'finalize' | 'session' | 'async' | 'retry'
  ref: string
}

/** One event on its way to one endpoint; `dueAt` is real time in milliseconds. Delivered ones are removed. */
export interface Delivery {
  object: 'sandbox.delivery'
  id: string
  event: string
  endpoint: string
  attempts: number
  dueAt: number
  firstAt: number
  lost: boolean
  lastError: string | null
}

export interface StoredAnswer {
  object: 'sandbox.answer'
  id: string
  created: number
  fingerprint: string
  status: number
  body: string
}

/** Parts that Stripe only shows when expanded, or keeps after the object is gone. */
export interface Extra {
  object: 'sandbox.extra'
  id: string
  fields: Record<string, unknown>
}

export interface SettingsRecord {
  object: 'sandbox.settings'
  id: 'settings'
  settings: object
}

export interface Kinds {
  product: Product
  price: Price
  coupon: Coupon
  promotion_code: PromotionCode
  discount: Discount
  customer: Customer
  payment_method: PaymentMethod
  'checkout.session': Session
  subscription: Subscription
  invoice: Invoice
  line_item: InvoiceLine
  invoiceitem: InvoiceItem
  invoice_payment: InvoicePayment
  payment_intent: PaymentIntent
  payment_record: PaymentRecord
  charge: Charge
  balance_transaction: BalanceTransaction
  refund: Refund
  dispute: Dispute
  tax_rate: TaxRate
  credit_note: CreditNote
  customer_balance_transaction: CustomerBalanceTransaction
  'radar.early_fraud_warning': EarlyFraudWarning
  topup: Topup
  transfer: Transfer
  transfer_reversal: TransferReversal
  webhook_endpoint: WebhookEndpoint
  'test_helpers.test_clock': TestClock
  event: SandboxEvent
  'billing.meter': Meter
  'sandbox.account': ConnectedAccount
  'sandbox.balance': BalanceRecord
  'sandbox.session': SessionPlan
  'sandbox.task': Task
  'sandbox.delivery': Delivery
  'sandbox.answer': StoredAnswer
  'sandbox.extra': Extra
  'sandbox.settings': SettingsRecord
  'sandbox.usage': Usage
}
export type Kind = keyof Kinds
export type Thing = Kinds[Kind]
export type { Address }
