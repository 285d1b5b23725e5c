import { setTimeout as wait } from 'node:timers/promises'
import { createStripe, Stripe } from './client'

/** Stripe says 100 requests a second in live mode and 25 in a sandbox; most of it belongs to the shop itself. */
const usualPerSecond = { live: 20, test: 8 }
const longestWaitMs = 60_000
const patience = 8

export interface Pace {
  perSecond: number
  /** Stands in for time in tests. */
  pause?: (ms: number) => Promise<unknown>
}

/** A client for long walks: asks no faster than agreed, and waits when Stripe says that it is asked too much. */
export interface PacedClient {
  stripe: Stripe
  /** Of this client, so far. */
  spent(): { calls: number; limited: number }
}

export function createPacedStripe(secretKey: string, apiBase?: string, pace?: Pace): PacedClient {
  const usual = /^.k_live_/.test(secretKey) ? usualPerSecond.live : usualPerSecond.test
  // Our own stand-in has no limits.
  const { perSecond, pause = wait } = pace ?? { perSecond: apiBase === undefined ? usual : 200 }
  const inner = Stripe.createNodeHttpClient()
  const spent = { calls: 0, limited: 0 }
  let nextTurn = 0

  async function turn(): Promise<void> {
    const now = Date.now()
    const mine = Math.max(now, nextTurn)
    nextTurn = mine + 1000 / perSecond
    if (mine > now) await pause(mine - now)
  }

  type Ask = Parameters<typeof inner.makeRequest>
  const client = {
    getClientName: () => inner.getClientName(),
    makeRequest: async (...ask: Ask) => {
      for (let attempt = 1; ; attempt += 1) {
        await turn()
        spent.calls += 1
        const answer = await inner.makeRequest(...ask)
        if (answer.getStatusCode() !== 429) return answer
        spent.limited += 1
        if (attempt >= patience) return answer
        const wanted = Number(answer.getHeaders()['retry-after'])
        answer.dispose?.()
        const ms = Number.isFinite(wanted) && wanted > 0 ? wanted * 1000 : 500 * 2 ** attempt
        await pause(Math.min(ms, longestWaitMs))
      }
    },
  }
  return { stripe: createStripe(secretKey, apiBase, { httpClient: client }), spent: () => ({ ...spent }) }
}
