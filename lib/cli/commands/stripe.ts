import { connectEventTypes, handledEventTypes } from '@/lib/intake/events'
import { apiVersion, stripeClient, type Stripe } from '@/lib/stripe/client'
import { endpointsAt, makeEndpoint, mendEndpoint, webhookPath } from '@/lib/setup/webhook-endpoint'
import { only, UsageError, type Asked, type Command } from './command'

export const setupStripe: Command = {
  name: 'setup stripe',
  usage: '--url URL [--payouts] [--replace]',
  summary:
    'creates the webhook endpoint in Stripe, with just the event types that are handled; prints its secret',
  options: {
    url: {
      type: 'string',
      value: 'URL',
      help: `where this programme is reached; ${webhookPath} is added to a bare host`,
    },
    payouts: {
      type: 'boolean',
      help: 'makes the endpoint for affiliates’ accounts at Stripe Connect too; its secret is the second one printed',
    },
    replace: { type: 'boolean', help: 'makes a new endpoint for one that is there, and deletes that one' },
  },
  needs: 'stripe',
  run: async (asked) => {
    only(asked)
    const url = endpointUrl(asked.text('url'))
    const own = await ensureEndpoint(asked, url, handledEventTypes)
    if (!asked.flag('payouts')) return own
    const connected = connectAddress(url)
    const connect = await ensureEndpoint(asked, connected, connectEventTypes)
    asked.say('Both secrets go into STRIPE_WEBHOOK_SECRET, with a comma between them.')
    return {
      exit: 0,
      result: { ...own.result, connect: connect.result },
      lines: [...own.lines, ...connect.lines],
    }
  },
}

/** Stripe shows no list of who an endpoint is for: the address says it. */
function connectAddress(url: string): string {
  const address = new URL(url)
  address.searchParams.set('of', 'accounts')
  return address.href
}

interface Ensured {
  exit: 0
  result: { id: string; url: string; apiVersion: string; created: boolean; secret: string | null }
  lines: string[]
}

async function ensureEndpoint(asked: Asked, url: string, types: ReadonlySet<string>): Promise<Ensured> {
  const stripe = stripeClient()
  const [known, ...others] = await endpointsAt(stripe, url)
  const fits = known?.api_version === apiVersion
  if (known && fits && !asked.flag('replace')) return update(stripe, known, types, asked.say)
  const made = await makeEndpoint(stripe, url, types, types === connectEventTypes ? 'connect' : 'account')
  for (const old of known ? [known, ...others] : []) {
    if (asked.flag('replace')) await stripe.webhookEndpoints.del(old.id)
    else
      asked.say(
        `${old.id} sends the same events in API version ${old.api_version ?? 'of the account'}: delete it once the new secret is in use.`,
      )
  }
  const secret = made.secret ?? ''
  asked.say(
    `${made.id} sends ${made.enabled_events.length} event types to ${url}, in API version ${apiVersion}.`,
  )
  asked.say('Its secret, for STRIPE_WEBHOOK_SECRET, is not shown again:')
  return { exit: 0, result: { id: made.id, url, apiVersion, created: true, secret }, lines: [secret] }
}

/** Stripe shows a secret at its making only, and an endpoint's API version stays what it was. */
async function update(
  stripe: Stripe,
  known: Stripe.WebhookEndpoint,
  types: ReadonlySet<string>,
  say: (line: string) => void,
): Promise<Ensured> {
  const { id, url } = known
  await mendEndpoint(stripe, id, types)
  say(
    `${id} was there already and is up to date. Its secret was shown when it was made; --replace makes a new one.`,
  )
  return { exit: 0 as const, result: { id, url, apiVersion, created: false, secret: null }, lines: [id] }
}

function endpointUrl(text: string | undefined): string {
  if (text === undefined)
    throw new UsageError('--url URL is missing, such as https://affiliates.example.com.')
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new UsageError(`"${text}" is no address: one such as https://affiliates.example.com is wanted.`)
  }
  if (url.pathname === '/') url.pathname = webhookPath
  return url.href
}
