import { minorUnitExponent, parseDecimal } from '@/lib/money'

const groups = { '.': /^\d{1,3}(\.\d{3})+$/, ',': /^\d{1,3}(,\d{3})+$/ } as const

/**
 * The minor units of an amount as spreadsheets write it: `1,234.56`, `1.234,56`, `1 234,56 €`, `-12`. Null where it is none, has more
 * decimals than the currency, or could be read in two ways (`1.234` dollars).
 */
export function parseAmount(text: string, currency: string): bigint | null {
  const plain = text
    .normalize('NFKC')
    .replace(/[\u2212\u2013]/g, '-')
    .replace(new RegExp(currency, 'i'), '')
    .replace(/[\s'’]|\p{Sc}/gu, '')
  const parts = /^(-?)(\d[\d.,]*)$/.exec(plain)
  if (!parts) return null
  const decimal = withPoint(parts[2] ?? '', minorUnitExponent(currency))
  return decimal === null ? null : parseDecimal(`${parts[1]}${decimal}`, currency)
}

/** The digits with a point before the decimals, if there are any. */
function withPoint(digits: string, decimals: number): string | null {
  const at = Math.max(digits.lastIndexOf('.'), digits.lastIndexOf(','))
  if (at < 0) return digits
  const mark = digits[at] === '.' ? '.' : ','
  const [whole, fraction] = [digits.slice(0, at), digits.slice(at + 1)]
  const isGrouped = groups[mark].test(digits)
  if (/[.,]/.test(whole)) {
    if (isGrouped) return digits.replaceAll(mark, '')
    const other = mark === '.' ? ',' : '.'
    return groups[other].test(whole) ? `${whole.replaceAll(other, '')}.${fraction}` : null
  }
  if (!isGrouped) return `${whole}.${fraction}`
  // `1,234`: a thousand and more where the currency has no decimals, else both could be meant, but for `1.234` dinars.
  if (decimals === 0) return `${whole}${fraction}`
  return decimals === 3 && mark === '.' ? digits : null
}
