import { handleFrom, checkHandle } from '@/lib/affiliates/rules'
import { createAffiliateSchema } from '@/lib/affiliates/schemas'
import { isDay, type Day } from '@/lib/calendar'
import type { Cells } from '@/lib/csv-file'
import { importFields, type ImportField, type Mapping } from './formats'
import { parseAmount } from './amount'

/** A row as it was understood. */
export interface Wanted {
  handle: string
  displayName: string
  email: string
  /** In capitals; null: none is named. */
  code: string | null
  promotionCodeId: string | null
  couponId: string | null
  rateBps: number | null
  joinedOn: Day | null
  /** Below zero: a debt. */
  opening: { minor: bigint; currency: string; payableOn: Day | null } | null
}

const mostMinor = 10n ** 12n

/**
 * @param today days of joining lie before it or on it
 * @returns what a row says, or what is wrong with it in words that begin with our field
 */
export function readRow(
  cells: Cells,
  mapping: Mapping,
  today: Day,
): { wanted: Wanted } | { problem: string } {
  const said = (field: ImportField) => {
    const heading = mapping[field] ?? ''
    return heading.startsWith('=') ? heading.slice(1) : (cells[heading] ?? '')
  }
  const problems: string[] = []
  if (cells['beyond'] !== undefined) problems.push('It has more cells than there are headings.')
  const wanted: Wanted = {
    ...readPerson(said, problems),
    code: said('code').toUpperCase() || null,
    promotionCodeId: said('stripe_promotion_code') || null,
    couponId: said('stripe_coupon') || null,
    rateBps: readRate(said('rate_bps'), problems),
    joinedOn: readDay('joined_on', said, problems),
    opening: readOpening(said, problems),
  }
  if (wanted.joinedOn !== null && wanted.joinedOn > today)
    problems.push('joined_on: This day is still to come.')
  return problems.length > 0 ? { problem: problems.join(' ') } : { wanted }
}

type Said = (field: ImportField) => string

function readPerson(said: Said, problems: string[]): Pick<Wanted, 'handle' | 'displayName' | 'email'> {
  const whole = [said('first_name'), said('last_name')].filter((part) => part !== '').join(' ')
  const name = said('name') || whole
  const asked = said('handle') || name || said('email').split('@')[0] || ''
  const handle = checkHandle(asked)
  const usable = handle.ok ? handle.handle : handleFrom(asked)
  if (usable === null) problems.push(`handle: ${handle.ok ? '' : handle.message}`)
  const shape = createAffiliateSchema.pick({ displayName: true, email: true })
  const read = shape.safeParse({ displayName: name || asked, email: said('email') })
  if (!read.success)
    problems.push(...read.error.issues.map(({ path, message }) => `${columns[String(path[0])]}: ${message}`))
  return { handle: usable ?? '', displayName: read.data?.displayName ?? '', email: read.data?.email ?? '' }
}

const columns: Record<string, string> = { displayName: 'name', email: 'email' }

function readRate(text: string, problems: string[]): number | null {
  if (text === '') return null
  const rate = /^\d{1,5}$/.test(text) ? Number(text) : -1
  if (rate >= 0 && rate <= 10_000) return rate
  problems.push('rate_bps: A whole number of basis points from 0 to 10000; 20 % is 2000.')
  return null
}

function readDay(field: ImportField, said: Said, problems: string[]): Day | null {
  const text = said(field)
  if (text === '') return null
  // Exports give a moment where they mean a day: 2024-03-01T09:30:00Z.
  const day = /^\d{4}-\d{2}-\d{2}(?=$|[T ])/.exec(text)?.[0] ?? ''
  if (isDay(day)) return day
  problems.push(`${field}: A day such as 2026-01-31.`)
  return null
}

function readOpening(said: Said, problems: string[]): Wanted['opening'] {
  const text = said('opening_balance')
  const payableOn = readDay('opening_payable_on', said, problems)
  if (text === '') return null
  const currency = said('currency').toLowerCase()
  if (!/^[a-z]{3}$/.test(currency)) {
    problems.push('currency: Which one? Three letters, such as EUR.')
    return null
  }
  const amount = parseAmount(text, currency)
  if (amount === null || amount > mostMinor || amount < -mostMinor) {
    problems.push(
      `opening_balance: An amount such as 1234.56 in ${currency.toUpperCase()}; what can be read in two ways is not guessed.`,
    )
    return null
  }
  return amount === 0n ? null : { minor: amount, currency, payableOn }
}

/** What a mapping needs at least. */
export function mappingProblem(mapping: Mapping, headings: readonly string[]): string | null {
  const strange = importFields.find((field) => {
    const heading = mapping[field]
    const isSaid = field === 'currency' && /^=[a-z]{3}$/.test(heading ?? '')
    return heading && !isSaid && !headings.includes(heading)
  })
  if (strange !== undefined) return `There is no column ${mapping[strange]}.`
  if (!mapping.email) return 'Which column has the e-mail address?'
  return mapping.opening_balance && !mapping.currency
    ? 'Which column has the currency of the balances?'
    : null
}
