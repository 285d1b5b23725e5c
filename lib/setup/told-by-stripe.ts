import { TributaryError } from '@/lib/errors'
import { Stripe } from '@/lib/stripe/client'

/** What Stripe refuses is told in its own words: it knows what is wrong with an address or a key. */
export async function toldByStripe<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error
    throw new TributaryError('conflict', `Stripe says: ${error.message}`)
  }
}
