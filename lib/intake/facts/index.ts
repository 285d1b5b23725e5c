import { accountFact, type AccountBody } from './account'
import { balanceTransactionFact, type BalanceTransactionBody } from './balance-transaction'
import { chargeFact, type ChargeBody } from './charge'
import { checkoutSessionFact, type SessionBody } from './checkout-session'
import { couponFact, type CouponBody } from './coupon'
import { creditNoteFact, type CreditNoteBody } from './credit-note'
import { customerFact, type CustomerBody } from './customer'
import { discountFact, type DiscountBody } from './discount'
import { disputeFact, type DisputeBody } from './dispute'
import { earlyFraudWarningFact, type EarlyFraudWarningBody } from './early-fraud-warning'
import { invoiceFact, type InvoiceBody } from './invoice'
import { invoicePaymentFact, type InvoicePaymentBody } from './invoice-payment'
import { manualReversalFact, type ManualReversalBody } from './manual-reversal'
import { priceFact, type PriceBody } from './price'
import { promotionCodeFact, type PromotionCodeBody } from './promotion-code'
import { refundFact, type RefundBody } from './refund'
import { subscriptionFact, type SubscriptionBody } from './subscription'
import { transferFact, type TransferBody } from './transfer'

export { digestOf, type Fact, type FactKind, type Links, type Sight } from './fact'
export type {
  AccountBody,
  BalanceTransactionBody,
  ChargeBody,
  CouponBody,
  CreditNoteBody,
  CustomerBody,
  DiscountBody,
  DisputeBody,
  EarlyFraudWarningBody,
  InvoiceBody,
  InvoicePaymentBody,
  ManualReversalBody,
  PriceBody,
  PromotionCodeBody,
  RefundBody,
  SessionBody,
  SubscriptionBody,
  TransferBody,
}

/** The shape of each kind's body, as stored. */
export interface Bodies {
  account: AccountBody
  balance_transaction: BalanceTransactionBody
  charge: ChargeBody
  checkout_session: SessionBody
  coupon: CouponBody
  credit_note: CreditNoteBody
  customer: CustomerBody
  discount: DiscountBody
  dispute: DisputeBody
  early_fraud_warning: EarlyFraudWarningBody
  invoice: InvoiceBody
  invoice_payment: InvoicePaymentBody
  manual_reversal: ManualReversalBody
  price: PriceBody
  promotion_code: PromotionCodeBody
  refund: RefundBody
  subscription: SubscriptionBody
  transfer: TransferBody
}

export type Kind = keyof Bodies

export const factKinds: { [K in Kind]: import('./fact').FactKind<K> } = {
  account: accountFact,
  balance_transaction: balanceTransactionFact,
  charge: chargeFact,
  checkout_session: checkoutSessionFact,
  coupon: couponFact,
  credit_note: creditNoteFact,
  customer: customerFact,
  discount: discountFact,
  dispute: disputeFact,
  early_fraud_warning: earlyFraudWarningFact,
  invoice: invoiceFact,
  invoice_payment: invoicePaymentFact,
  manual_reversal: manualReversalFact,
  price: priceFact,
  promotion_code: promotionCodeFact,
  refund: refundFact,
  subscription: subscriptionFact,
  transfer: transferFact,
}
