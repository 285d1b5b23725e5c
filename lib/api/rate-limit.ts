/** How many requests a key may make at once, and how many a second on and on. */
export interface Limit {
  burst: number
  perSecond: number
}

/** Of one web process: with several, a key has as many times this. */
export const usualLimit: Limit = { burst: 200, perSecond: 50 }

interface Bucket {
  tokens: number
  atMs: number
}

/** A token bucket for each key, in memory. */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>()
  readonly #limit: Limit

  constructor(limit: Limit) {
    this.#limit = limit
  }

  /** Takes one token. @returns 0, or in how many whole seconds there is one again */
  take(key: string, nowMs: number): number {
    const { burst, perSecond } = this.#limit
    const bucket = this.#buckets.get(key) ?? { tokens: burst, atMs: nowMs }
    const tokens = Math.min(burst, bucket.tokens + (Math.max(0, nowMs - bucket.atMs) / 1000) * perSecond)
    const isGranted = tokens >= 1
    this.#buckets.set(key, { tokens: isGranted ? tokens - 1 : tokens, atMs: nowMs })
    return isGranted ? 0 : Math.ceil((1 - tokens) / perSecond)
  }
}
