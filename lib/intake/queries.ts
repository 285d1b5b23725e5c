import 'server-only'
import { and, count, eq, isNull, or, sql, type SQL } from 'drizzle-orm'
import { database, inboxEvents, inboxPayloads, inboxWork, outcomes, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { among } from '@/lib/rows'
import { keyset, type PageEnds, type PageWanted } from '@/lib/keyset'

/** An outcome, or `working` for what has none yet. */
export type EventOutcome = (typeof outcomes)[number] | 'working'
export const eventOutcomes: readonly EventOutcome[] = [...outcomes, 'working']

export interface EventSummary {
  id: string
  type: string
  objectId: string | null
  outcome: EventOutcome
  /** Why; null while it is being worked on for the first time. */
  sentence: string | null
  attempts: number
  /** When Stripe made it, in the programme's time. */
  createdAt: Date
  /** When it came in, in the machine's time. */
  recordedAt: Date
  /** From recorded to done; null: not done. */
  delayMs: number | null
}

export interface EventDetail extends EventSummary {
  apiVersion: string | null
  nextAttemptAt: Date | null
  /** As Stripe sent it, indented; null: expired with its month. */
  payload: string | null
}

const summary = {
  id: inboxEvents.eventId,
  type: inboxEvents.type,
  objectId: inboxEvents.objectId,
  outcome: inboxWork.outcome,
  sentence: inboxWork.sentence,
  attempts: inboxWork.attempts,
  createdAt: inboxEvents.createdAt,
  recordedAt: inboxEvents.recordedAt,
  doneAt: inboxWork.doneAt,
}

type SummaryRow = Omit<EventSummary, 'outcome' | 'delayMs' | 'attempts'> & {
  outcome: Exclude<EventOutcome, 'working'> | null
  attempts: number | null
  doneAt: Date | null
}

function summarise(row: SummaryRow): EventSummary {
  const { id, type, objectId, sentence, createdAt, recordedAt, doneAt } = row
  return {
    id,
    type,
    objectId,
    outcome: row.outcome ?? 'working',
    sentence,
    attempts: row.attempts ?? 0,
    createdAt,
    recordedAt,
    delayMs: doneAt === null ? null : Math.max(0, doneAt.getTime() - recordedAt.getTime()),
  }
}

export interface EventFilter {
  outcome?: EventOutcome | undefined
  type?: string | undefined
  /** An event's own id, or that of the object it is about. */
  about?: string | undefined
}

/** The inbox, newest first, a page at a time. */
export async function listEvents(
  actor: Actor,
  options: EventFilter & PageWanted & { oldestFirst?: boolean | undefined },
  db: Querying = database(),
): Promise<{ events: EventSummary[] } & PageEnds> {
  requireViewer(actor)
  const { beyond, order, limit, position, page } = keyset(
    [
      { by: sql`${inboxEvents.recordedAt}`, type: 'timestamptz' },
      { by: sql`${inboxEvents.eventId}`, type: 'text' },
    ],
    { ...options, ascending: options.oldestFirst ?? false },
  )
  const found = await db
    .select({ ...summary, position })
    .from(inboxEvents)
    .leftJoin(inboxWork, eq(inboxWork.eventId, inboxEvents.eventId))
    .where(and(matching(options), beyond))
    .orderBy(order)
    .limit(limit)
  const { rows, ...ends } = page<SummaryRow>(found)
  return { events: rows.map(summarise), ...ends }
}

function matching({ outcome, type, about }: EventFilter): SQL | undefined {
  return and(
    outcome === undefined
      ? undefined
      : outcome === 'working'
        ? isNull(inboxWork.outcome)
        : eq(inboxWork.outcome, outcome),
    type === undefined ? undefined : eq(inboxEvents.type, type),
    about === undefined ? undefined : or(eq(inboxEvents.eventId, about), eq(inboxEvents.objectId, about)),
  )
}

/** How many events did not simply end. Those that did are many, and are not counted. */
export async function countEvents(
  actor: Actor,
  db: Querying = database(),
): Promise<Record<'waiting' | 'unmatched' | 'quarantined' | 'working', number>> {
  requireViewer(actor)
  const { outcome } = inboxWork
  const rows = await db
    .select({ outcome, count: count() })
    .from(inboxWork)
    // As `inbox_work_unusual` has it.
    .where(sql`${outcome} is null or ${outcome} in ('waiting', 'unmatched', 'quarantined')`)
    .groupBy(outcome)
  const of = (name: string | null) => rows.find((row) => row.outcome === name)?.count ?? 0
  return {
    waiting: of('waiting'),
    unmatched: of('unmatched'),
    quarantined: of('quarantined'),
    working: of(null),
  }
}

/** One event with its body; null if it never came. */
export async function findEvent(
  actor: Actor,
  eventId: string,
  db: Querying = database(),
): Promise<EventDetail | null> {
  requireViewer(actor)
  const [row] = await db
    .select({
      ...summary,
      apiVersion: inboxEvents.apiVersion,
      state: inboxWork.state,
      nextAttemptAt: inboxWork.nextAttemptAt,
      payload: sql<string | null>`jsonb_pretty(${inboxPayloads.body})`,
    })
    .from(inboxEvents)
    .leftJoin(inboxWork, eq(inboxWork.eventId, inboxEvents.eventId))
    .leftJoin(
      inboxPayloads,
      and(
        eq(inboxPayloads.eventId, inboxEvents.eventId),
        eq(inboxPayloads.recordedAt, inboxEvents.recordedAt),
      ),
    )
    .where(eq(inboxEvents.eventId, eventId))
  if (!row) return null
  const { apiVersion, state, nextAttemptAt, payload, ...rest } = row
  return { ...summarise(rest), apiVersion, payload, nextAttemptAt: state === 'done' ? null : nextAttemptAt }
}

/** So many of a payment's events are shown: a renewal has less than ten. */
const mostOfPayment = 60

/** The events that told something of a payment or of what was bought with it, the oldest first. */
export async function listEventsOfPayment(
  actor: Actor,
  payment: { paymentId: string; invoiceIds: readonly string[] },
  db: Querying = database(),
): Promise<EventSummary[]> {
  requireViewer(actor)
  const told = sql`${inboxEvents.eventId} in (
    select event_id from facts where payment_id = ${payment.paymentId} and event_id is not null union
    select event_id from facts where ${among(sql`invoice_id`, payment.invoiceIds)} and event_id is not null)`
  const rows = await db
    .select(summary)
    .from(inboxEvents)
    .leftJoin(inboxWork, eq(inboxWork.eventId, inboxEvents.eventId))
    .where(told)
    .orderBy(inboxEvents.createdAt, inboxEvents.eventId)
    .limit(mostOfPayment)
  return rows.map(summarise)
}
