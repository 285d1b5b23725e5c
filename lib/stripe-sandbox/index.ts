import { createHash, randomBytes } from 'node:crypto'
import { addToBalance } from '@/lib/stripe-sandbox/billing/balance'
import { dueHandlers } from '@/lib/stripe-sandbox/due'
import { includables } from '@/lib/stripe-sandbox/includables'
import { Courier } from '@/lib/stripe-sandbox/machine/courier'
import { Engine, type Answer, type Ask } from '@/lib/stripe-sandbox/machine/engine'
import { Identifiers } from '@/lib/stripe-sandbox/machine/identifiers'
import { Journal } from '@/lib/stripe-sandbox/machine/journal'
import { Router } from '@/lib/stripe-sandbox/machine/router'
import { listen, type Listener } from '@/lib/stripe-sandbox/machine/server'
import { changeSettings, type Settings, type SettingsChange } from '@/lib/stripe-sandbox/machine/settings'
import { Store } from '@/lib/stripe-sandbox/machine/store'
import type { Kind, Kinds, SandboxEvent } from '@/lib/stripe-sandbox/machine/wire'
import { World } from '@/lib/stripe-sandbox/machine/world'
import { advanceWall } from '@/lib/stripe-sandbox/resources/control'
import { routes } from '@/lib/stripe-sandbox/routes'
import { inVersion } from '@/lib/stripe-sandbox/versions/older'

export type { SandboxEvent } from '@/lib/stripe-sandbox/machine/wire'
export type { Faults, Settings, SettingsChange } from '@/lib/stripe-sandbox/machine/settings'

export interface SandboxOptions {
  /** Where the journal is kept; absent: in memory only. */
  dataDir?: string
  /** 0 (and absent): a free one. */
  port?: number
  /** Without a server the sandbox is reached through `fetch` alone. */
  listen?: boolean
  /** Real time in epoch seconds; the sandbox's own time is this plus `wallOffsetSeconds`. */
  now?: () => number
  /** The same seed and the same requests give the same ids. */
  seed?: string
  /** Up to four letters and digits with which new ids begin: keeps sandboxes apart whose seed is the same. */
  mark?: string
  /** Which secret keys are let in; absent: every `sk_test_…`. */
  apiKeys?: string[]
  settings?: SettingsChange
}

export interface Sandbox {
  readonly url: string
  readonly port: number
  /** The API without a socket, for `Stripe.createFetchHttpClient`. */
  fetch: typeof fetch
  close(): Promise<void>
  settings(change?: SettingsChange): Settings
  /** Every event there is, oldest first, delivered or not; in the shape of another API version where one is named. */
  events(apiVersion?: string): SandboxEvent[]
  /** Everything of one kind as it is now, oldest first, without expansion. */
  all<K extends Kind>(kind: K): Kinds[K][]
  /** Moves the time of everything outside test clocks on. */
  advance(seconds: number): void
  /** Does what is due by now for everything outside test clocks; answers how much that was. */
  tick(limit?: number): number
  /** When something next falls due outside test clocks, in epoch seconds of the sandbox's own time. */
  nextDue(): number | null
  flush(timeoutMs?: number): Promise<{ delivered: boolean; undelivered: number }>
  resend(eventId: string): void
  retryNow(): void
  pause(): void
  resume(): void
  undelivered(): {
    event: string
    endpoint: string
    attempts: number
    lost: boolean
    lastError: string | null
  }[]
}

interface Opened {
  store: Store
  ids: Identifiers
  journal: Journal | null
}

function open(options: SandboxOptions): Opened {
  const journal = options.dataDir === undefined ? null : new Journal(options.dataDir)
  const past = journal?.read() ?? null
  const seed = past?.seed ?? options.seed ?? randomBytes(16).toString('hex')
  const ids = new Identifiers(seed, 0, options.mark)
  const store = new Store(journal)
  for (const { count, puts, deletes } of past?.lines ?? []) {
    for (const thing of puts) store.restore(thing.object as Kind, thing) // every thing is of the kind it names
    for (const [kind, id] of deletes) store.forget(kind, id)
    ids.count = Math.max(ids.count, count)
  }
  journal?.rewrite(seed, ids.count, store.everything())
  return { store, ids, journal }
}

/** Starts a stand-in for Stripe's API. It is ready when the promise resolves. */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { store, ids, journal } = open(options)
  const now = options.now ?? (() => Math.floor(Date.now() / 1000))
  const accountId = `acct_1${createHash('sha256').update(ids.seed).digest('hex').slice(0, 15)}`
  const world = new World(store, ids, now, accountId)
  for (const task of store.each('sandbox.task')) world.tasks.add(task)
  fillBalance(world)
  const courier = new Courier(world, inVersion)
  world.courier = courier
  const keys = options.apiKeys
  const engine = new Engine({
    world,
    courier,
    includables,
    router: new Router(routes),
    isKey: (key) => (keys ? keys.includes(key) : key.startsWith('sk_test_')),
  })
  if (options.settings) changeAll(engine, world, options.settings)
  const listener: Listener | null = options.listen === false ? null : await listen(engine, options.port ?? 0)
  courier.resume()
  return {
    url: listener?.url ?? 'http://sandbox.invalid',
    port: listener?.port ?? 0,
    fetch: fetchThrough(engine),
    async close() {
      await listener?.close()
      await courier.close()
      journal?.close()
    },
    settings: (change) => (change ? changeAll(engine, world, change) : world.settings),
    events: (version) =>
      [...store.each('event')].map((event) => {
        if (version === undefined) return event
        const object = inVersion(world, version, event.data.object)
        return { ...event, api_version: version, data: { ...event.data, object } }
      }),
    all: (kind) => [...store.each(kind)],
    advance: (seconds) => engine.byItself(() => advanceWall(world, world.wall() + seconds)),
    tick(limit) {
      let done = 0
      engine.byItself(() => {
        done = world.runDue(null, world.wall(), dueHandlers, limit)
      })
      return done
    },
    nextDue: () => world.nextDue(null),
    flush: (timeoutMs = 10_000) => courier.flush(timeoutMs),
    resend: (id) => engine.byItself(() => courier.resend(store.need('event', id))),
    retryNow: () => courier.retryNow(),
    pause: () => void changeAll(engine, world, { webhooks: { paused: true } }),
    resume: () => void changeAll(engine, world, { webhooks: { paused: false } }),
    undelivered: () =>
      [...store.each('sandbox.delivery')].map(({ event, endpoint, attempts, lost, lastError }) => {
        return { event, endpoint, attempts, lost, lastError }
      }),
  }
}

/** A journal from before balances were kept has only what moved them. */
function fillBalance(world: World): void {
  if (world.store.count('sandbox.balance') > 0) return
  for (const transaction of world.store.each('balance_transaction')) addToBalance(world, transaction)
  world.store.commit(world.ids.count)
}

function changeAll(engine: Engine, world: World, change: SettingsChange): Settings {
  engine.byItself(() => {
    world.settings = changeSettings(world.settings, change)
  })
  world.courier?.settingsChanged()
  return world.settings
}

function fetchThrough(engine: Engine): typeof fetch {
  return async (input, init) => {
    const request =
      input instanceof Request || typeof init?.body !== 'string' ? new Request(input, init) : null
    const url = new URL(input instanceof Request ? input.url : input)
    // Making a Request costs more than answering it: a plain body is read as it is.
    const ask: Ask = {
      method: request?.method ?? init?.method ?? 'GET',
      url: `${url.pathname}${url.search}`,
      headers: Object.fromEntries(request?.headers ?? new Headers(init?.headers)),
      body: request ? await request.text() : String(init?.body ?? ''),
    }
    const answer: Answer = await engine.answer(ask)
    if (answer.how) throw new TypeError('fetch failed: the sandbox was told not to answer')
    return new Response(answer.body, { status: answer.status, headers: answer.headers })
  }
}
