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
  route('GET', '/v1/accounts/:id', {}, (world) => accountOf(world)),
]
