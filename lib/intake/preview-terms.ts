import 'server-only'
import { sql, type SQL } from 'drizzle-orm'
import { database, type Database, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { loadStandings } from '@/lib/affiliates/load-standings'
import { standingAt } from '@/lib/affiliates/standing'
import { decideAsIf } from '@/lib/anomalies/decide-as-if'
import { addDays, dayOf, startOfDay, type Day } from '@/lib/calendar'
import { programmeNow } from '@/lib/clock'
import { asIfSince, ofScope, standingAt as termsStandingAt, withChanges } from '@/lib/programme/change'
import { loadTermsOf } from '@/lib/programme/load-terms'
import type { TermsValues } from '@/lib/programme/schemas'
import { termsAt, termsFact } from '@/lib/programme/terms'
import type { Commission, CommissionFacts } from '@/lib/settlement/facts'
import { settle } from '@/lib/settlement/settle'
import type { Consequence } from './preview-decision'

export interface TermsConsequence extends Omit<Consequence, 'affiliateId' | 'affiliateName'> {
  /** Of what is earned: payable by the day of looking. */
  payableBeforeMinor: bigint
  payableAfterMinor: bigint
}

export interface TermsPreview {
  since: Day
  on: Day
  payments: number
  /** False: there are more payments than were looked at; the amounts are of the latest of them. */
  complete: boolean
  /** By currency, changed or not. */
  totals: TermsConsequence[]
  /** Only what would have changed, the most first. */
  consequences: Consequence[]
}

export const previewDays = 90
const mostPayments = 10_000

/**
 * What terms would have changed, had they been in force these last 90 days: what was paid to affiliates is settled again from the
 * facts that were kept, by the terms as they were and as they would have been. Nothing is written, and nobody waits for it.
 */
export async function previewTerms(
  actor: Actor,
  change: { values: TermsValues; affiliateId: string | null; groupId?: string | null },
  options: { db?: Database; now?: Date; most?: number } = {},
): Promise<TermsPreview> {
  requireViewer(actor)
  const db = options.db ?? database()
  const now = options.now ?? (await programmeNow(db))
  const on = dayOf(Math.floor(now.getTime() / 1000))
  const since = addDays(on, -previewDays)
  const most = options.most ?? mostPayments
  const scope = { affiliateId: change.affiliateId, groupId: change.groupId ?? null }
  const found = await loadSettled(db, { since, ...scope, limit: most + 1 })
  const settled = found.slice(0, most)
  const ofWhom = [...new Set([...settled.map(({ affiliateId }) => affiliateId), scope.affiliateId ?? ''])]
  // The group that is changed, and the one that somebody would be put into.
  const groups = [scope.groupId, change.values.group].flatMap((id) => id ?? [])
  const versions = await loadTermsOf(db, ofWhom, groups)
  const begin = new Date(startOfDay(since) * 1000)
  const own = ofScope(versions, scope)
  const values = withChanges(termsStandingAt(own, now), change.values)
  const supposed = asIfSince(versions, scope, values, begin)
  const redecided = change.values.anomalies
    ? await decideAnew(db, settled, termsAt(supposed, null, startOfDay(on)).anomalies)
    : null
  const sums = new Sums(on)
  for (const { affiliateId, affiliateName, facts } of settled) {
    const { paidAt, id } = facts.payment
    const terms = termsFact(termsAt(supposed, affiliateId, paidAt))
    const judged = redecided?.get(id)
    sums.add({ affiliateId, affiliateName }, settle(facts), settle({ ...facts, terms, ...judged }))
  }
  return { since, on, payments: settled.length, complete: found.length <= most, ...sums.result() }
}

interface SettledFacts {
  affiliateId: string
  affiliateName: string
  facts: CommissionFacts
}

async function loadSettled(
  db: Querying,
  wanted: { since: Day; affiliateId: string | null; groupId: string | null; limit: number },
): Promise<SettledFacts[]> {
  const { affiliateId, groupId } = wanted
  const among: SQL =
    affiliateId !== null
      ? sql`c.affiliate_id = ${affiliateId}`
      : groupId !== null
        ? sql`c.affiliate_id in (select affiliate_id from terms where "values"->>'group' = ${groupId})`
        : sql`c.affiliate_id is not null`
  const rows = await db.execute<{ affiliateId: string; affiliateName: string; facts: unknown }>(sql`
    select c.affiliate_id as "affiliateId", a.display_name as "affiliateName", s.facts
    from commissions c join settlements s on s.id = c.settlement_id join affiliates a on a.id = c.affiliate_id
    where ${among} and c.paid_at >= ${wanted.since}::timestamptz
    order by c.paid_at desc, c.payment_id limit ${wanted.limit}`)
  return rows.map((row) => ({ ...row, facts: revive(row.facts) }))
}

/** As they were given to the pure core: amounts are kept as strings of minor units. */
function revive(kept: unknown): CommissionFacts {
  const text = JSON.stringify(kept)
  return JSON.parse(text, (key, value: unknown) =>
    key.endsWith('Minor') && typeof value === 'string' ? BigInt(value) : value,
  ) as CommissionFacts // what `settlements.facts` is written from
}

async function decideAnew(
  db: Querying,
  settled: readonly SettledFacts[],
  anomalies: Parameters<typeof decideAsIf>[2],
): Promise<Map<string, Pick<CommissionFacts, 'verdicts' | 'hold'>>> {
  const payments = settled.map(({ affiliateId, facts: { payment } }) => ({
    paymentId: payment.id,
    customerId: payment.customerId,
    affiliateId,
    paidAt: payment.paidAt,
  }))
  const affiliateIds = [...new Set(payments.map(({ affiliateId }) => affiliateId))]
  const decisions = await decideAsIf(db, payments, anomalies)
  const standings = await loadStandings(db, affiliateIds)
  return new Map(
    settled.map(({ affiliateId, facts }) => {
      const { id, paidAt } = facts.payment
      const decision = decisions.get(id)
      const { suspended } = standingAt(standings.get(affiliateId) ?? [], paidAt)
      const hold = suspended ? facts.hold : (decision?.hold ?? null)
      return [id, { verdicts: { void: decision?.void ?? null }, hold }]
    }),
  )
}

type Sum = TermsConsequence & Pick<Consequence, 'affiliateId' | 'affiliateName'>

class Sums {
  readonly #by = new Map<string, Sum>()
  constructor(readonly on: Day) {}

  add(of: Pick<Sum, 'affiliateId' | 'affiliateName'>, before: Commission, after: Commission): void {
    const currency = after.currency ?? before.currency
    if (currency === null) return
    const key = `${of.affiliateId} ${currency}`
    const sum = this.#by.get(key) ?? { ...of, currency, ...nothing }
    this.#by.set(key, {
      ...sum,
      earnedBeforeMinor: sum.earnedBeforeMinor + earned(before),
      earnedAfterMinor: sum.earnedAfterMinor + earned(after),
      heldBeforeMinor: sum.heldBeforeMinor + held(before),
      heldAfterMinor: sum.heldAfterMinor + held(after),
      payableBeforeMinor: sum.payableBeforeMinor + payable(before, this.on),
      payableAfterMinor: sum.payableAfterMinor + payable(after, this.on),
    })
  }

  result(): Pick<TermsPreview, 'totals' | 'consequences'> {
    const all = [...this.#by.values()]
    const totals = new Map<string, TermsConsequence>()
    for (const { affiliateId: _id, affiliateName: _name, ...amounts } of all) {
      const total = totals.get(amounts.currency)
      totals.set(amounts.currency, total ? added(total, amounts) : amounts)
    }
    const moved = (each: Sum) =>
      magnitude(each.earnedAfterMinor - each.earnedBeforeMinor) +
      magnitude(each.heldAfterMinor - each.heldBeforeMinor)
    return {
      totals: [...totals.values()].toSorted((a, b) => a.currency.localeCompare(b.currency)),
      consequences: all
        .filter((each) => moved(each) > 0n)
        .toSorted((a, b) => (moved(a) === moved(b) ? 0 : moved(a) < moved(b) ? 1 : -1)),
    }
  }
}

const nothing = {
  earnedBeforeMinor: 0n,
  earnedAfterMinor: 0n,
  heldBeforeMinor: 0n,
  heldAfterMinor: 0n,
  payableBeforeMinor: 0n,
  payableAfterMinor: 0n,
}

function added(a: TermsConsequence, b: TermsConsequence): TermsConsequence {
  return {
    currency: a.currency,
    earnedBeforeMinor: a.earnedBeforeMinor + b.earnedBeforeMinor,
    earnedAfterMinor: a.earnedAfterMinor + b.earnedAfterMinor,
    heldBeforeMinor: a.heldBeforeMinor + b.heldBeforeMinor,
    heldAfterMinor: a.heldAfterMinor + b.heldAfterMinor,
    payableBeforeMinor: a.payableBeforeMinor + b.payableBeforeMinor,
    payableAfterMinor: a.payableAfterMinor + b.payableAfterMinor,
  }
}

const magnitude = (minor: bigint) => (minor < 0n ? -minor : minor)
const held = ({ status, remainingMinor }: Commission) => (status === 'held' ? remainingMinor : 0n)
const earned = (commission: Commission) => commission.remainingMinor - held(commission)

function payable({ lines }: Commission, on: Day): bigint {
  return lines.reduce(
    (sum, line) => (line.account === 'earned' && line.payableOn <= on ? sum + line.amountMinor : sum),
    0n,
  )
}
