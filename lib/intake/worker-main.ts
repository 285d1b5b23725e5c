import { hostname } from 'node:os'
import { closeDatabase, database } from '@/db'
import { log } from '@/lib/log'
import { openOwnBooks } from '@/lib/programme/open-own-books'
import { mailTransport } from '@/lib/mail/transport'
import { env } from '@/lib/env'
import { stripeClient } from '@/lib/stripe/client'
import { createPacedStripe, createSendingStripe } from '@/lib/stripe/paced-client'
import { runWorker } from './worker'

/** The settlement worker as a process: ends after the batch in flight. */
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort())

await openOwnBooks()
const id = `${hostname()}-${process.pid}-${Date.now().toString(36)}`
log.info({ worker: id }, 'the worker is at work')
await runWorker({
  id,
  db: database(),
  stripe: stripeClient(),
  sweeper: createPacedStripe(env().stripeSecretKey, env().stripeApiBase),
  sender: createSendingStripe(env().stripeSecretKey, env().stripeApiBase),
  transport: mailTransport(),
  signal: stop.signal,
})
await closeDatabase()
process.exit(0)
