import { Stripe } from './client'

const { signature } = new Stripe('sk_test_unused_for_signatures').webhooks
const toleranceSeconds = 300

/**
 * Whether one of the secrets signed the body within the last 300 s. Several secrets are valid while one is being rolled.
 * @returns null if so, else a sentence that says what is wrong
 */
export function signatureProblem(
  rawBody: string,
  header: string | null,
  secrets: readonly string[],
): string | null {
  if (header === null || header === '') return 'The Stripe-Signature header is missing.'
  if (signature === null) throw new Error('This build of the Stripe SDK cannot verify signatures.')
  let problem = 'No webhook secret is set.'
  for (const secret of secrets) {
    try {
      signature.verifyHeader(rawBody, header, secret, toleranceSeconds)
      return null
    } catch (error) {
      problem =
        error instanceof Error && error.message.includes('Timestamp outside')
          ? 'The signature is older than 300 seconds.'
          : 'The signature does not match the body.'
    }
  }
  return problem
}
