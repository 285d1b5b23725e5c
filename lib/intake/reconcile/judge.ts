import { sql } from 'drizzle-orm'
import type { Database } from '@/db'
import { judgeTransfers, type SeenTransfer } from '@/lib/payouts/judge-transfers'
import { loadObjects } from '../fact-store'
import { digestOf, type Bodies, type Fact, type Kind } from '../facts'
import { Sights, type Observation } from '../facts/merge'
import type { Sighting } from './sightings'

/** What the books make of a sighting. */
export interface Judged extends Sighting {
  verdict: 'right' | 'healed' | 'unexplained'
  /** Why; empty where it is right. */
  sentence: string
  /** The facts that the books do not have; also of what is right, where Stripe tells something only here. */
  missing: Fact[]
}

/** Holds what Stripe shows against what the books know; asks Stripe nothing. */
export async function judge(db: Database, sightings: readonly Sighting[]): Promise<Judged[]> {
  const all = sightings.flatMap((each) => each.facts)
  const kinds = [...new Set(all.map((fact) => fact.kind as Kind))] // written by their kinds
  const known = await loadObjects(
    db,
    kinds,
    all.map((fact) => fact.objectId),
  )
  const transfers = await judgeTransfers(db, sightings.flatMap(transferIn))
  return sightings.map((sighting): Judged => {
    if (sighting.problem !== null) {
      return { ...sighting, verdict: 'unexplained', sentence: sighting.problem, missing: [] }
    }
    const transfer = sighting.kind === 'transfer' ? transfers.get(sighting.objectId) : undefined
    if (transfer)
      return { ...sighting, ...transfer, missing: transfer.verdict === 'healed' ? sighting.facts : [] }
    const differing = sighting.facts.flatMap((fact) => {
      const difference = differenceOf(fact, known)
      return difference === null ? [] : [{ fact, difference }]
    })
    const missing = differing.map(({ fact }) => fact)
    const [first] = differing.flatMap(({ difference }) => (difference === 'quiet' ? [] : difference))
    if (sighting.event !== undefined) {
      return { ...sighting, verdict: 'healed', sentence: 'It never came.', missing }
    }
    if (first === undefined) return { ...sighting, verdict: 'right', sentence: '', missing }
    return {
      ...sighting,
      verdict: 'healed',
      sentence: first,
      missing,
    }
  })
}

/** Transfers are held against payouts: of one that is paid nothing else is kept. */
function transferIn({ kind, problem, facts: [fact] }: Sighting): SeenTransfer[] {
  if (kind !== 'transfer' || problem !== null || fact === undefined) return []
  const { payoutId, amount = 0, currency = '', accountId, reversals } = fact.body as Bodies['transfer'] // written by its kind
  const reversalIds = reversals.map(({ id }) => id)
  const amountMinor = BigInt(amount)
  return [{ id: fact.objectId, payoutId, amountMinor, currency, destination: accountId ?? '', reversalIds }]
}

/** @returns in which way the books know less or something else; null: they do not; quiet: in what no event ever tells */
function differenceOf(fact: Fact, known: Sights): string | null {
  const kind = fact.kind as Kind // written by its kind
  const before = known.find(kind, fact.objectId)
  if (before === null) {
    // Nothing hangs on a coupon until a payment shows it; then it is read.
    if (kind === 'coupon' && !(fact.body as Bodies['coupon']).deleted) return null // written by its kind
    return `The books did not have ${kind === 'discount' ? 'its discount' : 'it'}.`
  }
  if (kind === 'discount' || kind === 'balance_transaction') return null
  const after = known.with(new Sights([asObservation(fact)])).find(kind, fact.objectId)
  const [then, now] = [comparable(kind, before, fact.body), comparable(kind, after, fact.body)]
  const say = (body: unknown) => digestOf({ ...fact, body })
  const fields = [...new Set([...Object.keys(then), ...Object.keys(now)])].filter(
    (name) => say(then[name] ?? null) !== say(now[name] ?? null),
  )
  if (fields.length === 0) return null
  const told = fields.filter((name) => !quiet[kind]?.includes(name))
  return told.length === 0 ? 'quiet' : `The books had it otherwise: ${told.join(', ')}.`
}

/** What not every sight of a kind tells is not compared. */
const untold: { [K in Kind]?: (keyof Bodies[K])[] } = {
  charge: ['email', 'payerDigest'],
  checkout_session: ['lines', 'email'],
  customer: ['email'],
  promotion_code: ['couponAffiliateId'],
}

/** Stripe counts redemptions without a word: they are brought up to date, and nothing was lost. */
const quiet: Partial<Record<Kind, string[]>> = {
  coupon: ['timesRedeemed'],
  promotion_code: ['timesRedeemed', 'exhausted'],
}

function comparable(kind: Kind, body: unknown, seen: unknown): Record<string, unknown> {
  const fields = { ...(body as Record<string, unknown>) } // bodies are plain objects
  const { linesComplete } = seen as Partial<Bodies['invoice']>
  const partial =
    kind === 'invoice' && linesComplete === false ? ['lines', 'linesComplete', 'discountIds'] : []
  for (const name of [...(untold[kind] ?? []), ...partial]) delete fields[name]
  return fields
}

function asObservation(fact: Fact): Observation {
  return {
    kind: fact.kind as Kind, // written by its kind
    objectId: fact.objectId,
    observedAt: fact.observedAt,
    customerId: fact.customerId ?? null,
    invoiceId: fact.invoiceId ?? null,
    paymentId: fact.paymentId ?? null,
    subscriptionId: fact.subscriptionId ?? null,
    digest: digestOf(fact),
    body: fact.body as Bodies[Kind], // written by its kind
  }
}

/** Events by whether and how they came in. Absent: never. */
export async function loadInbox(
  db: Database,
  eventIds: readonly string[],
): Promise<Map<string, { quarantined: string | null }>> {
  if (eventIds.length === 0) return new Map()
  const rows = await db.execute<{ id: string; quarantined: string | null }>(sql`
    select event_id as id, case when w.state = 'quarantined' then coalesce(w.sentence, '') end as quarantined
    from inbox_events e left join inbox_work w using (event_id)
    where event_id = any(${sql.param([...eventIds])}::text[])`)
  return new Map(rows.map(({ id, quarantined }) => [id, { quarantined }]))
}
