import 'server-only'
import { and, eq, inArray } from 'drizzle-orm'
import { importRows, ledgerTransfers, type Querying } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import type { Day } from '@/lib/calendar'
import { canHaveCodes, findAffiliates, findCodes, shownBefore, type Known } from '@/lib/codes/check-batch'
import { listAtStripe, type FoundCode } from '@/lib/codes/find-at-stripe'
import { codeText, codeTextProblem } from '@/lib/codes/rules'
import { findSeenTexts } from '@/lib/codes/seen-texts'
import type { Cells } from '@/lib/csv-file'
import { currentDiscount } from '@/lib/programme/current-discount'
import type { Discount } from '@/lib/programme/schemas'
import type { Stripe } from '@/lib/stripe/client'
import type { Mapping } from './formats'
import { readRow, type Wanted } from './read-row'

export type CheckedRow = Omit<typeof importRows.$inferInsert, 'importId'>

/** What rows are held against. */
interface Books {
  discount: Discount
  known: ReadonlyMap<string, Known>
  codes: ReadonlyMap<string, string>
  seen: ReadonlySet<string>
  openings: ReadonlySet<string>
  atStripe: readonly FoundCode[]
}

/**
 * What of a file can be taken in, by the books and by what Stripe has, and of each other row why not.
 * @throws TributaryError conflict where Stripe does not answer
 */
export async function checkRows(
  actor: Actor,
  rows: readonly { line: number; cells: Cells }[],
  mapping: Mapping,
  on: { db: Querying; stripe: Stripe; today: Day; now: Date },
): Promise<CheckedRow[]> {
  requireRole(actor, 'admin')
  const read = rows.map((row) => ({ ...row, ...readRow(row.cells, mapping, on.today) }))
  const books = await loadBooks(
    actor,
    read.flatMap((row) => ('wanted' in row ? row.wanted : [])),
    on,
  )
  const file = new File(books)
  return read.map((row) => {
    const { line, cells } = row
    if ('problem' in row) return refused({ line, cells }, row.problem)
    const answer = file.check(line, row.wanted)
    if ('problem' in answer) return refused({ line, cells }, answer.problem)
    const { handle, displayName, email, rateBps, joinedOn, opening } = row.wanted
    const said = { handle, displayName, email, rateBps, joinedOn }
    const wanted = Object.fromEntries(
      Object.entries(said).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]])),
    )
    return {
      ...{ line, cells, wanted, ...answer, state: 'ready', message: null },
      openingMinor: opening?.minor ?? null,
      currency: opening?.currency ?? null,
      payableOn: opening?.payableOn ?? null,
    }
  })
}

const nothing = { affiliateId: null, code: null, promotionCodeId: null, openingMinor: null, currency: null }

function refused(row: { line: number; cells: Cells }, message: string): CheckedRow {
  return { ...row, ...nothing, wanted: null, plan: null, payableOn: null, state: 'refused', message }
}

async function loadBooks(
  actor: Actor,
  wanted: readonly Wanted[],
  { db, stripe, now }: { db: Querying; stripe: Stripe; now: Date },
): Promise<Books> {
  const discount = await currentDiscount(db, now)
  const texts = [...new Set(wanted.flatMap(({ code, handle }) => [code ?? '', codeText(handle, discount)]))]
  const known = await findAffiliates(
    db,
    wanted.flatMap(({ handle, email }) => [handle, email]),
  )
  const opened = await db
    .select({ affiliateId: ledgerTransfers.affiliateId, currency: ledgerTransfers.currency })
    .from(ledgerTransfers)
    .where(
      and(
        eq(ledgerTransfers.kind, 'opening'),
        inArray(
          ledgerTransfers.affiliateId,
          [...known.values()].map(({ id }) => id),
        ),
      ),
    )
  return {
    discount,
    known,
    codes: await findCodes(db, texts),
    seen: new Set(await findSeenTexts(db, texts)),
    openings: new Set(opened.map(({ affiliateId, currency }) => `${affiliateId} ${currency}`)),
    atStripe: wanted.length > 0 ? await listAtStripe(actor, { db, stripe }) : [],
  }
}

type Plan = Pick<CheckedRow, 'affiliateId' | 'plan' | 'code' | 'promotionCodeId'>
type Answer = Plan | { problem: string }

/** The rows of one file, in their order: each is held against the books and the rows before it. */
class File {
  readonly #books: Books
  /** By e-mail address in small letters. */
  readonly #people = new Map<string, { line: number; handle: string }>()
  /** By what can be had once: a handle, a code, a balance. */
  readonly #taken = new Map<string, { line: number; email: string }>()

  constructor(books: Books) {
    this.#books = books
  }

  check(line: number, wanted: Wanted): Answer {
    const email = wanted.email.toLowerCase()
    const handle = wanted.handle.toLowerCase()
    const { known } = this.#books
    const existing = [known.get(email)].find((one) => one?.email.toLowerCase() === email)
    const before = this.#people.get(email)
    if (existing?.status === 'applied') return { problem: `${existing.handle} is not taken in yet.` }
    if (!existing && !before) {
      const problem = known.has(handle) || this.#taken.has(`handle ${handle}`)
      if (problem) return { problem: `handle: ${wanted.handle} is somebody else’s.` }
    }
    const plan = this.#plan(wanted, existing ?? null, before !== undefined)
    if ('problem' in plan) return plan
    if (plan.plan === 'make' && existing && !canHaveCodes(existing.status))
      return { problem: `${existing.handle} is ${existing.status}.` }
    const balance = wanted.opening && `balance ${email} ${wanted.opening.currency}`
    const problem = this.#twice(existing, plan, wanted, balance)
    if (problem !== null) return { problem }
    const mine = { line, email }
    if (!before) this.#people.set(email, { line, handle: wanted.handle })
    if (!existing && !before) this.#taken.set(`handle ${handle}`, mine)
    if (plan.code) this.#taken.set(`code ${plan.code.toUpperCase()}`, mine)
    if (balance) this.#taken.set(balance, mine)
    return { ...plan, affiliateId: existing?.id ?? null }
  }

  #twice(existing: Known | undefined, plan: Plan, wanted: Wanted, balance: string | null): string | null {
    const { code } = plan
    const sameCode = code && plan.plan !== 'none' ? this.#taken.get(`code ${code.toUpperCase()}`) : undefined
    if (sameCode) return `code: The same code as in line ${sameCode.line}.`
    const { opening } = wanted
    if (opening && balance) {
      const said = opening.currency.toUpperCase()
      const sameBalance = this.#taken.get(balance)
      if (sameBalance) return `opening_balance: One in ${said} stands in line ${sameBalance.line} already.`
      if (existing && this.#books.openings.has(`${existing.id} ${opening.currency}`))
        return `opening_balance: ${existing.handle} has had one in ${said} before; a further amount is an adjustment.`
    }
    if (plan.plan !== 'none' || opening) return null
    const before = this.#people.get(wanted.email.toLowerCase())
    return before
      ? `The same affiliate as in line ${before.line}, and nothing else is said.`
      : `${existing?.handle ?? wanted.handle} is an affiliate already, and the row says nothing else.`
  }

  #plan(wanted: Wanted, existing: Known | null, isBefore: boolean): Answer {
    const { promotionCodeId, couponId, code } = wanted
    const { atStripe } = this.#books
    if (promotionCodeId !== null) {
      const found = atStripe.find((one) => one.promotionCodeId === promotionCodeId)
      return assigned(found ? [found] : [], `stripe_promotion_code: Stripe has no ${promotionCodeId}.`)
    }
    if (couponId !== null)
      return assigned(
        atStripe.filter((one) => one.couponId === couponId),
        `stripe_coupon: Stripe has no promotion code of ${couponId}.`,
      )
    if (code !== null) return this.#planText(code, existing)
    if (existing || isBefore) return { plan: 'none', code: null, promotionCodeId: null, affiliateId: null }
    return this.#planText(codeText(wanted.handle, this.#books.discount), null)
  }

  #planText(code: string, existing: Known | null): Answer {
    const { codes, atStripe, seen } = this.#books
    const owner = codes.get(code)
    if (owner !== undefined && owner === existing?.id)
      return { plan: 'none', code, promotionCodeId: null, affiliateId: null }
    if (owner !== undefined) return { problem: `code: ${code} is another affiliate’s code already.` }
    const same = atStripe.filter((one) => one.code.toUpperCase() === code)
    if (same.length > 0) return assigned(same, '')
    const problem = codeTextProblem(code)
    if (problem !== null) return { problem: `code: ${problem}` }
    if (seen.has(code)) return { problem: `code: ${shownBefore(code)}` }
    return { plan: 'make', code, promotionCodeId: null, affiliateId: null }
  }
}

/** One of Stripe's promotion codes: the only one, or the only one that works. */
function assigned(found: readonly FoundCode[], none: string): Answer {
  if (found.length === 0) return { problem: none }
  const active = found.filter((one) => one.active)
  const [one] = found.length === 1 ? found : active
  if (!one || (found.length > 1 && active.length > 1))
    return { problem: 'Stripe has several promotion codes like this: name one under stripe_promotion_code.' }
  if (one.ours !== null) return { problem: `code: ${one.code} is an affiliate’s code already.` }
  if (one.gives === null)
    return { problem: `code: The coupon of ${one.code} was deleted, or gives what is not known here.` }
  return { plan: 'assign', code: one.code, promotionCodeId: one.promotionCodeId, affiliateId: null }
}
