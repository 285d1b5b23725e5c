import type { Handler } from '../handler'
import accountUpdated from './account.updated'
import chargeCaptured from './charge.captured'
import chargeDisputeClosed from './charge.dispute.closed'
import chargeDisputeCreated from './charge.dispute.created'
import chargeDisputeFundsReinstated from './charge.dispute.funds_reinstated'
import chargeDisputeFundsWithdrawn from './charge.dispute.funds_withdrawn'
import chargeDisputeUpdated from './charge.dispute.updated'
import chargeSucceeded from './charge.succeeded'
import chargeUpdated from './charge.updated'
import checkoutSessionAsyncPaymentFailed from './checkout.session.async_payment_failed'
import checkoutSessionAsyncPaymentSucceeded from './checkout.session.async_payment_succeeded'
import checkoutSessionCompleted from './checkout.session.completed'
import couponDeleted from './coupon.deleted'
import couponUpdated from './coupon.updated'
import creditNoteCreated from './credit_note.created'
import creditNoteUpdated from './credit_note.updated'
import creditNoteVoided from './credit_note.voided'
import customerCreated from './customer.created'
import customerDeleted from './customer.deleted'
import customerSubscriptionCreated from './customer.subscription.created'
import customerSubscriptionDeleted from './customer.subscription.deleted'
import customerSubscriptionPaused from './customer.subscription.paused'
import customerSubscriptionResumed from './customer.subscription.resumed'
import customerSubscriptionUpdated from './customer.subscription.updated'
import customerUpdated from './customer.updated'
import invoiceMarkedUncollectible from './invoice.marked_uncollectible'
import invoicePaid from './invoice.paid'
import invoiceVoided from './invoice.voided'
import invoicePaymentPaid from './invoice_payment.paid'
import promotionCodeCreated from './promotion_code.created'
import promotionCodeUpdated from './promotion_code.updated'
import radarEarlyFraudWarningCreated from './radar.early_fraud_warning.created'
import radarEarlyFraudWarningUpdated from './radar.early_fraud_warning.updated'
import refundCreated from './refund.created'
import refundFailed from './refund.failed'
import refundUpdated from './refund.updated'
import transferReversed from './transfer.reversed'

/** Every event type that is subscribed to, each by the file named after it. */
export const handlers: ReadonlyMap<string, Handler> = new Map([
  ['account.updated', accountUpdated],
  ['charge.captured', chargeCaptured],
  ['charge.dispute.closed', chargeDisputeClosed],
  ['charge.dispute.created', chargeDisputeCreated],
  ['charge.dispute.funds_reinstated', chargeDisputeFundsReinstated],
  ['charge.dispute.funds_withdrawn', chargeDisputeFundsWithdrawn],
  ['charge.dispute.updated', chargeDisputeUpdated],
  ['charge.succeeded', chargeSucceeded],
  ['charge.updated', chargeUpdated],
  ['checkout.session.async_payment_failed', checkoutSessionAsyncPaymentFailed],
  ['checkout.session.async_payment_succeeded', checkoutSessionAsyncPaymentSucceeded],
  ['checkout.session.completed', checkoutSessionCompleted],
  ['coupon.deleted', couponDeleted],
  ['coupon.updated', couponUpdated],
  ['credit_note.created', creditNoteCreated],
  ['credit_note.updated', creditNoteUpdated],
  ['credit_note.voided', creditNoteVoided],
  ['customer.created', customerCreated],
  ['customer.deleted', customerDeleted],
  ['customer.subscription.created', customerSubscriptionCreated],
  ['customer.subscription.deleted', customerSubscriptionDeleted],
  ['customer.subscription.paused', customerSubscriptionPaused],
  ['customer.subscription.resumed', customerSubscriptionResumed],
  ['customer.subscription.updated', customerSubscriptionUpdated],
  ['customer.updated', customerUpdated],
  ['invoice.marked_uncollectible', invoiceMarkedUncollectible],
  ['invoice.paid', invoicePaid],
  ['invoice.voided', invoiceVoided],
  ['invoice_payment.paid', invoicePaymentPaid],
  ['promotion_code.created', promotionCodeCreated],
  ['promotion_code.updated', promotionCodeUpdated],
  ['radar.early_fraud_warning.created', radarEarlyFraudWarningCreated],
  ['radar.early_fraud_warning.updated', radarEarlyFraudWarningUpdated],
  ['refund.created', refundCreated],
  ['refund.failed', refundFailed],
  ['refund.updated', refundUpdated],
  ['transfer.reversed', transferReversed],
])

export const handledEventTypes: ReadonlySet<string> = new Set(handlers.keys())

/** What is told of affiliates' own accounts at Stripe Connect; all else that happens there is their own business. */
export const connectEventTypes: ReadonlySet<string> = new Set(['account.updated'])
