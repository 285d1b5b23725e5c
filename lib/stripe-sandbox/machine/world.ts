import type Stripe from 'stripe'
import { previousAttributes } from '@/lib/stripe-sandbox/machine/difference'
import type { Identifiers } from '@/lib/stripe-sandbox/machine/identifiers'
import { Schedule } from '@/lib/stripe-sandbox/machine/schedule'
import { defaultSettings, type Settings } from '@/lib/stripe-sandbox/machine/settings'
import type { Store } from '@/lib/stripe-sandbox/machine/store'
import type { EventType, SandboxEvent, Task } from '@/lib/stripe-sandbox/machine/wire'

export const apiVersion: Stripe.WebhookEndpointCreateParams['api_version'] & string = '2026-10-28.endive'

/** What the control routes ask of the deliveries. */
export interface DeliveryControl {
  flush(timeoutMs: number): Promise<{ delivered: boolean; undelivered: number }>
  resend(event: SandboxEvent): void
  retryNow(): void
  settingsChanged(): void
}

export type DueHandlers = Record<Task['type'], (world: World, task: Task) => void>

/** An event that has not been recorded yet, with the object as it was. */
export interface Emission {
  type: EventType
  object: object
  at: number
  previous: object | undefined
  account: string | undefined
}

/** Everything that one request or one due task works with. */
export class World {
  readonly tasks = new Schedule()
  request: SandboxEvent['request'] = { id: null, idempotency_key: null }
  courier: DeliveryControl | null = null
  readonly #moments = new Map<string, number>()
  #fresh: SandboxEvent[] = []
  #later: (() => void)[] = []
  #held: Emission[] | null = null

  constructor(
    readonly store: Store,
    readonly ids: Identifiers,
    private readonly realTime: () => number,
    readonly accountId: string,
  ) {}

  get settings(): Settings {
    // Only `changeSettings` writes this record, and it keeps it whole.
    return (
      (this.store.find('sandbox.settings', 'settings')?.settings as Settings | undefined) ?? defaultSettings
    )
  }

  set settings(settings: Settings) {
    this.store.put('sandbox.settings', { object: 'sandbox.settings', id: 'settings', settings })
  }

  /** The time of everything that lives in no test clock. */
  wall(): number {
    return this.realTime() + this.settings.wallOffsetSeconds
  }

  id(prefix: string, length?: number): string {
    return this.ids.next(prefix, length)
  }

  /** The time of a test clock, or the wall's for null; while something due is worked on, the moment it fell due. */
  now(clock: string | null): number {
    const moment = this.#moments.get(clock ?? 'wall')
    if (moment !== undefined) return moment
    return clock === null ? this.wall() : this.store.need('test_helpers.test_clock', clock).frozen_time
  }

  clockOf(customer: string | null | undefined): string | null {
    const known = this.store.find('customer', customer)
    if (known) return known.test_clock ?? null
    const clock = this.store.find('sandbox.extra', customer)?.fields['test_clock']
    return typeof clock === 'string' && this.store.find('test_helpers.test_clock', clock) ? clock : null
  }

  /** The time in which a customer lives. */
  at(customer: string | null | undefined): number {
    return this.now(this.clockOf(customer))
  }

  /** Records an event. With `before`, what changed goes with it, and when nothing did there is no event. */
  emit(type: EventType, object: object, at: number, before?: object, account?: string): void {
    const previous = before ? previousAttributes(before, object) : undefined
    if (previous === null) return
    const emission = { type, object, at, previous, account }
    if (this.#held) this.#held.push(emission)
    else this.#record(emission)
  }

  /** Does something and holds its events back, to be released in Stripe's order. */
  hold<T>(work: () => T): { result: T; emissions: Emission[] } {
    const outer = this.#held
    const emissions: Emission[] = []
    this.#held = emissions
    try {
      return { result: work(), emissions }
    } finally {
      this.#held = outer
    }
  }

  release(emissions: Emission[]): void {
    for (const emission of emissions) {
      if (this.#held) this.#held.push(emission)
      else this.#record(emission)
    }
  }

  #record({ type, object, at, previous, account }: Emission): void {
    const event: SandboxEvent = {
      id: this.id('evt_'),
      object: 'event',
      api_version: apiVersion,
      created: at,
      data: previous ? { object, previous_attributes: previous } : { object },
      livemode: false,
      pending_webhooks: 0,
      request: this.request,
      type,
      ...(account === undefined ? {} : { account }),
    }
    this.#fresh.push(this.store.put('event', event))
  }

  /** Runs after all that the current request or task does by itself, in the order of calling. */
  later(work: () => void): void {
    this.#later.push(work)
  }

  settle(): void {
    for (;;) {
      const work = this.#later
      if (work.length === 0) return
      this.#later = []
      for (const each of work) each()
    }
  }

  takeFreshEvents(): SandboxEvent[] {
    const events = this.#fresh
    this.#fresh = []
    return events
  }

  /** Forgets what a request that failed had in mind. */
  abandon(): void {
    this.#fresh = []
    this.#later = []
    this.#held = null
    this.store.rollback()
  }

  /** Puts something on the clock, in the place of what had the same id. */
  schedule(task: Omit<Task, 'object'>): void {
    this.tasks.add(this.store.put('sandbox.task', { object: 'sandbox.task', ...task }))
  }

  unschedule(id: string): void {
    if (this.store.find('sandbox.task', id)) this.store.delete('sandbox.task', id)
  }

  nextDue(clock: string | null): number | null {
    return this.#peek(clock)?.at ?? null
  }

  /** Does everything that falls due in a world up to `until`, in time order, each at its own moment. */
  runDue(
    clock: string | null,
    until: number,
    handlers: DueHandlers,
    limit = Number.POSITIVE_INFINITY,
  ): number {
    let done = 0
    try {
      for (; done < limit; done++) {
        const next = this.#peek(clock)
        if (!next || next.at > until) break
        const task = this.store.need('sandbox.task', next.id)
        this.store.delete('sandbox.task', task.id)
        this.#moments.set(clock ?? 'wall', task.at)
        handlers[task.type](this, task)
        this.settle()
      }
    } finally {
      this.#moments.delete(clock ?? 'wall')
    }
    return done
  }

  #peek(clock: string | null): { id: string; at: number } | null {
    return this.tasks.peek(clock ?? 'wall', (id, at) => this.store.find('sandbox.task', id)?.at === at)
  }
}
