import { apiVersion, type Stripe } from '@/lib/stripe/client'

export const webhookPath = '/api/stripe/webhook'

export type EndpointState =
  | { state: 'missing' }
  | { state: 'right'; id: string }
  /** It is there, and not as it should be. */
  | { state: 'wrong'; id: string; problems: string[] }

/** How Stripe's endpoint for this address stands. */
export async function inspectEndpoint(
  stripe: Stripe,
  url: string,
  types: ReadonlySet<string>,
): Promise<EndpointState> {
  const endpoint = await findOwn(stripe, url)
  if (!endpoint) return { state: 'missing' }
  const { id, status, api_version: version, enabled_events: events } = endpoint
  const lacking = events.includes('*') ? [] : [...types].filter((type) => !events.some((one) => one === type))
  const [first = '', ...others] = lacking
  const problems = [
    ...(status === 'enabled' ? [] : ['It is disabled.']),
    ...(version === apiVersion
      ? []
      : [
          `It sends API version ${version ?? 'of the account'}, not ${apiVersion}; that works, at the price of a request an event.`,
        ]),
    ...(lacking.length === 0
      ? []
      : [`It does not send ${first}${others.length > 0 ? ` and ${others.length} more types` : ''}.`]),
  ]
  return problems.length === 0 ? { state: 'right', id } : { state: 'wrong', id, problems }
}

/** The endpoints at an address; one in our API version first, so that it is kept. */
export async function endpointsAt(stripe: Stripe, url: string): Promise<Stripe.WebhookEndpoint[]> {
  const found: Stripe.WebhookEndpoint[] = []
  for await (const endpoint of stripe.webhookEndpoints.list({ limit: 100 })) {
    if (endpoint.url === url) found.push(endpoint)
  }
  return found.toSorted((a, b) => Number(b.api_version === apiVersion) - Number(a.api_version === apiVersion))
}

/** The account's own, not one for affiliates' accounts at Connect. */
async function findOwn(stripe: Stripe, url: string): Promise<Stripe.WebhookEndpoint | undefined> {
  return (await endpointsAt(stripe, url)).find(({ application }) => application === null)
}

function eventTypes(types: ReadonlySet<string>): Stripe.WebhookEndpointCreateParams.EnabledEvent[] {
  // Every handler is named after a type of Stripe's.
  return [...types].toSorted() as Stripe.WebhookEndpointCreateParams.EnabledEvent[]
}

/**
 * Makes the endpoint, or mends the one that is there.
 * @returns its secret where it was made: Stripe shows it this once
 */
export async function ensureEndpoint(
  stripe: Stripe,
  url: string,
  types: ReadonlySet<string>,
): Promise<{ id: string; secret: string | null }> {
  const known = await findOwn(stripe, url)
  if (known) {
    await mendEndpoint(stripe, known.id, types)
    return { id: known.id, secret: null }
  }
  const made = await makeEndpoint(stripe, url, types)
  return { id: made.id, secret: made.secret ?? null }
}

/** @param of whose events: the account's own, or those of affiliates' accounts at Connect. Stripe shows the secret this once. */
export async function makeEndpoint(
  stripe: Stripe,
  url: string,
  types: ReadonlySet<string>,
  of: 'account' | 'connect' = 'account',
): Promise<Stripe.WebhookEndpoint> {
  return stripe.webhookEndpoints.create({
    url,
    enabled_events: eventTypes(types),
    api_version: apiVersion as Stripe.WebhookEndpointCreateParams.ApiVersion, // the SDK's own version
    description: 'Tributary',
    ...(of === 'connect' && { connect: true }),
  })
}

/** Sends what is handled from now on; an endpoint's API version stays what it was. */
export async function mendEndpoint(stripe: Stripe, id: string, types: ReadonlySet<string>): Promise<void> {
  await stripe.webhookEndpoints.update(id, { enabled_events: eventTypes(types), disabled: false })
}
