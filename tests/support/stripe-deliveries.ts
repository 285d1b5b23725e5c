import { createHmac } from 'node:crypto'
import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

/** An event as it is posted: the very bytes that are signed. */
export interface Delivery {
  id: string
  body: string
}

export interface Deliveries {
  /** Hands events over; each is sent until it is acknowledged, as Stripe does. */
  add(events: readonly { id: string }[]): void
  /** When each was first acknowledged, in epoch milliseconds. */
  acknowledged: ReadonlyMap<string, number>
  /** What came back, by status, or by the error's code where nothing did. */
  answers: ReadonlyMap<string, number>
  /** How many are still to be acknowledged. */
  left(): number
  /** Resolves when everything is acknowledged. Throws after `withinMs`. */
  finished(withinMs: number): Promise<void>
  /** Sends nothing more. */
  stop(): Promise<void>
}

export interface DeliveryOptions {
  /** The addresses of web servers, taken in turn. */
  urls: readonly string[]
  secret: string
  connections: number
  /** How long one connection waits after an answer. */
  restMs?: number
}

const patienceMs = 15_000
const retryMs = 150

export function asDelivery(event: { id: string }): Delivery {
  return { id: event.id, body: JSON.stringify(event) }
}

function signed(body: string, secret: string, atMs: number): string {
  const at = Math.floor(atMs / 1000)
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`
}

/** Posts one delivery. Answers with the status, or the error's code where there was no answer. */
export function post(
  url: string,
  { body }: Delivery,
  options: { secret: string; agent?: Agent; atMs?: number },
): Promise<string> {
  const { secret, agent, atMs = Date.now() } = options
  return new Promise((resolve) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'stripe-signature': signed(body, secret, atMs),
    }
    const sent = request(`${url}/api/stripe/webhook`, { method: 'POST', agent, headers }, (answer) => {
      answer.resume()
      answer.once('error', () => resolve('cut'))
      answer.once('end', () => resolve(String(answer.statusCode)))
    })
    sent.setTimeout(patienceMs, () => sent.destroy(new Error('silence')))
    sent.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    sent.end(body)
  })
}

/** Stripe's side of the webhook: everything is sent again until a 2xx comes back. */
export function startDeliveries({ urls, secret, connections, restMs = 0 }: DeliveryOptions): Deliveries {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const queue: Delivery[] = []
  const acknowledged = new Map<string, number>()
  const answers = new Map<string, number>()
  let under = 0
  let turn = 0
  let stopped = false

  const send = async (delivery: Delivery) => {
    const url = urls[turn++ % urls.length] ?? ''
    const answer = await post(url, delivery, { secret, agent })
    answers.set(answer, (answers.get(answer) ?? 0) + 1)
    if (answer === '200') {
      if (!acknowledged.has(delivery.id)) acknowledged.set(delivery.id, Date.now())
      if (restMs > 0) await pause(restMs)
    } else {
      queue.push(delivery)
      await pause(retryMs)
    }
  }
  const lane = async () => {
    while (!stopped) {
      const delivery = queue.shift()
      if (!delivery) {
        await pause(20)
        continue
      }
      under += 1
      await send(delivery)
      under -= 1
    }
  }
  const lanes = Array.from({ length: connections }, lane)
  const left = () => queue.length + under
  return {
    add: (events) => queue.push(...events.map(asDelivery)),
    acknowledged,
    answers,
    left,
    finished: async (withinMs) => {
      for (const until = Date.now() + withinMs; left() > 0; await pause(20)) {
        if (Date.now() > until)
          throw new Error(`${left()} deliveries were not acknowledged: ${tally(answers)}`)
      }
    },
    stop: async () => {
      stopped = true
      await Promise.all(lanes)
      agent.destroy()
    },
  }
}

/** `200: 4,020, 503: 12, ECONNREFUSED: 31`. */
export function tally(answers: ReadonlyMap<string, number>): string {
  return [...answers].map(([answer, count]) => `${answer}: ${count.toLocaleString('en')}`).join(', ')
}
