import type Stripe from 'stripe'
import { control, type Shop } from './stripe-sandbox-client'

/** Somebody who may be sent money, and nothing else. */
export const recipient: Stripe.V2.Core.AccountCreateParams = {
  contact_email: 'ahmet@example.com',
  display_name: 'Ahmet',
  dashboard: 'express',
  defaults: { responsibilities: { fees_collector: 'application', losses_collector: 'application' } },
  identity: { country: 'us', entity_type: 'individual' },
  configuration: {
    recipient: { capabilities: { stripe_balance: { stripe_transfers: { requested: true } } } },
  },
  metadata: { affiliate_id: 'aff_1' },
}

/** An account that has been through the onboarding. */
export async function payee({ stripe }: Shop): Promise<string> {
  const { id } = await stripe.v2.core.accounts.create(recipient)
  await control(stripe, `accounts/${id}/onboard`)
  return id
}

export const fund = ({ stripe }: Shop, amount: number, currency = 'usd') =>
  control(stripe, 'balance', { amount, currency })

/** A transfer of $10 whose idempotency key is in its metadata too. */
export const send = (stripe: Stripe, destination: string, idempotencyKey: string, amount = 1000) =>
  stripe.transfers.create(
    { amount, currency: 'usd', destination, transfer_group: 'run_1', metadata: { payout: idempotencyKey } },
    { idempotencyKey },
  )

export const sent = ({ sandbox }: Shop): number => sandbox.all('transfer').length
