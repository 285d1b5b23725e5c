import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { facts as factRows, type Database } from '@/db'
import { digestOf, type Fact, type Kind } from './facts'
import { among } from '@/lib/rows'

/**
 * A refund that succeeded may fail and the other way round, a dispute is won and lost again, a code is paused and resumed, a plan is
 * changed and changed back: what is further along is not the later. Of all other kinds it is, and of a subscription whose status changed.
 */
const goesBackAndForth: ReadonlySet<string> = new Set<Kind>([
  'refund',
  'dispute',
  'promotion_code',
  'coupon',
  'subscription',
])

/**
 * Stripe dates events by whole seconds: of two different sights of an object from one second no one can tell which is the later.
 * @returns the ids of the objects among these facts that were seen so, in them or before
 */
export async function findTied(db: Database, facts: readonly Fact[]): Promise<Set<string>> {
  const unsteady = facts.filter((fact) => goesBackAndForth.has(fact.kind))
  if (unsteady.length === 0) return new Set()
  const { objectId, observedAt, digest } = factRows
  const ids = [...new Set(unsteady.map((fact) => fact.objectId))]
  const status = sql<
    string | null
  >`case when ${factRows.kind} = 'subscription' then ${factRows.body} ->> 'status' end`
  const before = await db
    .select({ objectId, observedAt, digest, status })
    .from(factRows)
    .where(among(objectId, ids))
  const now = unsteady.map((fact) => ({ ...fact, digest: digestOf(fact), status: statusOf(fact) }))
  const tied = new Set<string>()
  for (const fact of now) {
    const others = [...before, ...now].filter((other) => other.objectId === fact.objectId)
    const isTied = others.some(
      (other) => other.digest !== fact.digest && secondOf(other.observedAt) === secondOf(fact.observedAt),
    )
    if (isTied) tied.add(fact.objectId)
  }
  return tied
}

const withStatus = z.object({ status: z.string() })

const statusOf = ({ kind, body }: Pick<Fact, 'kind' | 'body'>): string | null =>
  kind === 'subscription' ? (withStatus.safeParse(body).data?.status ?? null) : null

const secondOf = (date: Date): number => Math.floor(date.getTime() / 1000)
