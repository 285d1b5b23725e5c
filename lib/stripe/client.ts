import Stripe from 'stripe'
import { env } from '@/lib/env'
import { countCalls } from './calls'

export { Stripe }

/** The API version whose shapes this code reads: the one the SDK pins. */
export const apiVersion = Stripe.API_VERSION

/**
 * A client that gives up after 20 s (Stripe can hang for 80) and tries a request twice more by itself.
 * @param apiBase where the SDK talks to instead of Stripe, e.g. `http://127.0.0.1:12111`
 */
export function createStripe(
  secretKey: string,
  apiBase?: string,
  options: Pick<Stripe.StripeConfig, 'httpClient'> = {},
): Stripe {
  const base = apiBase === undefined ? undefined : new URL(apiBase)
  const client = new Stripe(secretKey, {
    ...options,
    apiVersion,
    timeout: 20_000,
    maxNetworkRetries: 2,
    telemetry: false,
    appInfo: { name: 'Tributary' },
    ...(base && {
      host: base.hostname,
      port: Number(base.port || (base.protocol === 'https:' ? 443 : 80)),
      protocol: base.protocol === 'https:' ? 'https' : 'http',
    }),
  })
  return countCalls(client)
}

const cache = new Map<string, Stripe>()

/** The client of this process's environment. */
export function stripeClient(): Stripe {
  const { stripeSecretKey, stripeApiBase } = env()
  const key = `${stripeSecretKey} ${stripeApiBase ?? ''}`
  const client = cache.get(key) ?? createStripe(stripeSecretKey, stripeApiBase)
  cache.set(key, client)
  return client
}

/** Stripe says that there is no such object (any more). */
export function isMissing(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing'
}

/** Stripe understood what was asked and will not do it, however often it is asked. */
export function isRefused(error: unknown): error is Stripe.errors.StripeInvalidRequestError {
  return error instanceof Stripe.errors.StripeInvalidRequestError
}
