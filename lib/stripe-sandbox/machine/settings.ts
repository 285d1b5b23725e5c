import {
  amount,
  boolean,
  decimal,
  integer,
  list,
  map,
  needed,
  object,
  oneOf,
  text,
  type Field,
} from '@/lib/stripe-sandbox/machine/fields'
import { invalid } from '@/lib/stripe-sandbox/machine/faults'

export interface Faults {
  /** Chance that a delivery is sent twice. */
  duplicate: number
  /** Deliveries are sent in random order within windows of so many. */
  shuffle: number
  /** Real milliseconds before each delivery. */
  delayMs: number
  /** Chance that a delivery is never sent. */
  lose: number
  seed: string
}

/**
 * How an answer goes wrong. Nothing is done: `error` answers the status, `cut` breaks off, `silence` never answers, `kept` answers
 * the status and keeps it under the idempotency key. All is done: `lost` breaks off, `mute` never answers, `broken` answers the
 * status and keeps it, `late` answers after `ms` (until then nothing is done and its key is in use), `twice` arrives two times.
 */
const ways = ['error', 'cut', 'silence', 'kept', 'lost', 'mute', 'broken', 'late', 'twice'] as const

/** An answer of the API that goes wrong on purpose, `times` times, for requests whose path begins so. */
export interface Failure {
  path: string
  method?: 'GET' | 'POST' | 'DELETE'
  status: number
  times: number
  how: (typeof ways)[number]
  /** Of the requests that match; absent: each. */
  chance?: number
  ms?: number
  code?: string
  message?: string
}

export interface Settings {
  fee: { percentBps: number; fixedMinor: number }
  /** 0: the fee is known when the request that took the payment ends. */
  feeDelaySeconds: number
  /** Currency to `currency:rate`, for example eur to 'usd:1.0801'; others settle in their own. */
  settlement: Record<string, string>
  /** How long a renewal invoice stays a draft; an hour at Stripe. */
  renewalDraftSeconds: number
  /** How long methods that are not instant take. */
  asyncSeconds: number
  disputeFeeMinor: number
  /** Where an account link leads; the account's id and a token follow. */
  onboardingUrl: string
  /** How far the sandbox's own time is from real time; moved by the control route `advance`. */
  wallOffsetSeconds: number
  webhooks: {
    concurrency: number
    timeoutMs: number
    retryFirstMs: number
    retryForSeconds: number
    paused: boolean
  }
  faults: Faults
  failures: Failure[]
}

export const defaultSettings: Settings = {
  fee: { percentBps: 290, fixedMinor: 30 },
  feeDelaySeconds: 0,
  settlement: {},
  renewalDraftSeconds: 0,
  asyncSeconds: 3 * 86_400,
  disputeFeeMinor: 1500,
  onboardingUrl: 'https://connect.stripe.com/setup/s/',
  wallOffsetSeconds: 0,
  webhooks: {
    concurrency: 8,
    timeoutMs: 10_000,
    retryFirstMs: 1000,
    retryForSeconds: 3 * 86_400,
    paused: false,
  },
  faults: { duplicate: 0, shuffle: 0, delayMs: 0, lose: 0, seed: 'faults' },
  failures: [],
}

export type SettingsChange = {
  [K in keyof Settings]?: Settings[K] extends unknown[] ? Settings[K] : Partial<Settings[K]> | Settings[K]
}

export function changeSettings(before: Settings, change: SettingsChange): Settings {
  return {
    ...before,
    ...change,
    fee: { ...before.fee, ...change.fee },
    settlement: { ...before.settlement, ...change.settlement },
    webhooks: { ...before.webhooks, ...change.webhooks },
    faults: { ...before.faults, ...change.faults },
  } as Settings // Spreading the partial parts over whole ones leaves them whole.
}

const chance: Field<number> = {
  read(raw, path) {
    const value = Number(decimal.read(raw, path))
    if (value < 0 || value > 1) throw invalid(`${path} must be between 0 and 1`, path)
    return value
  },
}

export const settingsShape = {
  fee: object({ percentBps: amount, fixedMinor: amount }),
  feeDelaySeconds: amount,
  settlement: map(text),
  renewalDraftSeconds: amount,
  asyncSeconds: amount,
  disputeFeeMinor: amount,
  onboardingUrl: text,
  wallOffsetSeconds: integer,
  webhooks: object({
    concurrency: integer,
    timeoutMs: amount,
    retryFirstMs: amount,
    retryForSeconds: amount,
    paused: boolean,
  }),
  faults: object({ duplicate: chance, shuffle: amount, delayMs: amount, lose: chance, seed: text }),
  failures: list(
    object({
      path: needed(text),
      status: needed(integer),
      times: needed(amount),
      how: needed(oneOf(...ways)),
      method: oneOf('GET', 'POST', 'DELETE'),
      chance,
      ms: amount,
      code: text,
      message: text,
    }),
  ),
}
