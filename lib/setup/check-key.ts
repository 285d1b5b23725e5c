import { Stripe } from '@/lib/stripe/client'

/** What a key must be allowed to do. `granted` is null where Stripe gave no answer. */
export interface Permission {
  resource: string
  may: 'read' | 'write'
  /** What it is needed for. */
  because: string
  /** Only where affiliates are paid by Stripe Connect. */
  forConnect: boolean
  granted: boolean | null
}

interface Probe extends Omit<Permission, 'granted'> {
  path: string
}

const reads: readonly Probe[] = [
  ['Balance transactions', '/v1/balance_transactions', 'the fee of each payment, and the sweep'],
  ['Charges', '/v1/charges', 'what was paid, with which card'],
  ['Payment Intents', '/v1/payment_intents', 'which payment an invoice was paid by'],
  ['Customers', '/v1/customers', 'who pays'],
  ['Invoices', '/v1/invoices', 'lines, discounts, tax and periods'],
  ['Subscriptions', '/v1/subscriptions?status=all', 'plans, and when they end'],
  ['Checkout Sessions', '/v1/checkout/sessions', 'codes that were typed'],
  ['Products', '/v1/products', 'the scope of the terms'],
  ['Prices', '/v1/prices', 'recurring revenue'],
  ['Disputes', '/v1/disputes', 'what banks take back'],
  ['Refunds', '/v1/refunds', 'what is given back'],
  ['Credit notes', '/v1/credit_notes', 'what is given back on invoices'],
  ['Early fraud warnings', '/v1/radar/early_fraud_warnings', 'what card networks warn of'],
  ['Transfers', '/v1/transfers', 'what became of payouts, and the sweep'],
  ['Events', '/v1/events', 'what a webhook has missed'],
].map(([resource = '', path = '', because = '']) => {
  return { resource, path, because, may: 'read' as const, forConnect: false }
})

// Nothing comes of these: a request without its parameters is refused, by the permission first.
const writes: readonly Probe[] = [
  ['Coupons', '/v1/coupons', 'an affiliate’s discount'],
  ['Promotion codes', '/v1/promotion_codes', 'an affiliate’s code'],
  ['Webhook endpoints', '/v1/webhook_endpoints', 'being told of payments'],
].map(([resource = '', path = '', because = '']) => {
  return { resource, path, because, may: 'write' as const, forConnect: false }
})

// Accounts are only listed: a request without parameters might make one.
const connect: readonly Probe[] = [
  {
    resource: 'Transfers',
    path: '/v1/transfers',
    may: 'write',
    because: 'payouts by Stripe Connect',
    forConnect: true,
  },
  {
    resource: 'Connected accounts',
    path: '/v2/core/accounts',
    may: 'read',
    because: 'where Stripe Connect pays to',
    forConnect: true,
  },
]

/** Asks for one object of each kind, and tries to make nothing: what the key may do, as Stripe says it. Changes nothing. */
export async function checkKey(stripe: Stripe): Promise<Permission[]> {
  return Promise.all(
    [...reads, ...writes, ...connect].map(async ({ path, ...permission }) => ({
      ...permission,
      granted: await isGranted(() =>
        permission.may === 'read'
          ? stripe.rawRequest('GET', `${path}${path.includes('?') ? '&' : '?'}limit=1`)
          : stripe.rawRequest('POST', path, {}),
      ),
    })),
  )
}

async function isGranted(request: () => Promise<unknown>): Promise<boolean | null> {
  try {
    await request()
    return true
  } catch (error) {
    if (error instanceof Stripe.errors.StripePermissionError) return false
    return error instanceof Stripe.errors.StripeInvalidRequestError ? true : null
  }
}
