import { z } from 'zod'
import type { Database } from '@/db'
import { apiVersion, isMissing, type Stripe } from '@/lib/stripe/client'
import { inParallel, read, readBalanceTransactions } from '@/lib/stripe/read'
import {
  codesBehind,
  discountIdsOf,
  isOf,
  knownCodes,
  knownObjects,
  pricesBehind,
  saysAllOfACode,
  whereDiscountsShow,
} from './behind'
import { handlers } from './events'
import { factKinds, type Bodies, type Fact, type Kind } from './facts'
import { findTied } from './ties'
import type { LeasedEvent } from './lease'

/** Facts with all that they lead to, or the reason why that cannot be had. */
interface Known {
  facts: Fact[]
  error: unknown
}

/** An event with its facts. */
export interface Reading extends Known {
  event: LeasedEvent
}

type Readable = keyof typeof read
interface Wanted<K> {
  reading: K
  kind: Readable
  id: string
  /** It is another object's: only the discounts that it shows are wanted. */
  discountsOnly?: boolean
}

/** Where and when Stripe is asked. */
export interface Asking {
  stripe: Stripe
  /** The programme's time. */
  now: Date
  /** The wall's, in milliseconds: nothing more is asked after it, and what still is to be asked fails. */
  untilMs: number
}

export interface Batch {
  /** Events that need nothing from Stripe, and those that cannot be read at all. */
  ready: Reading[]
  /** The others, when Stripe has answered. */
  asked: Promise<Reading[]>
}

/**
 * What the events of a batch say, with all that must be asked from Stripe for it: objects in another API version, discounts behind an
 * id, lines beyond the first page, fees. Known answers are not asked again; what cannot be read fails its own event only.
 */
export async function readBatch(
  db: Database,
  events: readonly LeasedEvent[],
  asking: Asking,
): Promise<Batch> {
  const readings = events.map((event): Reading => ({ event, facts: [], error: null }))
  const foreign: Wanted<Reading>[] = []
  for (const reading of readings) {
    try {
      const wanted = lookAt(reading)
      if (wanted) foreign.push({ reading, ...wanted })
    } catch (error) {
      reading.error = error
    }
  }
  const own = readings.filter((reading) => !foreign.some((wanted) => wanted.reading === reading))
  const missing = await findMissing(db, own)
  const ties = await findTies(db, own)
  const fees = await findFees(db, own)
  const waiting = new Set([...foreign, ...missing, ...ties, ...fees].map(({ reading }) => reading))
  return {
    ready: readings.filter((reading) => !waiting.has(reading)),
    asked: ask(
      db,
      readings.filter((reading) => waiting.has(reading)),
      { foreign, missing: [...missing, ...ties] },
      asking,
    ),
  }
}

/** Adds to facts that were read from Stripe what is behind them. */
export async function completeFacts(db: Database, facts: readonly Fact[], asking: Asking): Promise<Fact[]> {
  const known: Known = { facts: [...facts], error: null }
  await ask(db, [known], { foreign: [], missing: await findMissing(db, [known]) }, asking)
  if (known.error !== null) throw known.error
  return known.facts
}

async function ask<K extends Known>(
  db: Database,
  readings: K[],
  { foreign, missing }: { foreign: readonly Wanted<K>[]; missing: readonly Wanted<K>[] },
  asking: Asking,
): Promise<K[]> {
  await readEach(foreign, asking)
  const behind =
    foreign.length === 0
      ? []
      : await findMissing(
          db,
          foreign.map(({ reading }) => reading),
        )
  await readEach([...missing, ...behind], asking)
  await readEach(await findCoupons(db, readings), asking)
  await readFees(await findFees(db, readings), asking)
  return readings
}

/** @returns what has to be read instead, where the event's object was not kept, or has another version's shape */
function lookAt(reading: Reading): { kind: Readable; id: string } | null {
  const { event } = reading
  const handler = handlers.get(event.type)
  if (!handler) throw new Error(`Nobody handles ${event.type}.`)
  const object: unknown = event.body.data?.object
  const sight = { observedAt: event.createdAt, eventId: event.id }
  const gone = event.type === 'customer.deleted' || event.type === 'coupon.deleted'
  const ours = event.apiVersion === apiVersion && object !== undefined
  if (ours || gone || event.objectId === null || !(handler.kind in read)) {
    reading.facts = handler.observe(object, sight)
    return null
  }
  return { kind: handler.kind as Readable, id: event.objectId } // `in read` above
}

async function readEach<K extends Known>(wanted: readonly Wanted<K>[], asking: Asking): Promise<void> {
  const once = new Map(wanted.map((item) => [`${item.kind} ${item.id}`, item]))
  const answers = new Map<string, Fact[] | { error: unknown }>()
  await inParallel([...once], 8, async ([key, { kind, id }]) => {
    try {
      requireTime(asking)
      const object = await read[kind](asking.stripe, id)
      answers.set(key, observeAnswer(kind, id, object, asking))
    } catch (error) {
      // A coupon that was deleted names nobody any more; its session stands.
      answers.set(key, kind === 'coupon' && isMissing(error) ? [] : { error })
    }
  })
  for (const { reading, kind, id, discountsOnly } of wanted) {
    const answer = answers.get(`${kind} ${id}`)
    if (Array.isArray(answer)) {
      reading.facts.push(...(discountsOnly ? answer.filter((fact) => fact.kind === 'discount') : answer))
    } else reading.error ??= answer?.error
  }
}

/** What an answer of Stripe's says. @throws Error in words where it is not of Stripe's shape: it fails what asked, and nothing else */
function observeAnswer(kind: Kind, id: string, object: unknown, asking: Asking): Fact[] {
  try {
    return factKinds[kind].observe(object, { observedAt: asking.now, eventId: null })
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    const [issue] = error.issues
    const where = issue?.path.join('.') || 'it'
    throw new Error(`Stripe's answer about ${id} is not of its shape: ${where}: ${issue?.message}.`)
  }
}

function requireTime({ untilMs }: Asking): void {
  if (Date.now() > untilMs) throw new Error('Stripe is slow to answer; this was not asked yet.')
}

async function findMissing<K extends Known>(db: Database, readings: readonly K[]): Promise<Wanted<K>[]> {
  const all = readings.flatMap((reading) => reading.facts)
  const discounts = all.flatMap(discountIdsOf)
  const behind = all.flatMap(codesBehind)
  const seen = await knownObjects(db, [...discounts, ...all.flatMap(pricesBehind)])
  const codesSeen = await knownCodes(
    db,
    behind.map(({ id }) => id),
  )
  for (const fact of all) {
    if (fact.kind === 'discount' || fact.kind === 'price') seen.add(fact.objectId)
    if (saysAllOfACode(fact)) codesSeen.add(fact.objectId)
  }
  const shownBy = whereDiscountsShow(all)
  return readings.flatMap((reading) =>
    reading.facts.flatMap((fact): Wanted<K>[] => {
      const places = [
        ...(isIncomplete(fact) ? [fact] : []),
        ...discountIdsOf(fact)
          .filter((id) => !seen.has(id))
          .map((id) => shownBy.get(id) ?? fact),
      ]
      return [
        ...[...new Set(places)].flatMap(({ kind, objectId: id }) =>
          isReadable(kind) ? [{ reading, kind, id, discountsOnly: id !== fact.objectId }] : [],
        ),
        ...codesBehind(fact)
          .filter(({ id }) => !codesSeen.has(id))
          .map((code) => ({ reading, ...code })),
        ...pricesBehind(fact).flatMap((id) =>
          seen.has(id) ? [] : [{ reading, kind: 'price' as const, id }],
        ),
      ]
    }),
  )
}

/** Coupons of which discounts that were read name no more than the id. */
async function findCoupons<K extends Known>(db: Database, readings: readonly K[]): Promise<Wanted<K>[]> {
  const wanted = readings.flatMap((reading) =>
    reading.facts
      .filter((fact) => isOf(fact, 'discount'))
      .flatMap(codesBehind)
      .map((code) => ({ reading, ...code })),
  )
  if (wanted.length === 0) return []
  const seen = await knownCodes(
    db,
    wanted.map(({ id }) => id),
  )
  return wanted.filter(({ id }) => !seen.has(id))
}

function isReadable(kind: string): kind is Readable {
  return kind in read
}

function isIncomplete(fact: Fact): boolean {
  return isOf(fact, 'invoice') && !fact.body.linesComplete
}

/** Objects of which nobody can tell how they are now without asking. */
async function findTies<K extends Known>(db: Database, readings: readonly K[]): Promise<Wanted<K>[]> {
  const tied = await findTied(
    db,
    readings.flatMap((reading) => reading.facts),
  )
  return readings.flatMap((reading) =>
    reading.facts.flatMap(({ kind, objectId: id }): Wanted<K>[] =>
      tied.has(id) && isReadable(kind) ? [{ reading, kind, id }] : [],
    ),
  )
}

type WantedFee<K> = { reading: K; charge: Fact<'charge', Bodies['charge']>; id: string }

/** Balance transactions that charges name and nobody has seen. */
async function findFees<K extends Known>(db: Database, readings: readonly K[]): Promise<WantedFee<K>[]> {
  const have = new Set(readings.flatMap(({ facts }) => facts.map((fact) => fact.objectId)))
  const charges = readings.flatMap((reading) =>
    reading.facts.flatMap((fact): WantedFee<K>[] => {
      const id = isOf(fact, 'charge') ? fact.body.balanceTransactionId : null
      return id === null || have.has(id) || !isOf(fact, 'charge') ? [] : [{ reading, charge: fact, id }]
    }),
  )
  const ids = charges.map(({ id }) => id)
  const known = await knownObjects(db, ids)
  return charges.filter(({ id }) => !known.has(id))
}

async function readFees<K extends Known>(wanted: readonly WantedFee<K>[], asking: Asking): Promise<void> {
  if (wanted.length === 0) return
  const moments = new Map(wanted.map(({ id, charge }) => [id, charge.body.createdAt]))
  const answers = await readBalanceTransactions(asking.stripe, moments, () => requireTime(asking))
  for (const { reading, charge, id } of wanted) {
    const answer = answers.get(id)
    if (answer === undefined || 'error' in answer) {
      reading.error ??= answer?.error
      continue
    }
    try {
      const seen = observeAnswer('balance_transaction', id, answer.object, asking)
      reading.facts.push(...seen.map((fact) => ({ ...fact, paymentId: charge.paymentId ?? null })))
    } catch (error) {
      reading.error ??= error
    }
  }
}
