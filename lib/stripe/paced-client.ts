import { setTimeout as wait } from 'node:timers/promises'
import { createStripe, Stripe } from './client'

/** Stripe says 100 requests a second in live mode and 25 in a sandbox; most of it belongs to the shop itself. */
const usualPerSecond = { live: 20, test: 8 }
/** Payouts may take more: each asks two endpoints in turn, and Stripe gives each of them 25 a second in live mode. */
const sendingPerSecond = { live: 40, test: 12 }
const longestWaitMs = 60_000
const usualPatience = 8

export interface Pace {
  perSecond: number
  /** How often one request is asked when Stripe says that it is asked too much. */
  patience?: number
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
  const usual = usualPerSecond[modeOf(secretKey)]
  // Our own stand-in has no limits.
  const {
    perSecond,
    patience = usualPatience,
    pause = wait,
  } = pace ?? { perSecond: apiBase === undefined ? usual : 200 }
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

/**
 * For sending payouts. Asked too much, Stripe has done nothing: the same request under the same key is asked again after as long as Stripe
 * says, but for no longer than a payout is leased.
 */
export function createSendingStripe(secretKey: string, apiBase?: string): PacedClient {
  const perSecond = apiBase === undefined ? sendingPerSecond[modeOf(secretKey)] : 1_000
  return createPacedStripe(secretKey, apiBase, { perSecond, patience: 3 })
}

const modeOf = (secretKey: string) => (/^.k_live_/.test(secretKey) ? 'live' : 'test')
