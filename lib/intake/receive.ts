import { database } from '@/db'
import { wallNow } from '@/lib/clock'
import { env } from '@/lib/env'
import { log } from '@/lib/log'
import { signatureProblem } from '@/lib/stripe/signature'
import { parseEvent } from './parse-event'
import { recordEvent } from './record-event'

const longestBody = 1024 * 1024
const patienceMs = 5_000

/**
 * Stripe's delivery: verify, record, answer. Nothing is acknowledged that is not committed.
 * @returns the status and JSON of contract's `POST /api/stripe/webhook`
 */
export async function receive(request: Request): Promise<Response> {
  const { stripeWebhookSecrets, booksMode } = env()
  if (stripeWebhookSecrets.length === 0) {
    return refuse(400, 'No webhook secret is set: this endpoint is closed until STRIPE_WEBHOOK_SECRET is.')
  }
  const rawBody = await readText(request, longestBody)
  if (rawBody === null) return refuse(413, 'The body is larger than 1 MiB.')
  const problem = signatureProblem(rawBody, request.headers.get('stripe-signature'), stripeWebhookSecrets)
  if (problem !== null) return refuse(400, problem)
  const event = parseEvent(rawBody)
  if ('problem' in event) return refuse(400, event.problem)
  if (event.livemode !== (booksMode === 'live')) {
    return refuse(
      400,
      `This is a ${event.livemode ? 'live' : 'test'}-mode event; these are ${booksMode} books.`,
    )
  }
  try {
    const outcome = await withinPatience(recordEvent(database(), event, wallNow()))
    return Response.json({ received: true, eventId: event.id, outcome })
  } catch (error) {
    log.error({ eventId: event.id, error }, 'an event could not be recorded')
    return refuse(503, 'The event could not be recorded; send it again.', { 'Retry-After': '5' })
  }
}

function refuse(status: number, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ received: false, error: { message } }, { status, headers })
}

/** @returns null where the body is longer than `limit` bytes. Bytes that are no UTF-8 make the signature fail. */
async function readText(request: Request, limit: number): Promise<string | null> {
  if (Number(request.headers.get('content-length') ?? 0) > limit) return null
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength
    if (length > limit) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function withinPatience<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no commit within ${patienceMs} ms`)), patienceMs)
  })
  try {
    return await Promise.race([work, patience])
  } finally {
    clearTimeout(timer)
  }
}
