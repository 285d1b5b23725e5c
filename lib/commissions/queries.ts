import 'server-only'
import { and, asc, eq, sql, type SQL } from 'drizzle-orm'
import { commissions, commissionStatuses, database, programme, settlements, type Querying } from '@/db'
import { requireAffiliate, requireViewer, type Actor } from '@/lib/actor'
import { addDays, type Day } from '@/lib/calendar'
import type { PageEnds, PageWanted } from '@/lib/keyset'
import { calculationSchema, type Calculation } from './calculation'
import { findSought } from './find-sought'
import { inOrder, type CommissionSort } from './in-order'

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
  /** Paid on this day or later, and on this day or earlier. */
  from?: Day | undefined
  to?: Day | undefined
  /** Of the settlement. */
  currency?: string | undefined
  /** As somebody typed it: see `findSought`. For the console. */
  sought?: string | undefined
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
  // One by one for the rows that are shown, where a join would read all customers before it sorts.
  maskedEmail: sql<
    string | null
  >`(select c.masked_email from customers c where c.id = ${commissions.customerId})`,
  affiliateId: commissions.affiliateId,
  affiliateName: sql<
    string | null
  >`(select a.display_name from affiliates a where a.id = ${commissions.affiliateId})`,
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
    filter.currency === undefined
      ? undefined
      : sql`coalesce(${commissions.currency}, '') = ${filter.currency}`,
    filter.from === undefined
      ? undefined
      : sql`${commissions.paidAt} >= ${`${filter.from}T00:00:00Z`}::timestamptz`,
    filter.to === undefined
      ? undefined
      : sql`${commissions.paidAt} < ${`${addDays(filter.to, 1)}T00:00:00Z`}::timestamptz`,
  )
}

const isOfFew = ({ affiliateId, customerId, invoiceId, paymentId, sought }: CommissionFilter) =>
  [affiliateId, customerId, invoiceId, paymentId, sought].some((each) => each !== undefined)

export type CommissionsWanted = CommissionFilter & PageWanted & { sort?: CommissionSort | undefined }

/** By default the newest payment first, a page at a time. */
export async function listCommissions(
  actor: Actor,
  options: CommissionsWanted,
  db: Querying = database(),
): Promise<{ commissions: CommissionSummary[] } & PageEnds> {
  authorise(actor, options.affiliateId)
  const { beyond, order, limit, position, page } = inOrder(options, isOfFew(options))
  const sought = options.sought === undefined ? undefined : await findSought(db, options.sought)
  const found = await db
    .select({ ...summary, position })
    .from(commissions)
    .where(and(matching(options), sought, beyond))
    .orderBy(order)
    .limit(limit)
  const { rows, ...ends } = page<CommissionSummary>(found)
  return { commissions: rows.map((row) => asTold(actor, row)), ...ends }
}

/** As `listCommissions`, with the arithmetic of each. */
export async function listCommissionsInDetail(
  actor: Actor,
  options: CommissionsWanted,
  db: Querying = database(),
): Promise<{ commissions: CommissionDetail[] } & PageEnds> {
  authorise(actor, options.affiliateId)
  const { beyond, order, limit, position, page } = inOrder(options, isOfFew(options))
  const found = await selectDetails(db, position)
    .where(and(matching(options), beyond))
    .orderBy(order)
    .limit(limit)
  const { rows, ...ends } = page<DetailRow>(found)
  return { commissions: rows.map((row) => withCalculation(asTold(actor, row))), ...ends }
}

/** A payment's commissions with their arithmetic: one a basis, so usually one; none if there is no such payment. */
export async function listCommissionDetails(
  actor: Actor,
  filter: CommissionFilter,
  db: Querying = database(),
): Promise<CommissionDetail[]> {
  authorise(actor, filter.affiliateId)
  const rows = await selectDetails(db, sql<string>`''`)
    .where(matching(filter))
    .orderBy(asc(commissions.paidAt), asc(commissions.paymentId), asc(commissions.basisId))
    .limit(100)
  return rows.map((row) => withCalculation(asTold(actor, row)))
}

function selectDetails(db: Querying, position: SQL<string>) {
  return db
    .select({ ...summary, position, settledAt: commissions.settledAt, stored: settlements.calculation })
    .from(commissions)
    .leftJoin(settlements, eq(settlements.id, commissions.settlementId))
}

const toldInstead: Partial<Record<CommissionStatus, string>> = {
  held: 'Held until somebody has looked at it. If it is in order, it is paid on its days.',
  void: 'This payment does not earn, by the rules of the programme. If you think that is wrong, answer any letter of ours.',
}

/** What a rule saw, and what was said of it, is the console's: told to the affiliate it would be a recipe. */
function asTold<Row extends CommissionSummary>(actor: Actor, row: Row): Row {
  const own = actor.kind === 'person' && actor.administrator === null
  return { ...row, sentence: (own ? toldInstead[row.status] : undefined) ?? row.sentence }
}

type DetailRow = CommissionSummary & { settledAt: Date; stored: unknown }

function withCalculation(row: DetailRow): CommissionDetail {
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
