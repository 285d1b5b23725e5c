import { generator } from '@/lib/stripe-sandbox/machine/identifiers'
import { Post } from '@/lib/stripe-sandbox/machine/post'
import type { Delivery, SandboxEvent, WebhookEndpoint } from '@/lib/stripe-sandbox/machine/wire'
import type { DeliveryControl, World } from '@/lib/stripe-sandbox/machine/world'

/** A window of deliveries that is not full is not held back longer than this. */
const windowPatienceMs = 50

/** An object in the shape of another API version. */
export type InVersion = (world: World, version: string, object: object) => object

/** Brings events to the webhook endpoints: signed, several at a time, again when they are not taken. */
export class Courier implements DeliveryControl {
  readonly #world: World
  readonly #inVersion: InVersion
  readonly #post = new Post()
  #ready: string[] = []
  #window: string[] = []
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #payloads = new Map<string, string>()
  readonly #watchers = new Set<() => void>()
  #underWay = 0
  #closed = false
  /** Losses and duplicates are drawn apart from the order, so that they do not depend on timing. */
  #fates = generator(1, 2, 3)
  #dice = generator(1, 2, 4)
  #resent: Delivery[] = []
  #diceSeed = ''

  constructor(world: World, inVersion: InVersion) {
    this.#world = world
    this.#inVersion = inVersion
    this.settingsChanged()
  }

  /** Writes down what has to be delivered; part of the request that made the events. */
  plan(events: SandboxEvent[]): Delivery[] {
    const { store, settings } = this.#world
    const endpoints = [...store.each('webhook_endpoint')].filter((each) => each.status === 'enabled')
    const planned = this.#resent.splice(0)
    if (endpoints.length === 0) return planned
    for (const event of events) {
      const interested = endpoints.filter((each) => this.#wants(each, event))
      if (interested.length === 0) continue
      store.put('event', { ...event, pending_webhooks: interested.length })
      for (const endpoint of interested) {
        const lost = settings.faults.lose > 0 && this.#fates() < settings.faults.lose
        const twice = settings.faults.duplicate > 0 && this.#fates() < settings.faults.duplicate
        planned.push(this.#write(event, endpoint.id, '', lost))
        if (twice && !lost) planned.push(this.#write(event, endpoint.id, ':again', false))
      }
    }
    return planned
  }

  /** Starts what `plan` wrote down, once it is durable. */
  start(planned: Delivery[]): void {
    const { shuffle, delayMs } = this.#world.settings.faults
    for (const { id, lost } of planned) {
      if (lost) continue
      if (delayMs > 0) this.#wake(id, delayMs * (shuffle > 1 ? this.#dice() * 2 : 1))
      else if (shuffle > 1) this.#window.push(id)
      else this.#ready.push(id)
    }
    if (this.#window.length >= Math.max(shuffle, 1)) this.#openWindow()
    else if (this.#window.length > 0) this.#wake('window', windowPatienceMs)
    this.#pump()
  }

  /** Takes up what an earlier process left undelivered. */
  resume(): void {
    for (const delivery of this.#world.store.each('sandbox.delivery')) {
      if (delivery.lost) continue
      const wait = delivery.dueAt - Date.now()
      if (wait > 0) this.#wake(delivery.id, wait)
      else this.#ready.push(delivery.id)
    }
    this.#pump()
  }

  settingsChanged(): void {
    const { seed } = this.#world.settings.faults
    if (seed !== this.#diceSeed) {
      let a = 0
      for (const letter of seed) a = (a * 31 + letter.charCodeAt(0)) | 0
      this.#fates = generator(a, seed.length, 7)
      this.#dice = generator(a, seed.length, 8)
      this.#diceSeed = seed
    }
    this.#pump()
  }

  resend(event: SandboxEvent): void {
    const { store } = this.#world
    for (const old of [...store.each('sandbox.delivery', { index: 'event', key: event.id })]) {
      store.delete('sandbox.delivery', old.id)
    }
    const endpoints = [...store.each('webhook_endpoint')].filter(
      (it) => it.status === 'enabled' && this.#wants(it, event),
    )
    for (const endpoint of endpoints) {
      this.#resent.push(this.#write(event, endpoint.id, `:resent${this.#world.id('', 6)}`, false))
    }
  }

  retryNow(): void {
    for (const [id, timer] of this.#timers) {
      clearTimeout(timer)
      if (id !== 'window') this.#ready.push(id)
    }
    this.#timers.clear()
    this.#openWindow()
    this.#pump()
  }

  get undelivered(): number {
    return this.#ready.length + this.#window.length + this.#underWay + this.#timers.size
  }

  /** Resolves when nothing is left to deliver (lost ones apart), or when the time is up. */
  flush(timeoutMs: number): Promise<{ delivered: boolean; undelivered: number }> {
    this.#openWindow()
    this.#pump()
    return new Promise((resolve) => {
      const answer = () => {
        clearTimeout(timer)
        this.#watchers.delete(check)
        resolve({ delivered: this.undelivered === 0, undelivered: this.undelivered })
      }
      const check = () => {
        if (this.undelivered === 0) answer()
      }
      const timer = setTimeout(answer, timeoutMs)
      this.#watchers.add(check)
      check()
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
    this.#post.close()
  }

  #write(event: SandboxEvent, endpoint: string, mark: string, lost: boolean): Delivery {
    const now = Date.now()
    return this.#world.store.put('sandbox.delivery', {
      object: 'sandbox.delivery',
      id: `${event.id}:${endpoint}${mark}`,
      event: event.id,
      endpoint,
      attempts: 0,
      dueAt: now,
      firstAt: now,
      lost,
      lastError: lost ? 'lost on purpose' : null,
    })
  }

  #openWindow(): void {
    const timer = this.#timers.get('window')
    if (timer) clearTimeout(timer)
    this.#timers.delete('window')
    const window = this.#window
    this.#window = []
    for (let i = window.length - 1; i > 0; i--) {
      const j = Math.floor(this.#dice() * (i + 1))
      const [a, b] = [window[i], window[j]]
      if (a !== undefined && b !== undefined) [window[i], window[j]] = [b, a]
    }
    this.#ready.push(...window)
  }

  #wake(id: string, ms: number): void {
    if (this.#timers.has(id)) return
    const timer = setTimeout(
      () => {
        this.#timers.delete(id)
        if (id === 'window') this.#openWindow()
        else this.#ready.push(id)
        this.#pump()
      },
      Math.min(ms, 2 ** 31 - 1),
    )
    timer.unref()
    this.#timers.set(id, timer)
  }

  #pump(): void {
    const { concurrency, paused } = this.#world.settings.webhooks
    while (!this.#closed && !paused && this.#underWay < concurrency) {
      const id = this.#ready.shift()
      if (id === undefined) break
      const delivery = this.#world.store.find('sandbox.delivery', id)
      if (!delivery) continue
      this.#underWay++
      void this.#carry(delivery).finally(() => {
        this.#underWay--
        this.#pump()
      })
    }
    for (const watcher of [...this.#watchers]) watcher()
  }

  async #carry(delivery: Delivery): Promise<void> {
    const { store, settings } = this.#world
    const endpoint = store.find('webhook_endpoint', delivery.endpoint)
    const event = store.find('event', delivery.event)
    if (!endpoint || !event) return this.#done(delivery)
    const secret = String(store.find('sandbox.extra', endpoint.id)?.fields['secret'] ?? '')
    const error = await this.#post.send(
      endpoint.url,
      this.#payload(event, endpoint),
      secret,
      settings.webhooks.timeoutMs,
    )
    if (this.#closed) return
    if (error === null) this.#done(delivery)
    else this.#failed(delivery, error)
  }

  /** The same bytes at every attempt. */
  #payload(event: SandboxEvent, endpoint: WebhookEndpoint): string {
    const version = endpoint.api_version ?? event.api_version
    const key = `${event.id} ${version}`
    const known = this.#payloads.get(key)
    if (known !== undefined) return known
    const object = this.#inVersion(this.#world, version, event.data.object)
    const payload = JSON.stringify(
      { ...event, api_version: version, data: { ...event.data, object } },
      null,
      2,
    )
    this.#payloads.set(key, payload)
    return payload
  }

  /** An endpoint hears of the platform's own account, or (`connect`) of the accounts connected to it. */
  #wants({ id, enabled_events: types }: WebhookEndpoint, { type, account }: SandboxEvent): boolean {
    const isConnect = this.#world.store.find('sandbox.extra', id)?.fields['connect'] === true
    return isConnect === (account !== undefined) && (types.includes('*') || types.includes(type))
  }

  #done(delivery: Delivery): void {
    const { store, ids } = this.#world
    store.delete('sandbox.delivery', delivery.id)
    if (store.each('sandbox.delivery', { index: 'event', key: delivery.event }).next().done) {
      for (const key of this.#payloads.keys()) if (key.startsWith(delivery.event)) this.#payloads.delete(key)
    }
    store.commit(ids.count)
  }

  #failed(delivery: Delivery, lastError: string): void {
    const { store, ids, settings } = this.#world
    if (!store.find('sandbox.delivery', delivery.id)) return
    const { retryFirstMs, retryForSeconds } = settings.webhooks
    const wait = retryFirstMs * 2 ** delivery.attempts
    const now = Date.now()
    const lost = now + wait > delivery.firstAt + retryForSeconds * 1000
    store.update('sandbox.delivery', delivery.id, {
      attempts: delivery.attempts + 1,
      dueAt: now + wait,
      lost,
      lastError,
    })
    store.commit(ids.count)
    if (!lost) this.#wake(delivery.id, wait)
  }
}
