import { and, inArray } from 'drizzle-orm'
import { codes, facts as factRows, type Database } from '@/db'
import { apiVersion, type Stripe } from '@/lib/stripe/client'
import { inParallel, read, readBalanceTransactions } from '@/lib/stripe/read'
import { handlers } from './events'
import { factKinds, type Fact, type Kind } from './facts'
import type { LeasedEvent } from './lease'

/** An event with all facts that it leads to, or the reason why they cannot be had. */
export interface Reading {
  event: LeasedEvent
  facts: Fact[]
  error: unknown
}

type Readable = keyof typeof read

/**
 * What the events of a batch say, with all that must be asked from Stripe for it: objects in another API version, discounts behind an
 * id, lines beyond the first page, fees. Known answers are not asked again; what cannot be read fails its own event only.
 * @param now the programme's time, for reads
 */
export async function readBatch(
  db: Database,
  stripe: Stripe,
  events: readonly LeasedEvent[],
  now: Date,
): Promise<Reading[]> {
  const readings = events.map((event): Reading => ({ event, facts: [], error: null }))
  const foreign: { reading: Reading; kind: Readable; id: string }[] = []
  for (const reading of readings) {
    try {
      const asked = lookAt(reading)
      if (asked) foreign.push({ reading, ...asked })
    } catch (error) {
      reading.error = error
    }
  }
  await readEach(stripe, foreign, now)
  await readEach(stripe, await findMissing(db, readings), now)
  await readFees(db, stripe, readings, now)
  return readings
}

/** @returns what has to be read instead, where the event's object was not kept, or has another version's shape */
function lookAt(reading: Reading): { kind: Readable; id: string } | null {
  const { event } = reading
  const handler = handlers.get(event.type)
  if (!handler) throw new Error(`Nobody handles ${event.type}.`)
  const object: unknown = event.body.data?.object
  const sight = { observedAt: event.createdAt, eventId: event.id }
  const gone = event.type === 'customer.deleted'
  const ours = event.apiVersion === apiVersion && object !== undefined
  if (ours || gone || event.objectId === null || !(handler.kind in read)) {
    reading.facts = handler.observe(object, sight)
    return null
  }
  return { kind: handler.kind as Readable, id: event.objectId } // `in read` above
}

async function readEach(
  stripe: Stripe,
  wanted: readonly { reading: Reading; kind: Readable; id: string }[],
  now: Date,
): Promise<void> {
  const once = new Map(wanted.map((item) => [`${item.kind} ${item.id}`, item]))
  const answers = new Map<string, Fact[] | { error: unknown }>()
  await inParallel([...once], 8, async ([key, { kind, id }]) => {
    try {
      const object = await read[kind](stripe, id)
      answers.set(key, factKinds[kind].observe(object, { observedAt: now, eventId: null }))
    } catch (error) {
      answers.set(key, { error })
    }
  })
  for (const { reading, kind, id } of wanted) {
    const answer = answers.get(`${kind} ${id}`)
    if (Array.isArray(answer)) reading.facts.push(...answer)
    else reading.error ??= answer?.error
  }
}

async function findMissing(
  db: Database,
  readings: readonly Reading[],
): Promise<{ reading: Reading; kind: Readable; id: string }[]> {
  const all = readings.flatMap((reading) => reading.facts)
  const discounts = all.flatMap(discountIdsOf)
  const promotions = all.flatMap(promotionCodeIdsOf)
  const [seen, ours] = [
    await knownObjects(db, [...discounts, ...promotions]),
    await knownCodes(db, promotions),
  ]
  for (const fact of all)
    if (fact.kind === 'discount' || fact.kind === 'promotion_code') seen.add(fact.objectId)
  const unknown = (id: string) => !seen.has(id) && !ours.has(id)
  return readings.flatMap((reading) =>
    reading.facts.flatMap((fact) => {
      const incomplete = isIncomplete(fact) || discountIdsOf(fact).some(unknown)
      const self =
        incomplete && isReadable(fact.kind) ? [{ reading, kind: fact.kind, id: fact.objectId }] : []
      const behind = promotionCodeIdsOf(fact).filter(unknown)
      return [...self, ...behind.map((id) => ({ reading, kind: 'promotion_code' as const, id }))]
    }),
  )
}

function isReadable(kind: string): kind is Readable {
  return kind in read
}

function isOf<K extends Kind>(fact: Fact, kind: K): fact is Fact<K, import('./facts').Bodies[K]> {
  return fact.kind === kind
}

function isIncomplete(fact: Fact): boolean {
  return isOf(fact, 'invoice') && !fact.body.linesComplete
}

function discountIdsOf(fact: Fact): string[] {
  if (isOf(fact, 'invoice')) return fact.body.discountIds
  if (isOf(fact, 'subscription')) {
    return [...fact.body.discountIds, ...fact.body.items.flatMap((item) => item.discountIds)]
  }
  return []
}

function promotionCodeIdsOf(fact: Fact): string[] {
  if (!isOf(fact, 'checkout_session') || !fact.body.complete) return []
  return fact.body.discounts.flatMap((discount) =>
    discount.promotionCodeId === null ? [] : [discount.promotionCodeId],
  )
}

async function knownObjects(db: Database, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await db
    .selectDistinct({ id: factRows.objectId })
    .from(factRows)
    .where(and(inArray(factRows.objectId, [...new Set(ids)])))
  return new Set(rows.map((row) => row.id))
}

async function knownCodes(db: Database, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await db
    .select({ id: codes.stripePromotionCodeId })
    .from(codes)
    .where(inArray(codes.stripePromotionCodeId, [...new Set(ids)]))
  return new Set(rows.flatMap((row) => (row.id === null ? [] : [row.id])))
}

async function readFees(
  db: Database,
  stripe: Stripe,
  readings: readonly Reading[],
  now: Date,
): Promise<void> {
  const have = new Set(readings.flatMap(({ facts }) => facts.map((fact) => fact.objectId)))
  const charges = readings.flatMap((reading) =>
    reading.facts.flatMap((fact) => {
      const id = isOf(fact, 'charge') ? fact.body.balanceTransactionId : null
      return id === null || have.has(id) || !isOf(fact, 'charge') ? [] : [{ reading, fact, id }]
    }),
  )
  const known = await knownObjects(
    db,
    charges.map(({ id }) => id),
  )
  const wanted = new Map(
    charges.filter(({ id }) => !known.has(id)).map(({ id, fact }) => [id, fact.body.createdAt]),
  )
  if (wanted.size === 0) return
  try {
    const found = await readBalanceTransactions(stripe, wanted)
    for (const { reading, fact, id } of charges) {
      const object = found.get(id)
      if (object === undefined) continue
      const sights = factKinds.balance_transaction.observe(object, { observedAt: now, eventId: null })
      reading.facts.push(...sights.map((seen) => ({ ...seen, paymentId: fact.paymentId ?? null })))
    }
  } catch (error) {
    for (const { reading, id } of charges) if (wanted.has(id)) reading.error ??= error
  }
}
