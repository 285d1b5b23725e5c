import { createHmac } from 'node:crypto'
import { closeDatabase, database } from '@/db'
import { env } from '@/lib/env'
import { receive } from '@/lib/intake/receive'
import { reconcile } from '@/lib/intake/reconcile/reconcile'
import { settleBatch } from '@/lib/intake/settle-batch'
import { log } from '@/lib/log'
import { stripeClient } from '@/lib/stripe/client'
import { createPacedStripe } from '@/lib/stripe/paced-client'

/** A run that logs all it can: deliveries good and bad, settling, failures of the database and of Stripe, a sweep. */

function delivery(body: string, secret: string): Request {
  const at = Math.floor(Date.now() / 1000)
  const signature = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')
  return new Request('http://localhost/api/stripe/webhook', {
    method: 'POST',
    headers: { 'stripe-signature': `t=${at},v1=${signature}` },
    body,
  })
}

const [secret = ''] = env().stripeWebhookSecrets
const stripe = stripeClient()
const statuses: Record<string, number> = {}
for await (const event of stripe.events.list({ limit: 100 })) {
  const body = JSON.stringify(event)
  for (const by of [secret, 'whsec_somebody_elses']) {
    const { status } = await receive(delivery(body, by))
    statuses[status] = (statuses[status] ?? 0) + 1
  }
}
await settleBatch(database(), stripe, { worker: 'talkative', limit: 500 })
const client = createPacedStripe(env().stripeSecretKey, env().stripeApiBase)
const options = { db: database(), client, begunBy: 'by_hand', since: new Date(0) } as const
await reconcile({ kind: 'system', job: 'test' }, options).catch((error: unknown) =>
  log.error({ error }, 'the sweep failed'),
)
const carried = new Error(`${secret} ${env().stripeSecretKey} ${env().databaseUrl} for buyer@example.com`)
log.error({ error: carried, header: `t=1,v1=${'0a'.repeat(32)}` }, 'an error that carries all there is')
await closeDatabase()
log.flush()
process.stdout.write(JSON.stringify(statuses))
