import { showAccountV1 } from '@/lib/stripe-sandbox/billing/accounts'
import { StripeFault } from '@/lib/stripe-sandbox/machine/faults'
import { route } from '@/lib/stripe-sandbox/machine/router'
import type { World } from '@/lib/stripe-sandbox/machine/world'

const accountOf = (world: World) => ({
  id: world.accountId,
  object: 'account',
  business_profile: {
    annual_revenue: null,
    estimated_worker_count: null,
    mcc: '5734',
    minority_owned_business_designation: null,
    name: 'Sandbox',
    product_description: null,
    support_address: null,
    support_email: null,
    support_phone: null,
    support_url: null,
    url: null,
  },
  business_type: 'company',
  capabilities: { card_payments: 'active', transfers: 'active' },
  charges_enabled: true,
  controller: { type: 'account' },
  country: 'US',
  default_currency: 'usd',
  details_submitted: true,
  email: 'owner@example.com',
  metadata: {},
  payouts_enabled: true,
  settings: { dashboard: { display_name: 'Sandbox', timezone: 'Etc/UTC' } },
  type: 'standard',
})

export const accountRoutes = [
  route('GET', '/v1/account', {}, (world) => accountOf(world)),
  route('GET', '/v1/accounts/:id', {}, (world, _, id) => {
    if (id === world.accountId) return accountOf(world)
    const connected = world.store.find('sandbox.account', id)
    if (connected) return showAccountV1(connected)
    throw new StripeFault(403, {
      type: 'invalid_request_error',
      code: 'account_invalid',
      message: `The provided key does not have access to account '${id}' (or that account does not exist). Application access may have been revoked.`,
    })
  }),
]
