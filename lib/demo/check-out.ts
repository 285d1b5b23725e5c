import 'server-only'
import { z } from 'zod'
import type { Stripe } from '@/lib/stripe/client'

export interface Basket {
  customerId: string
  priceId: string
  mode: 'subscription' | 'payment'
  /** Where Stripe sends the customer afterwards. */
  returnUrl: string
  /** What a referral link brought, for `client_reference_id`. */
  reference?: string | undefined
  /** A promotion code's id: the discount is there when Checkout opens, and no other can be typed. */
  prefilledId?: string | undefined
}

/** What a person types on Stripe's page. */
export interface Typed {
  /** Null: nothing. */
  code: string | null
  name: string
  country: string
  postalCode: string
  cardNumber: string
  /** Stripe's fee on each payment with this card, in minor units; null: by Stripe's usual price. */
  feeMinor: number | null
}

const completed = z.object({
  id: z.string(),
  invoice: z.string().nullable(),
  payment_intent: z.string().nullable(),
})

export interface Purchase {
  sessionId: string
  /** Null: a one-off payment. */
  invoiceId: string | null
  /** Null where an invoice was paid, or nothing had to be. */
  paymentId: string | null
}

/**
 * A purchase through Checkout, the customer's part included.
 * @throws StripeInvalidRequestError with `param` promotion_code for a code that is none, StripeCardError for a refused card
 */
export async function checkOut(stripe: Stripe, basket: Basket, typed: Typed): Promise<Purchase> {
  const { customerId, priceId, mode, returnUrl, reference, prefilledId } = basket
  const session = await stripe.checkout.sessions.create({
    mode,
    customer: customerId,
    line_items: [{ price: priceId, quantity: 1 }],
    ...(prefilledId === undefined
      ? { allow_promotion_codes: true }
      : { discounts: [{ promotion_code: prefilledId }] }),
    ...(reference === undefined ? {} : { client_reference_id: reference }),
    success_url: returnUrl,
  })
  const { code, name, country, postalCode, cardNumber, feeMinor } = typed
  const answer: unknown = await stripe.rawRequest(
    'POST',
    `/v1/test_helpers/sandbox/checkout/sessions/${session.id}/complete`,
    {
      ...(code === null ? {} : { promotion_code: code }),
      name,
      country,
      postal_code: postalCode,
      card_number: cardNumber,
      ...(feeMinor === null ? {} : { fee: feeMinor }),
    },
  )
  const { id, invoice, payment_intent: paymentId } = completed.parse(answer)
  return { sessionId: id, invoiceId: invoice, paymentId }
}

/** The customer of this address who lives in the clock's time, found or made: one address is one customer. */
export async function ensureCustomer(
  stripe: Stripe,
  clockId: string,
  person: Pick<Typed, 'name' | 'country' | 'postalCode'> & { email: string },
): Promise<string> {
  const found = await findCustomer(stripe, clockId, person.email)
  if (found !== null) return found
  const { email, name, country, postalCode } = person
  const address = { country, postal_code: postalCode }
  const customer = await stripe.customers.create({ email, name, address, test_clock: clockId })
  return customer.id
}

export async function findCustomer(stripe: Stripe, clockId: string, email: string): Promise<string | null> {
  const { data } = await stripe.customers.list({ email, test_clock: clockId, limit: 1 })
  return data[0]?.id ?? null
}
