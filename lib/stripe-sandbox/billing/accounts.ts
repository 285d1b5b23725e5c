import type Stripe from 'stripe'
import { invalid, StripeFault } from '@/lib/stripe-sandbox/machine/faults'
import type { CapabilityStatus, ConnectedAccount } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

type Account = Stripe.V2.Core.Account
type StripeBalance = Stripe.V2.Core.Account.Configuration.Recipient.Capabilities.StripeBalance
type Detail =
  Stripe.V2.Core.Account.Configuration.Recipient.Capabilities.StripeBalance.StripeTransfers.StatusDetail

export const iso = (seconds: number): string => new Date(seconds * 1000).toISOString()

const details: Record<CapabilityStatus, Detail[]> = {
  active: [],
  pending: [{ code: 'requirements_pending_verification', resolution: 'no_resolution' }],
  restricted: [{ code: 'requirements_past_due', resolution: 'provide_info' }],
  rejected: [{ code: 'rejected_other', resolution: 'contact_stripe' }],
  unsupported: [{ code: 'unsupported_country', resolution: 'contact_stripe' }],
}

const capability = (status: CapabilityStatus) => ({ status, status_details: details[status] })

function configurationOf({ closed, transfers, payouts }: ConnectedAccount) {
  const balance = {
    ...(transfers ? { stripe_transfers: capability(transfers) } : {}),
    ...(payouts ? { payouts: capability(payouts) } : {}),
  } satisfies StripeBalance
  return {
    customer: null,
    merchant: null,
    recipient: transfers || payouts ? { applied: !closed, capabilities: { stripe_balance: balance } } : null,
  }
}

function requirementsOf({ detailsSubmitted, transfers }: ConnectedAccount): Account['requirements'] {
  if (detailsSubmitted || transfers === null) return { entries: [] }
  const deadline = { status: 'currently_due' } as const
  return {
    entries: [
      {
        awaiting_action_from: 'user',
        description: 'identity.individual.given_name',
        errors: [],
        impact: {
          restricts_capabilities: [
            { capability: 'stripe_balance.stripe_transfers', configuration: 'recipient', deadline },
          ],
        },
        minimum_deadline: deadline,
        requested_reasons: [{ code: 'routine_onboarding' }],
      },
    ],
    summary: { minimum_deadline: deadline },
  }
}

/** As API v2 shows it: what `include` does not name is null. */
export function showAccount(account: ConnectedAccount, include: string[] = []): object {
  const names = new Set(include.map((name) => name.split('.')[0]))
  const shown = <T>(name: string, part: T): T | null => (names.has(name) ? part : null)
  return {
    id: account.id,
    object: 'v2.core.account',
    applied_configurations: account.transfers || account.payouts ? ['recipient'] : [],
    closed: account.closed,
    configuration: shown('configuration', configurationOf(account)),
    contact_email: account.contactEmail,
    contact_phone: null,
    created: iso(account.created),
    dashboard: account.dashboard,
    defaults: shown('defaults', {
      currency: account.currency,
      locales: null,
      profile: null,
      responsibilities: account.responsibilities,
    }),
    display_name: account.displayName,
    future_requirements: shown('future_requirements', { entries: [] }),
    identity: shown('identity', {
      attestations: null,
      business_details: null,
      country: account.country,
      entity_type: account.entityType,
      individual: null,
    }),
    livemode: false,
    metadata: account.metadata,
    requirements: shown('requirements', requirementsOf(account)),
  }
}

/** As API v1 shows the same account, also in `account.updated`. */
export function showAccountV1(account: ConnectedAccount): object {
  const due = account.detailsSubmitted ? [] : ['individual.first_name', 'external_account']
  const state = (status: CapabilityStatus | null) =>
    status === null ? undefined : status === 'active' || status === 'pending' ? status : 'inactive'
  return {
    id: account.id,
    object: 'account',
    business_profile: null,
    business_type: account.entityType,
    capabilities: { transfers: state(account.transfers) },
    charges_enabled: false,
    controller: {
      fees: { payer: account.responsibilities.fees_collector ?? 'application' },
      is_controller: true,
      losses: { payments: account.responsibilities.losses_collector ?? 'application' },
      requirement_collection: account.responsibilities.requirements_collector,
      stripe_dashboard: { type: account.dashboard },
      type: 'application',
    },
    country: account.country?.toUpperCase() ?? null,
    created: account.created,
    default_currency: account.currency ?? 'usd',
    details_submitted: account.detailsSubmitted,
    email: account.contactEmail,
    metadata: account.metadata,
    payouts_enabled: account.payouts === 'active',
    requirements: {
      alternatives: [],
      current_deadline: null,
      currently_due: due,
      disabled_reason: due.length > 0 ? 'requirements.past_due' : null,
      errors: [],
      eventually_due: due,
      past_due: due,
      pending_verification: [],
    },
    type: 'none',
  }
}

/** Throws API v2's 404 when it is not there. */
export function needAccount(world: World, id: string): ConnectedAccount {
  const account = world.store.find('sandbox.account', id)
  if (account) return account
  throw new StripeFault(404, {
    type: 'invalid_request_error',
    code: 'not_found',
    message: `The account ${id} was not found.`,
  })
}

export function changeAccount(world: World, id: string, change: Partial<ConnectedAccount>): ConnectedAccount {
  const before = needAccount(world, id)
  if (before.closed) throw invalid(`The account ${id} is closed.`)
  const after = world.store.update('sandbox.account', id, change)
  world.emit('account.updated', showAccountV1(after), world.wall(), showAccountV1(before), id)
  return after
}

/** A person has given all that was asked, and Stripe has looked at it. */
export function finishOnboarding(world: World, id: string): ConnectedAccount {
  const { transfers, payouts } = needAccount(world, id)
  return changeAccount(world, id, {
    detailsSubmitted: true,
    transfers: transfers === null ? null : 'active',
    payouts: payouts === null ? null : 'active',
  })
}
