import 'server-only'
import { and, asc, desc, eq, sql, type SQL } from 'drizzle-orm'
import {
  affiliates,
  commissions,
  commissionStatuses,
  customers,
  database,
  programme,
  settlements,
  type Querying,
} from '@/db'
import { requireAffiliate, requireViewer, type Actor } from '@/lib/actor'
import { calculationSchema, type Calculation } from './calculation'

export type CommissionStatus = (typeof commissionStatuses)[number]

export interface CommissionSummary {
  paymentId: string
  /** The invoice or Checkout Session that says what was bought. */
  basisId: string
  invoiceId: string | null
  /** null: a guest. */
  customerId: string | null
  /** The customer's address with most of it hidden; null: not known. */
  maskedEmail: string | null
  affiliateId: string | null
  affiliateName: string | null
  status: CommissionStatus
  /** Stripe has not told its fee within a week of the payment, by the programme's clock. */
  feeOverdue: boolean
  /** Why, for a person. */
  sentence: string
  paidAt: Date
  paymentCurrency: string
  paymentMinor: bigint
  /** Of the settlement; null while the fee is not known. */
  currency: string | null
  netMinor: bigint | null
  rateBps: number | null
  commissionMinor: bigint
  reversedMinor: bigint
  remainingMinor: bigint
  matchedBy: string | null
}

export interface CommissionDetail extends CommissionSummary {
  /** The arithmetic in words and numbers, to be redone by hand. */
  calculation: Calculation['steps']
  instalments: Calculation['instalments']
  reversals: Calculation['reversals']
  settledAt: Date
}

export interface CommissionFilter {
  affiliateId?: string | undefined
  invoiceId?: string | undefined
  paymentId?: string | undefined
  customerId?: string | undefined
  status?: CommissionStatus | undefined
  feeOverdue?: boolean | undefined
}

/** One affiliate's are for that affiliate and the console, all others for the console. */
function authorise(actor: Actor, affiliateId: string | undefined): void {
  if (affiliateId === undefined) requireViewer(actor)
  else requireAffiliate(actor, affiliateId)
}

/** A fee mostly comes within seconds, with some methods after days; after a week somebody should look. */
const feeOverdue = sql<boolean>`(${commissions.status} = 'awaiting_fee' and ${commissions.paidAt}
  <= now() + make_interval(secs => coalesce((select ${programme.clockOffsetSeconds} from ${programme}), 0)) - interval '7 days')`

const summary = {
  paymentId: commissions.paymentId,
  basisId: commissions.basisId,
  invoiceId: commissions.invoiceId,
  customerId: commissions.customerId,
  maskedEmail: customers.maskedEmail,
  affiliateId: commissions.affiliateId,
  affiliateName: affiliates.displayName,
  status: commissions.status,
  feeOverdue,
  sentence: commissions.sentence,
  paidAt: commissions.paidAt,
  paymentCurrency: commissions.paymentCurrency,
  paymentMinor: commissions.paymentMinor,
  currency: commissions.currency,
  netMinor: commissions.netMinor,
  rateBps: commissions.rateBps,
  commissionMinor: commissions.commissionMinor,
  reversedMinor: commissions.reversedMinor,
  remainingMinor: commissions.remainingMinor,
  matchedBy: commissions.matchedBy,
}

function matching(filter: CommissionFilter): SQL | undefined {
  const { affiliateId, invoiceId, paymentId, customerId, status } = filter
  return and(
    affiliateId === undefined ? undefined : eq(commissions.affiliateId, affiliateId),
    invoiceId === undefined ? undefined : eq(commissions.invoiceId, invoiceId),
    paymentId === undefined ? undefined : eq(commissions.paymentId, paymentId),
    customerId === undefined ? undefined : eq(commissions.customerId, customerId),
    status === undefined ? undefined : eq(commissions.status, status),
    filter.feeOverdue ? feeOverdue : undefined,
  )
}

/** The newest payment first, a page at a time. A cursor that is not ours begins at the beginning. */
export async function listCommissions(
  actor: Actor,
  options: CommissionFilter & { limit: number; cursor?: string | undefined },
  db: Querying = database(),
): Promise<{ commissions: CommissionSummary[]; nextCursor: string | null }> {
  authorise(actor, options.affiliateId)
  const { paidAt, paymentId, basisId } = commissions
  const rows = await db
    .select(summary)
    .from(commissions)
    .leftJoin(customers, eq(customers.id, commissions.customerId))
    .leftJoin(affiliates, eq(affiliates.id, commissions.affiliateId))
    .where(and(matching(options), before(options.cursor)))
    .orderBy(desc(paidAt), desc(paymentId), desc(basisId))
    .limit(options.limit + 1)
  const page = rows.slice(0, options.limit)
  const last = page.at(-1)
  return { commissions: page, nextCursor: rows.length > page.length && last ? encodeCursor(last) : null }
}

function before(cursor: string | undefined): SQL | undefined {
  const place = cursor === undefined ? null : decodeCursor(cursor)
  if (place === null) return undefined
  const { paidAt, paymentId, basisId } = commissions
  return sql`(${paidAt}, ${paymentId}, ${basisId}) < (${place.at}::timestamptz, ${place.paymentId}, ${place.basisId})`
}

/** Stripe's moments are whole seconds, so that a Date loses nothing. */
function encodeCursor({ paidAt, paymentId, basisId }: CommissionSummary): string {
  return Buffer.from(`${paidAt.toISOString()}|${paymentId}|${basisId}`).toString('base64url')
}

function decodeCursor(cursor: string): { at: string; paymentId: string; basisId: string } | null {
  const text = Buffer.from(cursor, 'base64url').toString()
  const parts = /^(\d{4}-\d\d-\d\dT[\d:.]+Z)\|([\w-]+)\|([\w-]+)$/.exec(text)
  if (!parts?.[1] || !parts[2] || !parts[3] || Number.isNaN(Date.parse(parts[1]))) return null
  return { at: parts[1], paymentId: parts[2], basisId: parts[3] }
}

/** As `listCommissions`, with the arithmetic of each. */
export async function listCommissionsInDetail(
  actor: Actor,
  options: CommissionFilter & { limit: number; cursor?: string | undefined },
  db: Querying = database(),
): Promise<{ commissions: CommissionDetail[]; nextCursor: string | null }> {
  authorise(actor, options.affiliateId)
  const { paidAt, paymentId, basisId } = commissions
  const rows = await selectDetails(db)
    .where(and(matching(options), before(options.cursor)))
    .orderBy(desc(paidAt), desc(paymentId), desc(basisId))
    .limit(options.limit + 1)
  const page = rows.slice(0, options.limit)
  const last = page.at(-1)
  return {
    commissions: page.map(withCalculation),
    nextCursor: rows.length > page.length && last ? encodeCursor(last) : null,
  }
}

/** A payment's commissions with their arithmetic: one a basis, so usually one; none if there is no such payment. */
export async function listCommissionDetails(
  actor: Actor,
  filter: CommissionFilter,
  db: Querying = database(),
): Promise<CommissionDetail[]> {
  authorise(actor, filter.affiliateId)
  const rows = await selectDetails(db)
    .where(matching(filter))
    .orderBy(asc(commissions.paidAt), asc(commissions.paymentId), asc(commissions.basisId))
    .limit(100)
  return rows.map(withCalculation)
}

function selectDetails(db: Querying) {
  return db
    .select({ ...summary, settledAt: commissions.settledAt, stored: settlements.calculation })
    .from(commissions)
    .leftJoin(customers, eq(customers.id, commissions.customerId))
    .leftJoin(affiliates, eq(affiliates.id, commissions.affiliateId))
    .leftJoin(settlements, eq(settlements.id, commissions.settlementId))
}

function withCalculation(row: CommissionSummary & { settledAt: Date; stored: unknown }): CommissionDetail {
  const { stored, ...rest } = row
  const { steps, ...parts } = calculationSchema.parse(stored ?? { steps: [], instalments: [], reversals: [] })
  return { ...rest, calculation: steps, ...parts }
}

/** The facts that a payment's present settlements were computed from, as JSON, indented, by basis. */
export async function listFactsUsed(
  actor: Actor,
  paymentId: string,
  db: Querying = database(),
): Promise<{ basisId: string; facts: string }[]> {
  requireViewer(actor)
  return db
    .select({ basisId: commissions.basisId, facts: sql<string>`jsonb_pretty(${settlements.facts})` })
    .from(commissions)
    .innerJoin(settlements, eq(settlements.id, commissions.settlementId))
    .where(eq(commissions.paymentId, paymentId))
    .orderBy(asc(commissions.basisId))
}

/** How many payments wait for a fee that Stripe should have told long ago. */
export async function countOverdueFees(actor: Actor, db: Querying = database()): Promise<number> {
  requireViewer(actor)
  return db.$count(commissions, feeOverdue)
}
