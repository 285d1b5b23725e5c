import { sql } from 'drizzle-orm'
import type { Database } from '@/db'
import { programmeNow } from '@/lib/clock'
import { isMissing, type Stripe } from '@/lib/stripe/client'
import { eventsKeptDays, listEventsOf, mostEventTypes, type Listing } from '@/lib/stripe/listings'
import { inParallel, read } from '@/lib/stripe/read'
import { handledEventTypes } from '../events'
import type { Kind } from '../facts'
import { askEvents } from './ask-events'
import { askForWaits } from './ask-for-waits'
import { pageAfter, turnPage, type Turned } from './pages'
import { sightingOf, sightingsOfMovement, type Sighting } from './sightings'

export interface Place {
  db: Database
  stripe: Stripe
  sweepId: number
  since: Date
  /** Null: up to now. */
  until: Date | null
  /** Only books that are not live have test clocks. */
  hasClocks: boolean
}

/** What a walk finds in one step, and where the next begins. */
export interface Step {
  sightings: Sighting[]
  /** Null: the walk is over. */
  cursor: string | null
  /** When the last of them was made, in epoch seconds; newest come first. Null: it says nothing of the way that is left. */
  reached: number | null
}

export interface Walk {
  title: string
  step(place: Place, cursor: string | null): Promise<Step>
}

const secondsOf = (date: Date) => Math.floor(date.getTime() / 1000)

function stepOf({ data, cursor }: Turned, sightings: Sighting[]): Step {
  const last = data.at(-1)
  const created = last && 'created' in last && typeof last.created === 'number' ? last.created : null
  return { sightings, cursor, reached: created }
}

function listed(title: string, listing: Listing, kind: Kind): Walk {
  return {
    title,
    step: async ({ db, stripe, since, until, hasClocks }, cursor) => {
      const sight = { observedAt: await programmeNow(db), eventId: null }
      const span = { since: secondsOf(since), until: until && secondsOf(until), hasClocks }
      const page = await turnPage(stripe, { listing, ...span }, cursor)
      return stepOf(
        page,
        page.data.flatMap((object) =>
          kind === 'balance_transaction'
            ? sightingsOfMovement(object, sight)
            : [sightingOf(kind, object, sight)],
        ),
      )
    },
  }
}

/** What the books take for open, out of the list where Stripe shows such; asked only where there is any. */
function stillOpen(title: string, listing: Listing, kind: Kind): Walk {
  return {
    title,
    step: async ({ db, stripe, sweepId, hasClocks }, cursor) => {
      const [open] = await db.execute<{ oldest: Date | string | null }>(sql`
        select min(created_at) as oldest from sweep_open where sweep_id = ${sweepId} and kind = ${kind}`)
      if (open?.oldest == null) return { sightings: [], cursor: null, reached: null }
      const since = secondsOf(new Date(open.oldest))
      const sight = { observedAt: await programmeNow(db), eventId: null }
      const page = await turnPage(stripe, { listing, since, until: null, hasClocks }, cursor)
      const ids = page.data.map(({ id }) => id)
      const rows = await db.execute<{ id: string }>(sql`
        select object_id as id from sweep_open
        where sweep_id = ${sweepId} and kind = ${kind} and object_id = any(${sql.param(ids)}::text[])`)
      const wanted = new Set(rows.map(({ id }) => id))
      return stepOf(
        page,
        page.data.flatMap((object) => (wanted.has(object.id) ? [sightingOf(kind, object, sight)] : [])),
      )
    },
  }
}

const leftoversAtOnce = 50

/** What is open in the books and in no list of Stripe's: it has changed, and is read by itself. */
const leftovers: Walk = {
  title: 'what is open in the books only',
  step: async ({ db, stripe, sweepId }, cursor) => {
    const rows = await db.execute<{ kind: Kind; id: string }>(sql`
      select kind, object_id as id from sweep_open
      where sweep_id = ${sweepId} and kind || ' ' || object_id > ${cursor ?? ''}
      order by kind || ' ' || object_id limit ${leftoversAtOnce}`)
    const sight = { observedAt: await programmeNow(db), eventId: null }
    const sightings: Sighting[] = []
    await inParallel(rows, 8, async ({ kind, id }) => {
      sightings.push(await readOne(stripe, kind, id, sight))
    })
    const last = rows.at(-1)
    const isOver = rows.length < leftoversAtOnce || last === undefined
    return { sightings, cursor: isOver ? null : `${last.kind} ${last.id}`, reached: null }
  },
}

async function readOne(
  stripe: Stripe,
  kind: Kind,
  id: string,
  sight: Parameters<typeof sightingOf>[2],
): Promise<Sighting> {
  if (!(kind in read)) throw new Error(`Nobody reads a ${kind}.`)
  try {
    const object = (await read[kind as keyof typeof read](stripe, id)) as { id: string } // `in read` above; all have one
    return { ...sightingOf(kind, object, sight), objectId: id }
  } catch (error) {
    if (!isMissing(error)) throw error
    if (kind === 'coupon') return sightingOf('coupon', { id, deleted: true } as { id: string }, sight) // all that is left of it
    return { kind, objectId: id, facts: [], problem: 'The books have it, and Stripe does not know it.' }
  }
}

function chunksOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) =>
    items.slice(n * size, (n + 1) * size),
  )
}

function events(types: readonly string[]): Walk {
  return {
    title: 'events of the last 30 days',
    step: async (place, cursor) => {
      const { db, stripe } = place
      const now = await programmeNow(db)
      const kept = secondsOf(now) - eventsKeptDays * 86_400
      const since = Math.max(secondsOf(place.since), kept)
      const until = place.until && secondsOf(place.until)
      const page = await pageAfter(cursor, (after) =>
        listEventsOf(stripe, types, { since, until, after, clock: null }),
      )
      const next = page.hasMore ? (page.data.at(-1)?.id ?? null) : null
      return stepOf({ data: page.data, cursor: next }, await askEvents(db, stripe, page.data, now))
    },
  }
}

const waitsAtOnce = 50

/** What the healed objects leave open: what a payment was for, where no list had it. */
const asks: Walk = {
  title: 'what healed payments were for',
  step: async ({ db, stripe, sweepId }, cursor) => {
    const { sightings, cursor: next } = await askForWaits(db, stripe, { sweepId, cursor, limit: waitsAtOnce })
    return { sightings, cursor: next, reached: null }
  },
}

/** In order: every cent that moved, then what these cannot show. */
export const walks: readonly Walk[] = [
  listed('money that moved', 'balance_transactions', 'balance_transaction'),
  listed('paid invoices', 'invoices', 'invoice'),
  listed('payments of invoices', 'invoice_payments', 'invoice_payment'),
  listed('Checkout Sessions', 'checkout_sessions', 'checkout_session'),
  listed('subscriptions', 'subscriptions', 'subscription'),
  listed('customers', 'customers', 'customer'),
  listed('credit notes', 'credit_notes', 'credit_note'),
  listed('early fraud warnings', 'early_fraud_warnings', 'early_fraud_warning'),
  listed('transfers to affiliates', 'transfers', 'transfer'),
  stillOpen('unpaid invoices', 'open_invoices', 'invoice'),
  stillOpen('pending refunds', 'refunds', 'refund'),
  stillOpen('open disputes', 'disputes', 'dispute'),
  stillOpen('running subscriptions', 'running_subscriptions', 'subscription'),
  listed('promotion codes', 'promotion_codes', 'promotion_code'),
  listed('coupons', 'coupons', 'coupon'),
  leftovers,
  ...chunksOf([...handledEventTypes], mostEventTypes).map(events),
  asks,
]
