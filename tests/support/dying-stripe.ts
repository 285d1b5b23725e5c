import type { Sandbox } from '@/lib/stripe-sandbox/index'
import { Stripe } from '@/lib/stripe/client'

/** A client whose n-th request is done at Stripe, and whose answer never comes: the process died there. */
export function dyingAtAnswer(sandbox: Sandbox, n: number): { client: Stripe; died: Promise<void> } {
  let count = 0
  let die: () => void = () => undefined
  const died = new Promise<void>((resolve) => (die = resolve))
  const never = new Promise<Response>(() => undefined)
  const client = new Stripe('sk_test_books', {
    httpClient: Stripe.createFetchHttpClient(async (...request) => {
      count += 1
      if (count < n) return sandbox.fetch(...request)
      if (count > n) return never
      await sandbox.fetch(...request)
      die()
      return never
    }),
    maxNetworkRetries: 0,
    telemetry: false,
  })
  return { client, died }
}
