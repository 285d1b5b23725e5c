import { changeAccount, iso, needAccount, showAccount } from '@/lib/stripe-sandbox/billing/accounts'
import { invalid } from '@/lib/stripe-sandbox/machine/faults'
import {
  boolean,
  clearable,
  currency,
  integer,
  list,
  mergeMetadata,
  metadata,
  needed,
  object,
  oneOf,
  text,
  unused,
  type Params,
} from '@/lib/stripe-sandbox/machine/fields'
import { route } from '@/lib/stripe-sandbox/machine/router'
import type { CapabilityStatus, ConnectedAccount } from '@/lib/stripe-sandbox/machine/wire'

const linkLifeSeconds = 300

const request = object({ requested: boolean })
const include = list(
  oneOf(
    'configuration.customer',
    'configuration.merchant',
    'configuration.recipient',
    'defaults',
    'future_requirements',
    'identity',
    'requirements',
  ),
)

const accountShape = {
  configuration: object({
    recipient: object({
      capabilities: object({ stripe_balance: object({ payouts: request, stripe_transfers: request }) }),
    }),
  }),
  contact_email: clearable(text),
  dashboard: oneOf('express', 'full', 'none'),
  defaults: object({
    currency,
    locales: list(text),
    profile: unused,
    responsibilities: object({
      fees_collector: needed(oneOf('application', 'application_custom', 'application_express', 'stripe')),
      losses_collector: needed(oneOf('application', 'stripe')),
    }),
  }),
  display_name: clearable(text),
  identity: object({
    attestations: unused,
    business_details: unused,
    country: text,
    entity_type: oneOf('company', 'government_entity', 'individual', 'non_profit'),
    individual: unused,
  }),
  include,
  metadata,
}
type AccountAsk = Params<typeof accountShape>

/** A capability that is asked for waits for the onboarding; one that was asked for stays as it is. */
function asked(
  before: CapabilityStatus | null,
  ask: { requested?: boolean } | undefined,
): CapabilityStatus | null {
  if (ask?.requested === undefined) return before
  return ask.requested ? (before ?? 'restricted') : null
}

function applied(before: ConnectedAccount, ask: AccountAsk): ConnectedAccount {
  const balance = ask.configuration?.recipient?.capabilities?.stripe_balance
  const after = {
    ...before,
    contactEmail: ask.contact_email === undefined ? before.contactEmail : ask.contact_email,
    displayName: ask.display_name === undefined ? before.displayName : ask.display_name,
    country: ask.identity?.country?.toLowerCase() ?? before.country,
    entityType: ask.identity?.entity_type ?? before.entityType,
    dashboard: ask.dashboard ?? before.dashboard,
    currency: ask.defaults?.currency ?? before.currency,
    responsibilities: { ...before.responsibilities, ...ask.defaults?.responsibilities },
    metadata: mergeMetadata(before.metadata, ask.metadata),
    transfers: asked(before.transfers, balance?.stripe_transfers),
    payouts: asked(before.payouts, balance?.payouts),
  }
  if (after.transfers !== null && after.country === null) {
    throw invalid('identity.country is required to request this capability.', 'identity.country')
  }
  return after
}

const collectionOptions = object({
  fields: oneOf('currently_due', 'eventually_due'),
  future_requirements: oneOf('include', 'omit'),
})
const useCase = object({
  collection_options: collectionOptions,
  refresh_url: needed(text),
  return_url: text,
})

export const connectedAccountRoutes = [
  route('POST', '/v2/core/accounts', accountShape, (world, params) => {
    const fresh = applied(
      {
        object: 'sandbox.account',
        id: world.id('acct_1', 16),
        created: world.wall(),
        closed: false,
        contactEmail: null,
        displayName: null,
        country: null,
        entityType: null,
        dashboard: 'none',
        currency: null,
        responsibilities: { requirements_collector: 'stripe' },
        metadata: {},
        detailsSubmitted: false,
        transfers: null,
        payouts: null,
      },
      params,
    )
    world.store.put('sandbox.account', fresh)
    return showAccount(fresh, params.include)
  }),
  route('GET', '/v2/core/accounts/:id', { include }, (world, params, id) =>
    showAccount(needAccount(world, id), params.include),
  ),
  route('POST', '/v2/core/accounts/:id', accountShape, (world, params, id) =>
    showAccount(changeAccount(world, id, applied(needAccount(world, id), params)), params.include),
  ),
  route(
    'POST',
    '/v2/core/accounts/:id/close',
    { applied_configurations: list(oneOf('customer', 'merchant', 'recipient')) },
    (world, _, id) => showAccount(changeAccount(world, id, { closed: true })),
  ),
  route(
    'GET',
    '/v2/core/accounts',
    { limit: integer, page: text, closed: boolean, applied_configurations: list(text) },
    (world, params) => {
      const limit = params.limit ?? 20
      const all = world.store.walk('sandbox.account', undefined, params.page, false)
      const data: ConnectedAccount[] = []
      let hasMore = false
      for (const account of all) {
        if (account.closed !== (params.closed ?? false)) continue
        if (data.length === limit) {
          hasMore = true
          break
        }
        data.push(account)
      }
      const last = data.at(-1)?.id
      return {
        data: data.map((account) => showAccount(account)),
        next_page_url: hasMore ? `/v2/core/accounts?limit=${limit}&page=${last}` : null,
        previous_page_url: null,
      }
    },
  ),
  route(
    'POST',
    '/v2/core/account_links',
    {
      account: needed(text),
      use_case: needed(
        object({
          account_onboarding: useCase,
          account_update: useCase,
          type: needed(oneOf('account_onboarding', 'account_update')),
        }),
      ),
    },
    (world, { account, use_case: use }) => {
      needAccount(world, account)
      if (use[use.type] === undefined) {
        throw invalid(`Missing required param: use_case[${use.type}].`, `use_case[${use.type}]`)
      }
      const now = world.wall()
      return {
        object: 'v2.core.account_link',
        account,
        created: iso(now),
        expires_at: iso(now + linkLifeSeconds),
        livemode: false,
        url: `${world.settings.onboardingUrl}${account}/${world.id('', 12)}`,
        use_case: use,
      }
    },
  ),
]
