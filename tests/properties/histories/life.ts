import type { Sandbox } from '@/lib/stripe-sandbox/index'
import { Stripe } from '@/lib/stripe/client'
import type { Colleague } from '@/tests/support/payouts'
import type { Affiliate, Decisions } from '../model/facts'
import { currencies, type Currency, type Offer, type Shop } from './shop'

/** A programme's life at Stripe as far as it has come. */
export interface Life {
  sandbox: Sandbox
  stripe: Stripe
  shop: Shop
  affiliates: readonly Affiliate[]
  groups: readonly string[]
  decisions: Decisions
  /** In seconds; the sandbox's own time runs from here. */
  start: number
  customers: { id: string; currency: Currency }[]
  /** Who drafts payouts and who approves them; absent: nothing is paid out. */
  colleagues?: [Colleague, Colleague]
}

/** A client that reaches the sandbox without a socket. */
export function clientOf(sandbox: Sandbox): Stripe {
  return new Stripe('sk_test_histories', {
    httpClient: Stripe.createFetchHttpClient(sandbox.fetch),
    maxNetworkRetries: 0,
    telemetry: false,
  })
}

/** Any number names one of a list, so that a history stays one when actions are left out of it. */
export function pick<T>(list: readonly T[], number: number): T | undefined {
  return list[number % Math.max(1, list.length)]
}

export function offerOf(life: Life, number: number): Offer {
  return pick(life.shop.offers, number) ?? { text: null, asks: [] }
}

export function priceOf(life: Life, currency: Currency, number: number): string {
  return pick(life.shop.prices[currency], number) ?? ''
}

export function taxOf(life: Life, number: number): string[] {
  const rate = pick(life.shop.taxes, number)
  return rate ? [rate] : []
}

const methods = [
  'pm_card_visa',
  'pm_card_mastercard',
  'pm_card_visa',
  'pm_card_visa',
  'pm_sepa_debit',
  'pm_card_pendingRefund',
  'pm_card_refundFail',
  'pm_card_createDispute',
  'pm_card_createDisputeInquiry',
  'pm_card_createIssuerFraudRecord',
]
export const methodOf = (number: number): string => pick(methods, number) ?? 'pm_card_visa'

export function customerOf(life: Life, number: number): Life['customers'][number] | undefined {
  return pick(life.customers, number)
}

/** A customer known already or, for every third number or so, a new one. */
export async function someCustomer(life: Life, number: number): Promise<Life['customers'][number]> {
  const known = number % (life.customers.length + 1)
  return life.customers[known] ?? newCustomer(life, newCurrency(life))
}

export const newCurrency = (life: Life): Currency => pick(currencies, life.customers.length) ?? 'usd'

/** Of whoever comes next: now and then an affiliate. */
export function emailOf({ customers: { length }, affiliates }: Life): string {
  const own = length % 6 === 4 ? pick(affiliates, length) : undefined
  return own?.email.toUpperCase() ?? `c${length}@example.com`
}

async function newCustomer(life: Life, currency: Currency): Promise<Life['customers'][number]> {
  const { id } = await life.stripe.customers.create({ email: emailOf(life) })
  return remember(life, id, currency)
}

export function remember(life: Life, id: string, currency: Currency): Life['customers'][number] {
  const known = life.customers.find((each) => each.id === id)
  if (known) return known
  const customer = { id, currency }
  life.customers.push(customer)
  return customer
}

export function currencyOf(life: Life, customerId: string | null): Currency {
  return life.customers.find((each) => each.id === customerId)?.currency ?? 'usd'
}

export function wordsFor(affiliate: Affiliate, number: number): Record<string, string> {
  return number % 2 ? { affiliate_id: affiliate.id } : { affiliate_code: affiliate.code.toLowerCase() }
}

interface Naming {
  client_reference_id?: string
  metadata?: Record<string, string>
}

/** What names an affiliate in words, on a session. */
export function naming(life: Life, number: number): Naming {
  const affiliate = pick(life.affiliates, number)
  if (!affiliate || number < 18) return {}
  if (number < 22) return { client_reference_id: number % 2 ? affiliate.code : affiliate.id }
  return { metadata: wordsFor(affiliate, number) }
}

export async function control(life: Life, path: string, params: Record<string, unknown>): Promise<void> {
  await life.stripe.rawRequest('POST', `/v1/test_helpers/sandbox/${path}`, params)
}

/** The sandbox's own time in seconds. */
export const nowOf = (life: Life): number => life.start + life.sandbox.settings().wallOffsetSeconds
