import type { Route } from '@/lib/stripe-sandbox/machine/router'
import { accountRoutes } from '@/lib/stripe-sandbox/resources/account'
import { checkoutSessionRoutes } from '@/lib/stripe-sandbox/resources/checkout-sessions'
import { connectedAccountRoutes } from '@/lib/stripe-sandbox/resources/connected-accounts'
import { controlRoutes } from '@/lib/stripe-sandbox/resources/control'
import { couponRoutes } from '@/lib/stripe-sandbox/resources/coupons'
import { creditNoteRoutes } from '@/lib/stripe-sandbox/resources/credit-notes'
import { customerRoutes } from '@/lib/stripe-sandbox/resources/customers'
import { disputeRoutes } from '@/lib/stripe-sandbox/resources/disputes'
import { eventRoutes } from '@/lib/stripe-sandbox/resources/events'
import { invoiceItemRoutes } from '@/lib/stripe-sandbox/resources/invoice-items'
import { invoiceRoutes } from '@/lib/stripe-sandbox/resources/invoices'
import { meterRoutes } from '@/lib/stripe-sandbox/resources/meters'
import { paymentMethodRoutes } from '@/lib/stripe-sandbox/resources/payment-methods'
import { paymentRecordRoutes } from '@/lib/stripe-sandbox/resources/payment-records'
import { paymentRoutes } from '@/lib/stripe-sandbox/resources/payments'
import { priceRoutes } from '@/lib/stripe-sandbox/resources/prices'
import { productRoutes } from '@/lib/stripe-sandbox/resources/products'
import { promotionCodeRoutes } from '@/lib/stripe-sandbox/resources/promotion-codes'
import { refundRoutes } from '@/lib/stripe-sandbox/resources/refunds'
import { subscriptionRoutes } from '@/lib/stripe-sandbox/resources/subscriptions'
import { taxRateRoutes } from '@/lib/stripe-sandbox/resources/tax-rates'
import { testClockRoutes } from '@/lib/stripe-sandbox/resources/test-clocks'
import { topupRoutes } from '@/lib/stripe-sandbox/resources/topups'
import { transferRoutes } from '@/lib/stripe-sandbox/resources/transfers'
import { webhookEndpointRoutes } from '@/lib/stripe-sandbox/resources/webhook-endpoints'

export const routes: Route[] = [
  ...accountRoutes,
  ...checkoutSessionRoutes,
  ...connectedAccountRoutes,
  ...controlRoutes,
  ...couponRoutes,
  ...creditNoteRoutes,
  ...customerRoutes,
  ...disputeRoutes,
  ...eventRoutes,
  ...invoiceItemRoutes,
  ...invoiceRoutes,
  ...meterRoutes,
  ...paymentMethodRoutes,
  ...paymentRecordRoutes,
  ...paymentRoutes,
  ...priceRoutes,
  ...productRoutes,
  ...promotionCodeRoutes,
  ...refundRoutes,
  ...subscriptionRoutes,
  ...taxRateRoutes,
  ...testClockRoutes,
  ...topupRoutes,
  ...transferRoutes,
  ...webhookEndpointRoutes,
]
