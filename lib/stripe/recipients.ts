import { isMissing, Stripe } from './client'

/** Whether an account takes transfers now. `inactive` too where it is gone. */
export async function readTransfersStatus(
  stripe: Stripe,
  accountId: string,
): Promise<'inactive' | 'pending' | 'active'> {
  try {
    const account = await stripe.accounts.retrieve(accountId)
    const status = account.capabilities?.transfers
    if (status === 'active') return 'active'
    return status === 'pending' ? 'pending' : 'inactive'
  } catch (error) {
    // What an account's key may not see is answered with 403.
    if (isMissing(error) || error instanceof Stripe.errors.StripePermissionError) return 'inactive'
    throw error
  }
}

/**
 * The account that was made for an affiliate, where the answer to it was lost: Stripe cannot be asked for it by metadata, so all of them
 * are looked through. Null: there is none.
 */
export async function findRecipient(stripe: Stripe, affiliateId: string): Promise<string | null> {
  const accounts = stripe.v2.core.accounts.list({ applied_configurations: ['recipient'] })
  for await (const { id, metadata } of accounts) if (metadata?.['affiliate_id'] === affiliateId) return id
  return null
}

/**
 * An account that receives transfers and nothing else (Accounts v2; https://docs.stripe.com/connect/accounts-v2). Asked twice for the
 * same affiliate within a day, Stripe gives the same: later `findRecipient` is asked first.
 * @param country two small letters
 */
export async function createRecipient(
  stripe: Stripe,
  person: { affiliateId: string; email: string; displayName: string; country: string },
): Promise<string> {
  const { affiliateId, email, displayName, country } = person
  const account = await stripe.v2.core.accounts.create(
    {
      contact_email: email,
      display_name: displayName,
      dashboard: 'express',
      identity: { country, entity_type: 'individual' },
      configuration: {
        recipient: { capabilities: { stripe_balance: { stripe_transfers: { requested: true } } } },
      },
      defaults: { responsibilities: { fees_collector: 'application', losses_collector: 'application' } },
      metadata: { affiliate_id: affiliateId },
    },
    { idempotencyKey: `recipient/${affiliateId}` },
  )
  return account.id
}

/** A page of Stripe's, for a few minutes, where the affiliate says who they are and where the money goes. */
export async function createOnboardingLink(
  stripe: Stripe,
  accountId: string,
  urls: { returnUrl: string; refreshUrl: string },
): Promise<string> {
  const link = await stripe.v2.core.accountLinks.create({
    account: accountId,
    use_case: {
      type: 'account_onboarding',
      account_onboarding: {
        return_url: urls.returnUrl,
        refresh_url: urls.refreshUrl,
      },
    },
  })
  return link.url
}
