import { formatDecimal, formatMoney, parseDecimal } from './money'

// How days are put together; by hand, because browsers and servers disagree about what their own data say.
const dayShapes = {
  en: 'D Mon YYYY',
  'en-US': 'Mon D, YYYY',
  de: 'DD.MM.YYYY',
  'de-CH': 'DD.MM.YYYY',
  fr: 'DD/MM/YYYY',
  nl: 'DD-MM-YYYY',
  'pt-BR': 'DD/MM/YYYY',
  sv: 'YYYY-MM-DD',
  tr: 'DD.MM.YYYY',
  ja: 'YYYY/MM/DD',
} as const

/** How numbers and days are written; words stay English. */
export type Locale = keyof typeof dayShapes
export const locales: readonly Locale[] = [
  'en',
  'en-US',
  'de',
  'de-CH',
  'fr',
  'nl',
  'pt-BR',
  'sv',
  'tr',
  'ja',
]
export const defaultLocale: Locale = 'en'

export function findLocale(text: string): Locale | null {
  return locales.find((locale) => locale === text) ?? null
}

const months = 'January February March April May June July August September October November December'.split(
  ' ',
)

/** `2026-01-31` as `31 Jan 2026`, `31.01.2026`, … */
export function formatDay(value: string, locale: Locale): string {
  const [year = '', month = '', day = ''] = value.split('-')
  const parts: Record<string, string> = {
    YYYY: year,
    Mon: monthName(month).slice(0, 3),
    MM: month,
    DD: day,
    D: String(Number(day)),
  }
  return dayShapes[locale].replace(/YYYY|Mon|MM|DD|D/g, (part) => parts[part] ?? part)
}

/** `2026-01` as `January 2026`. */
export function formatMonth(value: string): string {
  const [year = '', month = ''] = value.split('-')
  return `${monthName(month)} ${year}`
}

function monthName(number: string): string {
  return months[Number(number) - 1] ?? number
}

/** `1.234,56 €, 21.11.2026`: what a locale looks like. */
export function exampleOf(locale: Locale): string {
  return `${formatMoney(123_456n, 'eur', locale)}, ${formatDay('2026-11-21', locale)}`
}

/**
 * A sentence or formula out of the books, which are kept in English, with its amounts, decimals and days as the reader writes them.
 * @param currencies those whose amounts are in it
 */
export function retell(text: string, currencies: readonly string[], locale: Locale): string {
  if (locale === defaultLocale) return text
  const bySign = new Map(currencies.map((currency) => [signOf(currency), currency]))
  // The longest first: `CA$` ends like `$`.
  const signs = [...bySign.keys()].toSorted((a, b) => b.length - a.length).map(escaped)
  const known = new RegExp(
    `(?<minus>-?)(?<sign>${signs.join('|') || '(?!)'})(?<amount>\\d(?:[\\d,]*\\d)?(?:\\.\\d+)?)` +
      '|(?<![\\w-])(?<day>\\d{4}-\\d\\d-\\d\\d)(?![\\w-])|(?<![\\w.])(?<decimal>\\d+\\.\\d+)(?![\\w.])',
    'g',
  )
  return text.replace(known, (whole: string, ...rest: unknown[]) => {
    const found = rest.at(-1) as Partial<Record<'minus' | 'sign' | 'amount' | 'day' | 'decimal', string>> // named groups come last
    if (found.day !== undefined) return formatDay(found.day, locale)
    if (found.decimal !== undefined) return formatDecimal(found.decimal, locale)
    const currency = bySign.get(found.sign ?? '') ?? ''
    const minor = parseDecimal(`${found.minus ?? ''}${(found.amount ?? '').replaceAll(',', '')}`, currency)
    return minor === null ? whole : formatMoney(minor, currency, locale)
  })
}

const escaped = (text: string) => text.replace(/[$.*+?^()[\]{}|\\]/g, '\\$&')

/** What English writes before an amount. */
function signOf(currency: string): string {
  return formatMoney(0n, currency).replace(/[\d.]+$/, '')
}
