import { programme, type Database } from '@/db'
import { drain } from '@/lib/intake/drain'
import { handledEventTypes } from '@/lib/intake/events'
import { parseEvent } from '@/lib/intake/parse-event'
import { recordEvent } from '@/lib/intake/record-event'
import type { SandboxEvent } from '@/lib/stripe-sandbox/index'
import { nowOf, type Life } from './life'

const duplicates = 0.3

/** Brings a sandbox's events late, more than once and in any order. */
export class Postman {
  #seen = 0
  #bag: SandboxEvent[] = []

  constructor(
    readonly db: Database,
    readonly life: Life,
  ) {}

  /** Brings some of what lies in the bag, and has it settled. @param part hundredths of it */
  async bring(part: number, seed: number): Promise<void> {
    const draw = dice(seed)
    this.#collect()
    const taken: SandboxEvent[] = []
    const left: SandboxEvent[] = []
    for (const event of shuffled(this.#bag, draw)) {
      if (draw() * 100 >= part) {
        left.push(event)
        continue
      }
      taken.push(event)
      // Again at once, or some other day.
      if (draw() < duplicates) (draw() < 0.5 ? taken : left).push(event)
    }
    this.#bag = left
    await this.#hand(shuffled(taken, draw))
  }

  /** Brings all that is left, a part at a time. */
  async finish(seed: number): Promise<void> {
    await this.bring(60, seed)
    this.#collect()
    for (let day = 1; this.#bag.length > 0; day += 1) await this.bring(100, seed + day)
  }

  /** Brings everything once more. */
  async repeat(): Promise<void> {
    await this.#hand(this.life.sandbox.events().filter(isHandled))
  }

  #collect(): void {
    const events = this.life.sandbox.events()
    this.#bag.push(...events.slice(this.#seen).filter(isHandled))
    this.#seen = events.length
  }

  async #hand(events: readonly SandboxEvent[]): Promise<void> {
    // As Stripe does it: many at a time.
    await Promise.all(
      events.map((event) => {
        const parsed = parseEvent(JSON.stringify(event))
        if ('problem' in parsed) throw new Error(parsed.problem)
        return recordEvent(this.db, parsed, new Date())
      }),
    )
    await this.setClock()
    const { quarantined } = await drain(this.db, this.life.stripe, 20_000)
    if (quarantined > 0) throw new Error(`${quarantined} events could not be settled`)
  }

  /** The programme lives in its sandbox's time. */
  async setClock(): Promise<void> {
    const wall = Math.floor(Date.now() / 1000)
    await this.db.update(programme).set({ clockOffsetSeconds: nowOf(this.life) - wall })
  }
}

const isHandled = (event: SandboxEvent): boolean => handledEventTypes.has(event.type)

/** Mulberry32: numbers in [0, 1) that a seed decides. */
function dice(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

function shuffled<T>(list: readonly T[], draw: () => number): T[] {
  return list
    .map((item) => ({ item, at: draw() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item)
}
