import 'server-only'
import { affiliates, database, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { loadDirectory } from '@/lib/attribution/directory'
import { resolveEvidence, type Evidence } from '@/lib/attribution/rules'
import { dayOf, startOfDay, type Day, type Instant } from '@/lib/calendar'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { loadTermsOf } from '@/lib/programme/load-terms'
import { termsAt } from '@/lib/programme/terms'
import { among } from '@/lib/rows'
import { stripeClient, type Stripe } from '@/lib/stripe/client'
import { listings } from '@/lib/stripe/listings'

interface Sum {
  invoices: number
  paidMinor: bigint
}

export interface PastLine {
  affiliateId: string
  handle: string
  currency: string
  /** Paid before the programme's first earning day: they attribute, and earn nothing. */
  before: Sum
  after: Sum
}

export interface Past {
  earnsFrom: Day
  /** Paid invoices that were looked at. */
  seen: number
  /** When the oldest and the newest of them were made; null: there was none. */
  made: { from: Day; to: Day } | null
  /** After which invoice to go on: there are more, older ones that were not looked at. Null: there are none. */
  next: string | null
  lines: PastLine[]
  /** Of all lines, by currency. */
  totals: Pick<PastLine, 'currency' | 'before' | 'after'>[]
}

/** A hundred invoices each: a page is to be shown, not a programme read whole. */
const mostPages = 20

type Paid = Pick<Evidence, 'promotionCodeId' | 'couponId' | 'codeText'> &
  Pick<Evidence, 'promotionAffiliateId' | 'couponAffiliateId'>

interface Invoice {
  currency: string
  paidMinor: bigint
  createdAt: Instant
  paidAt: Instant
  discounts: Paid[]
}

/**
 * What Stripe's paid invoices since a day would bring to whom, as far as they show a code themselves; nothing is written. Renewals
 * without a discount of their own follow their customer, and are not counted here.
 * @param options.after the last invoice of what was looked at before: those made before it are
 * @throws TributaryError conflict where Stripe does not answer
 */
export async function previewPast(
  actor: Actor,
  since: Day,
  options: { after?: string | undefined; db?: Querying; stripe?: Stripe; now?: Date } = {},
): Promise<Past> {
  requireViewer(actor)
  const db = options.db ?? database()
  const now = options.now ?? (await programmeNow(db))
  const versions = await loadTermsOf(db, [])
  const earnsFromAt = (at: Instant) => termsAt(versions, null, at).earnsFrom
  const { invoices, next } = await listPaid(options.stripe ?? stripeClient(), since, options.after ?? null)
  const directory = await loadDirectory(
    db,
    invoices.flatMap(({ discounts }) => discounts.map((each) => ({ ...each, namedAffiliateId: null }))),
  )
  const lines = new Map<string, Omit<PastLine, 'handle'>>()
  for (const { currency, paidMinor, paidAt, discounts } of invoices) {
    const owner = discounts.map((each) => resolveEvidence(asEvidence(each), directory)).find((each) => each)
    if (!owner) continue
    const { affiliateId } = owner
    const key = `${affiliateId} ${currency}`
    const line = lines.get(key) ?? { affiliateId, currency, before: none, after: none }
    // As it will be settled: by the terms in force in the second of the payment.
    const when = dayOf(paidAt) < earnsFromAt(paidAt) ? 'before' : 'after'
    lines.set(key, { ...line, [when]: plus(line[when], { invoices: 1, paidMinor }) })
  }
  const earnsFrom = earnsFromAt(Math.floor(now.getTime() / 1000))
  const made = spanOf(invoices)
  const whole = await named(db, [...lines.values()])
  return { earnsFrom, seen: invoices.length, made, next, lines: whole, totals: totalsOf(whole) }
}

const none: Sum = { invoices: 0, paidMinor: 0n }

const plus = (a: Sum, b: Sum): Sum => ({
  invoices: a.invoices + b.invoices,
  paidMinor: a.paidMinor + b.paidMinor,
})

function totalsOf(lines: readonly PastLine[]): Past['totals'] {
  const totals = new Map<string, Past['totals'][number]>()
  for (const { currency, before, after } of lines) {
    const sum = totals.get(currency) ?? { currency, before: none, after: none }
    totals.set(currency, { currency, before: plus(sum.before, before), after: plus(sum.after, after) })
  }
  return [...totals.values()].toSorted((a, b) => (a.currency < b.currency ? -1 : 1))
}

function spanOf(invoices: readonly Invoice[]): Past['made'] {
  // Stripe lists the newest first.
  const [newest, oldest] = [invoices[0], invoices.at(-1)]
  return newest && oldest ? { from: dayOf(oldest.createdAt), to: dayOf(newest.createdAt) } : null
}

async function listPaid(
  stripe: Stripe,
  since: Day,
  from: string | null,
): Promise<{ invoices: Invoice[]; next: string | null }> {
  const invoices: Invoice[] = []
  let after = from
  try {
    for (let pages = 0; pages < mostPages; pages += 1) {
      const span = { since: startOfDay(since), until: null, after, clock: null }
      const page: Awaited<ReturnType<typeof listings.invoices>> = await listings.invoices(stripe, span)
      // The list is of invoices, whatever else has an id.
      invoices.push(...(page.data as Stripe.Invoice[]).map(read))
      after = page.data.at(-1)?.id ?? null
      if (!page.hasMore) return { invoices, next: null }
    }
  } catch {
    throw new TributaryError('conflict', 'Stripe does not answer. Try again in a moment.')
  }
  return { invoices, next: after }
}

function read(invoice: Stripe.Invoice): Invoice {
  return {
    currency: invoice.currency,
    paidMinor: BigInt(invoice.amount_paid),
    createdAt: invoice.created,
    paidAt: invoice.status_transitions.paid_at ?? invoice.created,
    discounts: (invoice.discounts ?? []).flatMap((each) =>
      typeof each === 'string' || 'deleted' in each ? [] : [shownBy(each)],
    ),
  }
}

function shownBy({ promotion_code: code, source }: Stripe.Discount): Paid {
  const promotion = typeof code === 'object' ? code : null
  const coupon = typeof source.coupon === 'object' ? source.coupon : null
  return {
    promotionCodeId: typeof code === 'string' ? code : (promotion?.id ?? null),
    couponId: typeof source.coupon === 'string' ? source.coupon : (coupon?.id ?? null),
    codeText: promotion?.code ?? null,
    promotionAffiliateId: promotion?.metadata?.['affiliate_id'] ?? null,
    couponAffiliateId: coupon?.metadata?.['affiliate_id'] ?? null,
  }
}

function asEvidence(shown: Paid): Omit<Evidence, 'recordedAtMs'> {
  const whole = { kind: 'invoice_discount', at: 0, sourceId: '', discountId: null, digest: '' } as const
  return { ...whole, ...shown, namedAffiliateId: null, reason: null }
}

async function named(db: Querying, lines: Omit<PastLine, 'handle'>[]): Promise<PastLine[]> {
  if (lines.length === 0) return []
  const ids = [...new Set(lines.map(({ affiliateId }) => affiliateId))]
  const rows = await db
    .select({ id: affiliates.id, handle: affiliates.handle })
    .from(affiliates)
    .where(among(affiliates.id, ids))
  const handles = new Map(rows.map(({ id, handle }) => [id, handle]))
  return lines
    .map((line) => ({ ...line, handle: handles.get(line.affiliateId) ?? '' }))
    .toSorted((a, b) => (a.handle + a.currency < b.handle + b.currency ? -1 : 1))
}
