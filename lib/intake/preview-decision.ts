import 'server-only'
import { sql } from 'drizzle-orm'
import { database, type Database, type Transaction } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { programmeNow, sharedNow, wallNow } from '@/lib/clock'
import { settleFacts } from './settle-facts'

/** What an affiliate's payments bring in one currency before a decision and after it, reversals taken off. */
export interface Consequence {
  affiliateId: string
  affiliateName: string
  currency: string
  earnedBeforeMinor: bigint
  earnedAfterMinor: bigint
  heldBeforeMinor: bigint
  heldAfterMinor: bigint
}

export interface Preview {
  /** How many payments would be settled anew. */
  payments: number
  /** False: there are more customers and payments than were looked at; the amounts are of those. */
  complete: boolean
  /** Only what would change. */
  consequences: Consequence[]
}

/** A decision about more is previewed on the first of them. */
const mostSubjects = 500

class NotMeant extends Error {}

/**
 * What a decision would do to the books: takes it, settles what it touches, looks, and rolls all of it back. Nothing is kept.
 * @param decide a verb that writes one decision, given the database to write it in
 * @throws TributaryError what the verb throws; forbidden
 */
export async function previewDecision(
  actor: Actor,
  decide: (db: Database) => Promise<void>,
  db: Database = database(),
): Promise<Preview> {
  requireRole(actor, 'admin')
  let preview: Preview | null = null
  try {
    await db.transaction(async (tx) => {
      const begun = await sharedNow(tx)
      // A transaction does all that verbs ask of a database; theirs become savepoints within it.
      await decide(tx as unknown as Database)
      preview = await settleAndCompare(tx, begun)
      throw new NotMeant()
    })
  } catch (error) {
    if (!(error instanceof NotMeant) || preview === null) throw error
  }
  return preview ?? { payments: 0, complete: true, consequences: [] }
}

async function settleAndCompare(tx: Transaction, begun: Date): Promise<Preview> {
  const queued = await tx.execute<{ id: string; kind: 'payment' | 'customer' }>(sql`
    select subject_id as id, kind from settlement_queue where next_attempt_at >= ${begun.toISOString()}::timestamptz
    order by subject_id limit ${mostSubjects + 1}`)
  const subjects = queued.slice(0, mostSubjects)
  const idsOf = (kind: 'payment' | 'customer') =>
    subjects.filter((subject) => subject.kind === kind).map(({ id }) => id)
  const again = { paymentIds: idsOf('payment'), customerIds: idsOf('customer') }
  const before = await standing(tx, again)
  const clock = { recordedAt: await programmeNow(tx), wallNow: wallNow() }
  const { answers } = await settleFacts(tx, [], clock, again)
  const after = await standing(tx, again)
  return {
    payments: new Set(answers.map(({ paymentId }) => paymentId)).size,
    complete: queued.length <= mostSubjects,
    consequences: compare(before, after),
  }
}

interface Standing extends Record<string, unknown> {
  affiliateId: string
  affiliateName: string
  currency: string
  earned: string
  held: string
}

async function standing(
  tx: Transaction,
  { paymentIds, customerIds }: { paymentIds: string[]; customerIds: string[] },
): Promise<Map<string, Standing>> {
  const rows = await tx.execute<Standing>(sql`
    select c.affiliate_id as "affiliateId", a.display_name as "affiliateName", c.currency,
           coalesce(sum(c.remaining_minor) filter (where c.status <> 'held'), 0)::text as earned,
           coalesce(sum(c.remaining_minor) filter (where c.status = 'held'), 0)::text as held
    from commissions c join affiliates a on a.id = c.affiliate_id
    where c.currency is not null
      and (c.payment_id = any(${sql.param(paymentIds)}::text[]) or c.customer_id = any(${sql.param(customerIds)}::text[]))
    group by 1, 2, 3`)
  return new Map(rows.map((row) => [`${row.affiliateId} ${row.currency}`, row]))
}

function compare(before: Map<string, Standing>, after: Map<string, Standing>): Consequence[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort()
  return keys.flatMap((key) => {
    const [was, is] = [before.get(key), after.get(key)]
    const some = is ?? was
    if (some === undefined || (was?.earned === is?.earned && was?.held === is?.held)) return []
    const { affiliateId, affiliateName, currency } = some
    return {
      affiliateId,
      affiliateName,
      currency,
      earnedBeforeMinor: BigInt(was?.earned ?? 0),
      earnedAfterMinor: BigInt(is?.earned ?? 0),
      heldBeforeMinor: BigInt(was?.held ?? 0),
      heldAfterMinor: BigInt(is?.held ?? 0),
    }
  })
}
