import { fingerprintOf } from '@/lib/stripe-sandbox/machine/identifiers'
import { invalid, StripeFault } from '@/lib/stripe-sandbox/machine/faults'
import type { PaymentMethod } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

/** How a payment method behaves when it is charged or refunded. */
export type Conduct =
  | 'pays'
  | 'declined'
  | 'insufficient_funds'
  | 'expired_card'
  | 'dispute'
  | 'inquiry'
  | 'early_fraud'
  | 'refund_fails'
  | 'refund_pending'
  | 'async_fails'

interface TestCard {
  number: string
  brand: string
  funding: 'credit' | 'debit' | 'prepaid'
  country: string
  conduct: Conduct
}

const card = (
  number: string,
  brand: string,
  conduct: Conduct = 'pays',
  country = 'US',
  funding: TestCard['funding'] = 'credit',
) => ({ number, brand, funding, country, conduct }) satisfies TestCard

/** Stripe's own test cards, by the ending of `pm_card_…` and `tok_…`. https://docs.stripe.com/testing */
const testCards: Record<string, TestCard> = {
  visa: card('4242424242424242', 'visa'),
  visa_debit: card('4000056655665556', 'visa', 'pays', 'US', 'debit'),
  mastercard: card('5555555555554444', 'mastercard'),
  mastercard_debit: card('5200828282828210', 'mastercard', 'pays', 'US', 'debit'),
  mastercard_prepaid: card('5105105105105100', 'mastercard', 'pays', 'US', 'prepaid'),
  amex: card('378282246310005', 'amex'),
  discover: card('6011111111111117', 'discover'),
  jcb: card('3566002020360505', 'jcb', 'pays', 'JP'),
  de: card('4000002760000016', 'visa', 'pays', 'DE'),
  gb: card('4000008260000000', 'visa', 'pays', 'GB'),
  fr: card('4000002500000003', 'visa', 'pays', 'FR'),
  jp: card('4000003920000003', 'visa', 'pays', 'JP'),
  chargeDeclined: card('4000000000000002', 'visa', 'declined'),
  visa_chargeDeclined: card('4000000000000002', 'visa', 'declined'),
  chargeCustomerFail: card('4000000000000341', 'visa', 'declined'),
  chargeDeclinedInsufficientFunds: card('4000000000009995', 'visa', 'insufficient_funds'),
  visa_chargeDeclinedInsufficientFunds: card('4000000000009995', 'visa', 'insufficient_funds'),
  chargeDeclinedExpiredCard: card('4000000000000069', 'visa', 'expired_card'),
  createDispute: card('4000000000000259', 'visa', 'dispute'),
  createDisputeInquiry: card('4000000000001976', 'visa', 'inquiry'),
  createIssuerFraudRecord: card('4000000000005423', 'visa', 'early_fraud'),
  refundFail: card('4000000000005126', 'visa', 'refund_fails'),
  pendingRefund: card('4000000000007726', 'visa', 'refund_pending'),
}

const byNumber = new Map(Object.values(testCards).map((each) => [each.number, each]))
const conductByPrint = new Map(
  Object.values(testCards).map((each) => [fingerprintOf(each.number), each.conduct] as const),
)
const failingAccounts = new Set(['DE62370400440532013001', '000111111116'])

export function conductOf(method: PaymentMethod): Conduct {
  const account = method.metadata?.['sandbox_account']
  if (account !== undefined && failingAccounts.has(account)) return 'async_fails'
  return conductByPrint.get(method.card?.fingerprint ?? '') ?? 'pays'
}

/** Methods whose money arrives days after the customer agreed. */
export const isDelayed = (method: PaymentMethod): boolean =>
  method.type === 'sepa_debit' || method.type === 'us_bank_account'

/** The test card behind `pm_card_visa` or `tok_visa`, or null. */
export function magicCard(id: string): TestCard | null {
  const name = /^(?:pm_card|tok)_(\w+)$/.exec(id)?.[1]
  return name !== undefined && Object.hasOwn(testCards, name) ? (testCards[name] ?? null) : null
}

export interface CardAsk {
  token?: string
  number?: string
  exp_month?: number
  exp_year?: number
  cvc?: string
}

function cardOf(ask: CardAsk): { card: TestCard; month: number; year: number } {
  const month = ask.exp_month ?? 12
  const year = ask.exp_year ?? 2034
  if (ask.token !== undefined) {
    const magic = magicCard(ask.token)
    if (!magic) throw invalid(`No such token: '${ask.token}'`, 'card[token]', 'resource_missing')
    return { card: magic, month, year }
  }
  const number = (ask.number ?? '').replaceAll(' ', '')
  if (!/^\d{12,19}$/.test(number) || !passesLuhn(number)) {
    throw new StripeFault(402, {
      type: 'card_error',
      code: 'incorrect_number',
      message: 'Your card number is incorrect.',
      param: 'number',
    })
  }
  if (month < 1 || month > 12) {
    throw new StripeFault(402, {
      type: 'card_error',
      code: 'invalid_expiry_month',
      message: "Your card's expiration month is invalid.",
      param: 'exp_month',
    })
  }
  const brand = number.startsWith('4') ? 'visa' : number.startsWith('3') ? 'amex' : 'mastercard'
  return { card: byNumber.get(number) ?? card(number, brand), month, year }
}

function passesLuhn(number: string): boolean {
  let total = 0
  for (const [i, digit] of [...number].reverse().entries()) {
    const value = Number(digit) * (i % 2 === 1 ? 2 : 1)
    total += value > 9 ? value - 9 : value
  }
  return total % 10 === 0
}

export interface MethodSeed {
  customer: string | null
  card?: CardAsk
  account?: { type: 'sepa_debit' | 'us_bank_account'; number: string }
  billing?: Partial<PaymentMethod['billing_details']>
  metadata?: Record<string, string>
  at: number
}

/** Makes a payment method; the caller says when it is attached. */
export function createMethod(world: World, seed: MethodSeed): PaymentMethod {
  const { account } = seed
  const made = account ? null : cardOf(seed.card ?? {})
  const emptyAddress = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null }
  const method = {
    id: world.id('pm_'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: {
      address: emptyAddress,
      email: null,
      name: null,
      phone: null,
      tax_id: null,
      ...seed.billing,
    },
    ...(made ? { card: cardDetails(made.card, made.month, made.year) } : {}),
    ...(account ? accountDetails(account) : {}),
    created: seed.at,
    customer: seed.customer,
    customer_account: null,
    livemode: false,
    metadata: { ...seed.metadata, ...(account ? { sandbox_account: account.number } : {}) },
    type: account ? account.type : 'card',
  } satisfies PaymentMethod
  return world.store.put('payment_method', method)
}

function cardDetails(test: TestCard, month: number, year: number): NonNullable<PaymentMethod['card']> {
  return {
    brand: test.brand,
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'unchecked' },
    country: test.country,
    display_brand: test.brand,
    exp_month: month,
    exp_year: year,
    fingerprint: fingerprintOf(test.number),
    funding: test.funding,
    generated_from: null,
    last4: test.number.slice(-4),
    networks: { available: [test.brand], preferred: null },
    regulated_status: 'unregulated',
    three_d_secure_usage: { supported: true },
    wallet: null,
  }
}

function accountDetails(account: { type: 'sepa_debit' | 'us_bank_account'; number: string }) {
  const fingerprint = fingerprintOf(account.number)
  const last4 = account.number.slice(-4)
  return account.type === 'sepa_debit'
    ? {
        sepa_debit: {
          bank_code: account.number.slice(4, 12),
          branch_code: '',
          country: account.number.slice(0, 2),
          fingerprint,
          generated_from: { charge: null, setup_attempt: null },
          last4,
        },
      }
    : {
        us_bank_account: {
          account_holder_type: 'individual' as const,
          account_type: 'checking' as const,
          bank_name: 'STRIPE TEST BANK',
          financial_connections_account: null,
          fingerprint,
          last4,
          networks: { preferred: 'ach', supported: ['ach' as const] },
          routing_number: '110000000',
          status_details: {},
        },
      }
}

/** The payment method of an id: a known one, or a new one for a magic `pm_card_…`. */
export function takeMethod(world: World, id: string, at: number, param: string): PaymentMethod {
  const known = world.store.find('payment_method', id)
  if (known) return known
  if (magicCard(id))
    return createMethod(world, { customer: null, card: { token: id.replace(/^pm_card_/, 'tok_') }, at })
  if (id === 'pm_sepa_debit') {
    return createMethod(world, {
      customer: null,
      account: { type: 'sepa_debit', number: 'DE89370400440532013000' },
      at,
    })
  }
  if (id === 'pm_us_bank_account') {
    return createMethod(world, {
      customer: null,
      account: { type: 'us_bank_account', number: '000123456789' },
      at,
    })
  }
  throw new StripeFault(400, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such PaymentMethod: '${id}'`,
    param,
  })
}

export function attachMethod(world: World, method: PaymentMethod, customer: string): PaymentMethod {
  if (method.customer === customer) return method
  if (method.customer !== null) {
    throw invalid(
      'The payment method you provided has already been attached to a customer.',
      'payment_method',
    )
  }
  const attached = world.store.update('payment_method', method.id, { customer })
  world.emit('payment_method.attached', attached, world.at(customer))
  return attached
}
