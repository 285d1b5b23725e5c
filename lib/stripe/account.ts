import { Stripe } from './client'

/** Whose key it is. Null where a restricted key may not say, or Stripe cannot be reached now. */
export async function findAccountId(stripe: Stripe): Promise<string | null> {
  try {
    const account = await stripe.accounts.retrieveCurrent()
    return account.id
  } catch (error) {
    if (error instanceof Stripe.errors.StripeAuthenticationError) throw error
    return null
  }
}
